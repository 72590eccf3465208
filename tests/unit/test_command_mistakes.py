"""What an operator mistypes is one line with the way out, never a traceback."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.commands._trouble import in_words
from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRateLimited,
    BackendRejected,
    BackendUnavailable,
    ChatRefused,
    ChatUnavailable,
    LinkClosed,
    PaylinkError,
)


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


@pytest.mark.parametrize("command", ["sandbox", "demo"])
@pytest.mark.parametrize("port", ["99999", "-1", "65536"])
def test_what_is_no_port_is_told_as_in_the_settings(command: str, port: str) -> None:
    line = told(paylink(command, "--port", port))
    assert line == f"Error: --port {port}: must be a number from 1 to 65535"


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (BackendAuthFailed("401"), "refuses the key (401). Is PAYLINK_ACME_SECRET_KEY one"),
        (BackendRejected(("url_invalid",)), "does not accept what was sent (rejected: url_invalid)"),
        (BackendRateLimited(3.0), "slow down (rate limited, retry after 3.0)"),
        (BackendUnavailable("refused", sent="no"), "does not answer (refused). Is PAYLINK_ACME_API_URL"),
        (BackendProtocolError("<html>"), "not documented (<html>). Is PAYLINK_ACME_API_URL"),
        (ChatUnavailable("502", sent="no"), "signing in fails (502). Are all settings PAYLINK_ACME_..."),
        (ChatRefused("invalid_auth"), "signing in fails (invalid_auth). Are all settings PAYLINK_ACME_..."),
        (LinkClosed("PL0"), "PL0"),
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
    ],
)
def test_a_copy_that_cannot_be_made_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str, copy: str, words: str
) -> None:
    (tmp_path / "there.db").touch()
    monkeypatch.setenv("PAYLINK_DATABASE_URL", f"sqlite:///{tmp_path}/{database}")
    monkeypatch.setenv("PAYLINK_SLACK_BOT_TOKEN", "xoxb-obviously-fake")
    monkeypatch.setenv("PAYLINK_SLACK_SIGNING_SECRET", "obviously-fake")
    monkeypatch.setenv("PAYLINK_CHECKOUT_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PAYLINK_CHECKOUT_SECRET_KEY", "sk_sbox_notarealkeynotarealkeynotar")
    monkeypatch.setenv("PAYLINK_CHECKOUT_WEBHOOK_SECRET", "obviously-fake")
    line = told(paylink("db", "backup", str(tmp_path / copy)))
    assert line.startswith(f"nothing was copied: {words.format(folder=tmp_path)}")
