"""What is mistyped in a setting is a line about it, never a traceback, and shows no secret."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import load, read_environment
from bot.settings_table import SETTINGS
from tests.unit.test_settings import GOOD, SLACK, problems

ADDRESSES = sorted(name for name in SETTINGS if name.endswith("_URL"))
SERVER = "postgresql+psycopg://paylink"


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "written",
    ["https://[", "https://[::1", f"{SERVER}@[::1/paylink", "https://pay.example.com:80a", "https://x:99999"],
)
def test_what_is_no_address_is_told_of_every_address(name: str, written: str) -> None:
    (problem,) = problems(**{"DATABASE_URL": f"{SERVER}@10.0.0.7/paylink", name: written})
    assert problem.startswith(f"PAYLINK_{name}={written}: must be ")


@pytest.mark.parametrize("name", [name for name in ADDRESSES if not name.endswith("DATABASE_URL")])
@pytest.mark.parametrize("written", ["https://pay example.com", "https://pay.example.com/\nx"])
def test_an_address_has_no_space_in_it(name: str, written: str) -> None:
    assert problems(**{name: written})


@pytest.mark.parametrize("name", ["PUBLIC_URL", *(name for name in ADDRESSES if name.endswith("_API_URL"))])
@pytest.mark.parametrize("after", ["/?shop=1", "#top", "?", ":0"])
def test_nothing_stands_behind_an_address_that_is_gone_on_from(name: str, after: str) -> None:
    assert problems(**{name: f"https://pay.example.com{after}"})


@pytest.mark.parametrize("name", ["PUBLIC_URL", *(name for name in ADDRESSES if name.endswith("_API_URL"))])
def test_nobody_signs_in_by_an_address_that_is_gone_on_from(name: str) -> None:
    (problem,) = problems(**{name: "https://paylink:hunter2@pay.example.com"})
    assert problem.startswith(f"PAYLINK_{name}: must be an address like https://")


KEYS_GO_TO = [name for name in ADDRESSES if name.endswith("_API_URL")]


@pytest.mark.parametrize("name", KEYS_GO_TO)
@pytest.mark.parametrize(
    "host", ["abcdefgh.api.checkout.com", "8.8.8.8", "[2001:4860::8888]:8443", "x.local.example"]
)
def test_no_key_goes_through_the_world_for_everybody_to_read(name: str, host: str) -> None:
    (problem,) = problems(**{name: f"http://{host}"})
    assert problem.startswith(f"PAYLINK_{name}=http://{host}: must be an address like https://")
    assert not problems(**{name: f"https://{host}"})


@pytest.mark.parametrize(
    "signs", ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "a_B_" * 6 + "01"]
)
def test_a_channel_of_checkout_may_be_written_with_any_letters(signs: str) -> None:
    """See https://api-reference.checkout.com/#operation/createAPaymentLinkSession: any word character."""
    assert not problems(CHECKOUT_PROCESSING_CHANNEL_ID=f"pc_{signs}")
    assert problems(CHECKOUT_PROCESSING_CHANNEL_ID=f"pc_{signs[:-1]}é")


@pytest.mark.parametrize("name", KEYS_GO_TO)
@pytest.mark.parametrize(
    "host", ["localhost:8081", "[::1]:8081", "10.0.0.7", "bot-api:8081", "bot-api.svc.cluster.local:8081"]
)
def test_within_a_network_of_ones_own_it_may(name: str, host: str) -> None:
    assert not problems(**{name: f"http://{host}"})


@pytest.mark.parametrize(
    "written",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///paylink.db?mode=ro",
        f"{SERVER}:p@ss@10.0.0.7/paylink",
        f"{SERVER}:p/ss@10.0.0.7/paylink",
        f"{SERVER}:p#ss@10.0.0.7/paylink",
        f"{SERVER}:p ss@10.0.0.7/paylink",
        f"{SERVER}:p-ss@10.0.0.7:port/paylink",
    ],
)
def test_a_database_that_would_be_another_one_is_told(written: str) -> None:
    (problem,) = problems(DATABASE_URL=written)
    assert "must be like sqlite:///paylink.db or postgresql+psycopg://" in problem
    assert "ss" not in problem.partition(": must be")[0]


@pytest.mark.parametrize(
    "written",
    [
        "sqlite:////var/lib/paylink/paylink.db",
        "sqlite:///my folder/paylink.db",
        f"{SERVER}@10.0.0.7/paylink",
        f"{SERVER}:obviously%40fake@db.example.com:5432/paylink?sslmode=require",
        f"{SERVER}:obviously-fake@[::1]:5432/paylink",
        "postgresql+psycopg:///paylink?host=/var/run/postgresql",
    ],
)
def test_databases_as_people_have_them_are_taken(written: str) -> None:
    assert load(GOOD | {"PAYLINK_DATABASE_URL": written}).database_url == written


