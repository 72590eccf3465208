"""What an operator mistypes is one line with the way out, never a traceback."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.commands._listen import sockets_or_exit
from bot.commands._rows import operator
from bot.commands._trouble import in_words
from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRateLimited,
    BackendRejected,
    BackendUnavailable,
    ChatNotAllowed,
    ChatRefused,
    ChatUnavailable,
    NothingOpen,
    PaylinkError,
)
from bot.settings_backends import DECLARED

SETTINGS = {
    "PAYLINK_TELEGRAM_BOT_TOKEN": "123456:NOT-A-REAL-TOKEN",
    "PAYLINK_COSTPLUS_SECRET_KEY": "not-a-real-key",
}


def paylink(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def told(result: Result) -> str:
    """The one line that it ended with."""
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    (line,) = result.output.splitlines()
    return line


def test_a_port_in_use_is_told_by_the_stand_ins(taken: int) -> None:
    assert told(paylink("sandbox", "checkout", "--port", str(taken))) == (
        f"Error: cannot listen on port {taken}: Address already in use. "
        "Choose another with --port, or stop what listens there."
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_port_in_use_is_told_by_the_service(
    taken: int, host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = SETTINGS | {"PAYLINK_HOST": host, "PAYLINK_PORT": str(taken)}
    assert CliRunner().invoke(main, ["serve"], env=settings).output == (
        f"Error: cannot listen where PAYLINK_HOST={host} and PAYLINK_PORT={taken} say: "
        "Address already in use. Set another, or stop what listens there.\n"
    )


@pytest.mark.parametrize("role", ["web", "work"])
def test_a_file_is_for_one_process_that_does_everything(
    taken: int, role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    env = SETTINGS | {"PAYLINK_PORT": str(taken)}
    refused = CliRunner().invoke(main, ["serve", "--only", role], env=env)
    assert refused.exit_code == 2
    assert f"--only {role} needs PostgreSQL: a file is for one process" in refused.output
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("host", ["nowhere.invalid", "999.1.1.1", "http://here", "x" * 300])
def test_a_host_that_is_none_is_told_by_the_service(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(main, ["serve"], env=SETTINGS | {"PAYLINK_HOST": host})
    line = told(refused)
    assert line.startswith(f"Error: cannot listen where PAYLINK_HOST={host} and PAYLINK_PORT=8080 say: ")
    assert " say: None" not in line


def served(port: int) -> int:
    """The port of a service that has ended a connection, and itself since then."""
    [listener] = sockets_or_exit("127.0.0.1", port)
    with listener, socket.create_connection(listener.getsockname()) as customer:
        ended, _ = listener.accept()
        ended.close()
        assert customer.recv(1) == b""
        return int(listener.getsockname()[1])


def test_a_port_is_there_for_whoever_starts_again_at_once() -> None:
    """The system remembers for a minute the connections that were ended there."""
    port = served(0)
    assert served(port) == port


@pytest.mark.parametrize("command", ["sandbox", "demo"])
@pytest.mark.parametrize("port", ["99999", "-1", "65536"])
def test_what_is_no_port_is_told_as_in_the_settings(command: str, port: str) -> None:
    line = told(paylink(command, "--port", port))
    assert line == f"Error: --port {port}: must be a number from 1 to 65535"


@pytest.mark.parametrize("address", ["localhost:3000", "3000", "ftp://127.0.0.1", "http://127.0.0.1:99999"])
def test_a_service_that_is_no_address_is_told_by_the_stand_ins(address: str) -> None:
    refused = paylink("sandbox", "checkout", "--env", "--service", address)
    assert refused.exit_code == 2
    assert "'--service': must be an address like http://127.0.0.1:3000" in refused.output


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (BackendAuthFailed("401"), "Are PAYLINK_ACME_SECRET_KEY, PAYLINK_ACME_API_URL and all others of one"),
        (BackendRejected(("url_invalid",)), "does not accept what was sent (rejected: url_invalid)"),
        (BackendRateLimited(3.0), "slow down (rate limited, retry after 3.0)"),
        (BackendUnavailable("refused", sent="no"), "does not answer (refused). Is PAYLINK_ACME_API_URL"),
        (BackendProtocolError("<html>"), "not documented (<html>). Is PAYLINK_ACME_API_URL"),
        (ChatUnavailable("502", sent="no"), "signing in fails (502). Are all settings PAYLINK_ACME_..."),
        (ChatUnavailable("ConnectError", sent="no"), "and is PAYLINK_ACME_API_URL reached from here?"),
        (ChatRefused("invalid_auth"), "signing in fails (invalid_auth). Are all settings PAYLINK_ACME_..."),
        (ChatNotAllowed("im:write"), "its app lacks the scopes im:write. Add them, and install"),
        (NothingOpen("PL0"), "PL0"),
    ],
)
def test_every_trouble_is_told_in_words_with_the_setting_to_look_at(
    trouble: PaylinkError, words: str
) -> None:
    said = in_words(trouble, "PAYLINK_ACME_")
    assert words in said
    assert type(trouble).__name__ not in said


@pytest.mark.parametrize(
    ("database", "copy", "words"),
    [
        ("nowhere.db", "copy.db", "there is no database {folder}/nowhere.db. Is PAYLINK_DATABASE_URL right"),
        ("there.db", "none/copy.db", "there is no folder {folder}/none. Make it, or name another."),
        ("there.db", "there.db", "{folder}/there.db is there already. Name another, or move it away."),
        ("there.db", "begun.db", "{folder}/begun.db.part is there already. Name another, or move it away."),
        ("there.db", "there.db/copy.db", "[Errno 20] Not a directory"),
    ],
)
def test_a_copy_that_cannot_be_made_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str, copy: str, words: str
) -> None:
    for name in ("there.db", "begun.db.part"):
        (tmp_path / name).touch()
    monkeypatch.setenv("PAYLINK_DATABASE_URL", f"sqlite:///{tmp_path}/{database}")
    monkeypatch.setenv("PAYLINK_SLACK_BOT_TOKEN", "xoxb-obviously-fake")
    monkeypatch.setenv("PAYLINK_SLACK_SIGNING_SECRET", "obviously-fake")
    monkeypatch.setenv("PAYLINK_CHECKOUT_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PAYLINK_CHECKOUT_SECRET_KEY", "sk_sbox_notarealkeynotarealkeynotar")
    monkeypatch.setenv("PAYLINK_CHECKOUT_WEBHOOK_SECRET", "obviously-fake")
    line = told(paylink("db", "backup", str(tmp_path / copy)))
    assert line.startswith(f"nothing was copied: {words.format(folder=tmp_path)}")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["begun.db.part", "there.db"]


@pytest.mark.parametrize(
    "command",
    [
        ("links", "list", "--limit"),
        ("inbox", "show"),
        ("inbox", "replay"),
        ("outbox", "retry", "--yes"),
        ("outbox", "drop", "--yes"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("number", ["0", "9223372036854775808", "99999999999999999999999"])
def test_a_number_that_no_row_can_have_is_told(command: tuple[str, ...], number: str) -> None:
    refused = paylink(*command, number)
    assert refused.exit_code == 2
    assert f"{number} is not in the range" in refused.output


@pytest.mark.parametrize("command", [("links", "list"), ("check",), ("serve",)], ids=" ".join)
def test_whoever_types_it_in_another_folder_is_told_where_settings_were_looked_for(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = paylink(*command)
    assert refused.exit_code == (1 if command == ("check",) else os.EX_CONFIG)
    assert f"(environment or {tmp_path}/.env):" in refused.output


def test_a_folder_that_is_gone_is_told_like_one_without_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    assert "(environment or .env):" in paylink("links", "list").output


def test_what_is_in_quarantine_is_tried_as_a_whole() -> None:
    refused = paylink("inbox", "replay", "7", "--quarantine")
    assert refused.exit_code == 2
    assert "name no numbers with --quarantine" in refused.output


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("outbox --count list", "name no command with --count"),
        ("outbox --count drop 7 --yes", "name no command with --count"),
        ("sandbox slack --socket-mode", "--socket-mode is about what --env prints: say both"),
        ("links refresh", "name a link, or --all of them"),
        ("links refresh PL7K3M9QX2ABCD --all", "name a link, or --all of them"),
        ("demo --scenario expired", "--scenario is for --headless: say both, or choose on the page"),
        ("demo --headless --port 9001", "--port is the page's: --headless has none"),
        ("demo --headless --language fr", "--language is the page's: --headless has none"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = paylink(*typed.split())
    assert refused.exit_code == 2
    assert words in refused.output


def printed_to(output: int, *arguments: str, **env: str) -> tuple[int, str]:
    """How a command ends that prints there, and what it says."""
    command = [sys.executable, "-m", "bot", *arguments]
    ended = subprocess.run(  # noqa: S603 - our own program
        command, stdout=output, stderr=subprocess.PIPE, text=True, env=os.environ | env, check=False
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("sandbox", "--env")], ids=" ".join)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_cannot_be_printed_is_told_in_one_line(arguments: tuple[str, ...], unbuffered: str) -> None:
    with Path("/dev/full").open("wb") as full:
        assert printed_to(full.fileno(), *arguments, PYTHONUNBUFFERED=unbuffered) == (
            1,
            "Error: cannot write the output: No space left on device. Make room, or write it elsewhere.\n",
        )


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_nobody_is_told_of_a_pipe_that_nobody_reads_any_more(unbuffered: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    assert printed_to(writer, "sandbox", "--env", PYTHONUNBUFFERED=unbuffered) == (1, "")
    os.close(writer)


def test_whoever_has_no_name_on_this_machine_is_known_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that is run by any user."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    assert operator().user == "54321"


def mistakes_told_of(
    command: str, monkeypatch: pytest.MonkeyPatch, folder: Path, **written: str
) -> list[str]:
    """The lines about settings with which a command ends."""
    monkeypatch.chdir(folder)
    ended = CliRunner().invoke(
        main, [command], env={f"PAYLINK_{name}": value for name, value in written.items()}
    )
    assert ended.exit_code == (1 if command == "check" else os.EX_CONFIG), ended.output
    _, *lines = ended.output.splitlines()
    return lines


@pytest.mark.parametrize("command", ["check", "serve"])
def test_what_a_backend_alone_finds_wrong_is_told_together_with_all_else(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = {
        "PORT": "none",
        "COSTPLUS_SECRET_KEY": "not-a-real-key",
        "COSTPLUS_EXTRA": "[]",
        "YABETOO_SECRET_KEY": "sk_test_obviously-fake",
        "YABETOO_CURRENCIES": "euros",  # so the backend is not asked, which counts on their form
    }
    told = mistakes_told_of(command, monkeypatch, tmp_path, **written)
    names = [line.split(":")[0].split("=")[0].strip() for line in told]
    assert sorted(names) == [
        *("PAYLINK_COSTPLUS_EXTRA", "PAYLINK_PORT", "PAYLINK_YABETOO_CURRENCIES"),
        *("PAYLINK_YABETOO_WEBHOOK_SECRET", "no chat"),
    ]


@pytest.mark.parametrize("backend", sorted(DECLARED))
def test_a_backend_of_which_only_the_key_is_known_is_asked_what_is_wrong_without_harm(
    backend: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert mistakes_told_of("check", monkeypatch, tmp_path, **{f"{backend.upper()}_SECRET_KEY": "sk_1"})