@pytest.mark.parametrize("scheme", ["postgresql://", "postgres://"])
@pytest.mark.parametrize("name", ["DATABASE_URL", "WORK_DATABASE_URL"])
def test_a_database_named_as_hosts_and_psql_name_it_is_taken(scheme: str, name: str) -> None:
    written = {"PAYLINK_DATABASE_URL": f"{SERVER}@10.0.0.7/paylink"}
    written[f"PAYLINK_{name}"] = f"{scheme}paylink:obviously-fake@10.0.0.7/paylink"
    settings = load(GOOD | written)
    url = settings.database_url if name == "DATABASE_URL" else settings.work_database_url
    assert url == f"{SERVER}:obviously-fake@10.0.0.7/paylink"
    assert settings.is_direct is (name == "DATABASE_URL")
    assert "obviously-fake" in settings.secrets


def test_a_password_is_known_as_a_secret_as_it_is_written_and_as_it_is() -> None:
    url = f"{SERVER}:obviously%40fake@10.0.0.7/paylink"
    assert {"obviously%40fake", "obviously@fake"} <= {*load(GOOD | {"PAYLINK_DATABASE_URL": url}).secrets}


def test_so_is_one_that_stands_behind_the_address() -> None:
    url = f"{SERVER}@10.0.0.7/paylink?sslmode=require&password=obviously%21fake"
    assert {"obviously%21fake", "obviously!fake"} <= {*load(GOOD | {"PAYLINK_DATABASE_URL": url}).secrets}


@pytest.mark.parametrize("name", [name for name in ADDRESSES if name != "WORK_DATABASE_URL"])
@pytest.mark.parametrize(
    "written",
    [
        "postgresql+psycopg:/paylink:hunter2@10.0.0.7/paylink",
        "https//paylink:hunter2@10.0.0.7",
        "paylink:hunter2@10.0.0.7/paylink",
        f"{SERVER}@10.0.0.7/paylink?password=hunter2 #",
    ],
)
def test_a_password_is_not_shown_however_its_address_is_mistyped(name: str, written: str) -> None:
    (problem,) = problems(**{name: written})
    assert problem.startswith(f"PAYLINK_{name}: must be ")


def test_an_address_for_the_work_alone_is_not_passed_over() -> None:
    (problem,) = problems(WORK_DATABASE_URL=f"{SERVER}@10.0.0.7/paylink")
    assert problem.startswith("PAYLINK_WORK_DATABASE_URL: is for PostgreSQL")


@pytest.mark.parametrize("name", ["CHECKOUT_SECRET_KEY", "TELEGRAM_BOT_TOKEN"])
@pytest.mark.parametrize(
    "written", ["sk_sböx_1", "sk_sbox 1", "sk_sbox_1\nPAYLINK_PORT=1", "sk_sbox_\u200b1"]
)
def test_a_key_that_no_header_can_carry_is_told_and_not_shown(name: str, written: str) -> None:
    (problem,) = problems(**{name: written})
    assert problem.startswith(f"PAYLINK_{name}: must be ")
    assert written not in problem


@pytest.mark.parametrize("name", [name for name in SETTINGS if name.endswith("_SECRET")])
def test_an_example_that_nobody_has_filled_in_is_no_secret(name: str) -> None:
    told = problems(**{name: SETTINGS[name].example or "..."})
    assert [problem for problem in told if problem.startswith(f"PAYLINK_{name}: must be ")]


@pytest.mark.parametrize("name", ["CHECKOUT_WEBHOOK_SECRET", "SLACK_SIGNING_SECRET"])
def test_commas_alone_are_no_secret(name: str) -> None:
    changes = {key.removeprefix("PAYLINK_"): value for key, value in SLACK.items()} | {name: " , ,"}
    (problem,) = problems(**changes)
    assert problem.startswith(f"PAYLINK_{name}: must be ")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'PAYLINK_MERCHANT_NAME="Northwind', "line 2"),
        (b"PAYLINK_MERCHANT_NAME: Northwind", "line 2"),
        (b"PAYLINK_MERCHANT_NAME=Caf\xe9", "UTF-8"),
    ],
)
def test_a_line_of_the_file_that_cannot_be_read_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: bytes, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_bytes(b"PAYLINK_PORT=8081\n" + line + b"\nPAYLINK_REGION=DE\n")
    with pytest.raises(ConfigurationError) as failure:
        read_environment()
    assert words in failure.value.problems[0]
    assert "Northwind" not in str(failure.value)


def test_a_file_that_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").mkdir()
    with pytest.raises(ConfigurationError, match="as the user whose file it is") as failure:
        read_environment()
    assert failure.value.problems[0].startswith(f"{tmp_path}/.env: cannot be read (Is a directory)")
    assert "in the folder of your settings" in failure.value.problems[0]


def test_the_first_line_counts_whatever_an_editor_put_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAYLINK_PORT", raising=False)
    Path(".env").write_bytes(b"\xef\xbb\xbfPAYLINK_PORT=8081\r\nexport PAYLINK_REGION='DE' # there\r\n")
    assert read_environment()["PAYLINK_PORT"] == "8081"
    assert read_environment()["PAYLINK_REGION"] == "DE"


@pytest.mark.parametrize(
    "written", ["http://www.example.com/logo.png", "https://a;b/x.png", "https://me@b/x"]
)
def test_a_logo_comes_from_one_place_and_unchanged(written: str) -> None:
    assert problems(MERCHANT_LOGO_URL=written)
    assert not problems(MERCHANT_LOGO_URL="https://www.example.com:8443/logo.png?v=2")
