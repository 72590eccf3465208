"""Settings: read once, every mistake told at once, each in a line that names the setting."""

from datetime import timedelta
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.errors import ConfigurationError
from bot.settings import load, read_environment
from bot.settings_table import NEEDED, SETTINGS, example

GOOD = {
    "PAYLINK_TELEGRAM_BOT_TOKEN": "123456:ABC",
    "PAYLINK_CHECKOUT_SECRET_KEY": "sk_sbox_1",
    "PAYLINK_CHECKOUT_API_URL": "https://abcdefgh.api.sandbox.checkout.com",
    "PAYLINK_CHECKOUT_WEBHOOK_SECRET": "old-secret, new-secret",
}
SLACK = {"PAYLINK_SLACK_BOT_TOKEN": "xoxb-1", "PAYLINK_SLACK_SIGNING_SECRET": "0123abcd"}


def problems(**changes: str) -> list[str]:
    """The lines about these settings, beside good ones."""
    try:
        load(GOOD | {f"PAYLINK_{name}": value for name, value in changes.items()})
    except ConfigurationError as error:
        return list(error.problems)
    return []


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without settings of ours."""
    for name in SETTINGS:
        monkeypatch.delenv(f"PAYLINK_{name}", raising=False)
    return monkeypatch


def test_few_settings_are_enough_and_the_rest_has_defaults() -> None:
    settings = load(GOOD)
    assert (settings.host, settings.port, settings.log_format) == ("127.0.0.1", 8080, "json")
    assert settings.database_url == "sqlite:///paylink.db"
    assert (settings.link_expiry, settings.time_zone.key) == (timedelta(days=7), "UTC")
    assert (settings.default_backend, settings.default_currency, settings.region) == ("checkout", None, None)
    assert settings.slack is None
    assert settings.telegram is not None
    assert settings.telegram.admitted == ()
    assert (settings.public_url, settings.merchant_logo_url, settings.traces_url) == (None, None, None)


def test_what_is_written_is_what_is_there() -> None:
    written = {
        "public_url": "https://pay.example.com/",
        "merchant_logo_url": "https://example.com/logo.png",
        "traces_url": "https://traces.example.com",
        "default_currency": "EUR",
        "database_url": "postgresql+psycopg://paylink@10.0.0.7:6432/paylink",
        "work_database_url": "postgresql+psycopg://paylink@10.0.0.7/paylink",
    }
    settings = load(GOOD | {f"PAYLINK_{name.upper()}": value for name, value in written.items()})
    read = {name: getattr(settings, name) for name in written}
    assert read == written | {"public_url": "https://pay.example.com"}
    assert not settings.is_direct


def test_a_database_that_has_no_other_address_is_worked_with_at_its_own() -> None:
    url = "postgresql+psycopg://paylink@10.0.0.7/paylink"
    settings = load(GOOD | {"PAYLINK_DATABASE_URL": url})
    assert (settings.work_database_url, settings.is_direct) == (url, True)


def test_before_it_is_connected_a_backend_needs_all_but_the_secret_of_its_webhooks() -> None:
    eximpe = {"PAYLINK_EXIMPE_SECRET_KEY": "obviously-fake", "PAYLINK_EXIMPE_API_URL": "https://x.example"}
    with pytest.raises(ConfigurationError) as told:
        load(GOOD | eximpe, connected=False)
    assert [line.split(":")[0] for line in told.value.problems] == ["PAYLINK_EXIMPE_CLIENT_ID"]


def test_what_spares_a_setting_that_is_missing_is_named() -> None:
    (line,) = problems(SLACK_BOT_TOKEN="xoxb-1")
    assert line.endswith("; add PAYLINK_SLACK_SIGNING_SECRET=0123abcd... or PAYLINK_SLACK_APP_TOKEN=xapp-...")


def test_a_backend_gets_its_settings_without_their_prefix() -> None:
    assert load(GOOD).accounts["checkout"] == {
        "API_URL": "https://abcdefgh.api.sandbox.checkout.com",
        "SECRET_KEY": "sk_sbox_1",
        "WEBHOOK_SECRET": "old-secret, new-secret",
        **dict.fromkeys(("PROCESSING_CHANNEL_ID", "PAYMENT_METHODS", "3DS", "LOCALE"), ""),
        **dict.fromkeys(("RETURN_URL", "BILLING_DESCRIPTOR"), ""),
    }


def test_settings_are_read_in_the_shapes_that_are_used() -> None:
    written = {"LINK_EXPIRY": "48h", "TELEGRAM_ADMITTED": " 1001, 1002 ", "PORT": "9000", "REGION": "DE"}
    settings = load(GOOD | SLACK | {f"PAYLINK_{name}": value for name, value in written.items()})
    assert settings.link_expiry == timedelta(hours=48)
    assert settings.telegram is not None
    assert settings.telegram.admitted == ("1001", "1002")
    assert settings.slack is not None
    assert (settings.port, settings.region, settings.slack.bot_token) == (9000, "DE", "xoxb-1")


def test_every_token_secret_and_key_is_known_as_a_secret() -> None:
    secret = {*GOOD.values(), *SLACK.values()} - {GOOD["PAYLINK_CHECKOUT_API_URL"]}
    assert set(load(GOOD | SLACK).secrets) == secret


def test_all_mistakes_are_told_at_once_each_naming_its_setting() -> None:
    with pytest.raises(ConfigurationError) as mistakes:
        load({"PAYLINK_PORT": "http", "PAYLINK_LINK_EXPIRY": "soon", "PAYLINK_TYPO": "1"})
    told = mistakes.value.problems
    assert len(told) == 5
    for named in ("PAYLINK_PORT=http", "PAYLINK_LINK_EXPIRY=soon", "PAYLINK_TYPO", "no backend", "no chat"):
        assert sum(line.startswith(named) for line in told) == 1
    assert not any("\n" in line for line in told)
    assert str(mistakes.value).splitlines() == list(told)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "65536", "from 1 to 65535"),
        ("PORT", "80 80", "from 1 to 65535"),
        ("LOG_FORMAT", "xml", "json or console"),
        ("DATABASE_URL", "mysql://x", "sqlite:///"),
        ("DEFAULT_CURRENCY", "EURO", "ISO 4217"),
        ("DEFAULT_CURRENCY", "eur", "ISO 4217"),
        ("DEFAULT_CURRENCY", "XAU", "ISO 4217"),
        *(
            ("REGION", written, "a country's two capital letters")
            for written in ("Germany", "de", "ZZ", "EU")
        ),
        ("LINK_EXPIRY", "0d", "7d, 48h or 30m"),
        ("LINK_EXPIRY", "7", "7d, 48h or 30m"),
        ("LINK_EXPIRY", "-1d", "7d, 48h or 30m"),
        ("TIME_ZONE", "Berlin", "Europe/Berlin"),
        ("TIME_ZONE", "../etc/passwd", "Europe/Berlin"),
        ("TIME_ZONE", "Europe", "Europe/Berlin"),
        ("LANGUAGE", "de", "must be en or fr"),
        ("SLACK_API_URL", "slack.com/api", "https://"),
        ("TELEGRAM_API_URL", "ftp://x", "https://"),
        ("TELEGRAM_MODE", "push", "polling or webhook"),
        ("ADMINS", "alice", "slack:U012ABCDEF"),
        ("ADMINS", "slack:U1,teams:2", "slack:U012ABCDEF"),
        ("ADMINS", "slack:bob", "slack:U012ABCDEF"),
        ("ADMINS", "telegram:1001,telegram:alice", "telegram:1001"),
        ("TRUSTED_PROXIES", "nginx", "addresses or networks"),
        ("TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/33", "addresses or networks"),
        ("PUBLIC_URL", "http://pay.example.com", "https://"),
        ("PUBLIC_URL", "pay.example.com", "https://"),
        ("SLACK_ADMITTED", "alice", "user ids"),
        ("CHECKOUT_3DS", "yes", "on or off"),
        ("CHECKOUT_PROCESSING_CHANNEL_ID", "pc_1", "26 characters"),
        ("CHECKOUT_RETURN_URL", f"https://shop.example.com/{'x' * 255}", "255 characters"),
        ("CHECKOUT_BILLING_DESCRIPTOR", "Northwind Tea", "a comma and a city"),
        ("CHECKOUT_BILLING_DESCRIPTOR", f"{'x' * 26},Berlin", "25 characters"),
        ("TELEGRAM_ADMITTED", "alice", "numbers"),
        ("TELEGRAM_ADMITTED", "1001,", "numbers"),
        ("CHECKOUT_API_URL", "https://", "https://"),
        ("DEFAULT_BACKEND", "stripe", "checkout"),
    ],
)
def test_a_malformed_setting_is_shown_with_what_it_must_be(name: str, value: str, wanted: str) -> None:
    (line,) = problems(**{name: value})
    assert line.startswith(f"PAYLINK_{name}={value}:")
    assert wanted in line


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PAYLINK_CHECKOUT_SECRETKEY", "PAYLINK_CHECKOUT_SECRET_KEY"),
        ("PAYLINK_TIMEZONE", "PAYLINK_TIME_ZONE"),
        ("PAYLINK_port", None),
        ("PAYLINK_ZZZZ", None),
    ],
)
def test_an_unknown_setting_is_a_mistake_with_a_hint(written: str, meant: str | None) -> None:
    with pytest.raises(ConfigurationError) as mistakes:
        load({**GOOD, written: "1"})
    (line,) = mistakes.value.problems
    assert line.startswith(f"{written}: there is no such setting")
    assert (f"did you mean {meant}?" if meant else ".env.example") in line


@pytest.mark.parametrize(
    ("given", "needed"), [(given, needed) for given, all_needed in NEEDED.items() for needed in all_needed]
)
def test_what_is_needed_together_is_asked_for_together(given: str, needed: str) -> None:
    together = {f"PAYLINK_{name}": SETTINGS[name].example or "x" for name in (given, *NEEDED[given])}
    complete = together | GOOD | SLACK
    with pytest.raises(ConfigurationError) as mistakes:
        load({name: value for name, value in complete.items() if name != f"PAYLINK_{needed}"})
    assert any(
        line.startswith(f"PAYLINK_{needed}: is needed with PAYLINK_{given}")
        for line in mistakes.value.problems
    )


def test_no_mistake_shows_a_secret() -> None:
    incomplete = {"PAYLINK_SLACK_BOT_TOKEN": "xoxb-secret", "PAYLINK_CHECKOUT_SECRET_KEY": "sk_sbox_secret"}
    with pytest.raises(ConfigurationError) as mistakes:
        load(incomplete)
    assert "secret" not in str(mistakes.value)


def test_an_empty_setting_is_one_that_is_not_given() -> None:
    settings = load(
        {**GOOD, "PAYLINK_PORT": " ", "PAYLINK_DEFAULT_CURRENCY": "", "PAYLINK_SLACK_BOT_TOKEN": ""}
    )
    assert (settings.port, settings.default_currency, settings.slack) == (8080, None, None)


def test_the_environment_overrules_the_file(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("PAYLINK_PORT=1111\nPAYLINK_HOST=filed\nOTHER=1\nPAYLINK_REGION\n# PAYLINK_LANGUAGE=de\n")
    clean.setenv("PAYLINK_PORT", "2222")
    assert read_environment(env) == {"PAYLINK_PORT": "2222", "PAYLINK_HOST": "filed"}


def test_without_a_file_the_environment_is_enough(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean.setenv("PAYLINK_PORT", "2222")
    assert read_environment(tmp_path / ".env") == {"PAYLINK_PORT": "2222"}


def test_a_secret_with_a_dollar_in_the_file_is_taken_as_written(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    env = tmp_path / ".env"
    env.write_text("PAYLINK_CHECKOUT_WEBHOOK_SECRET=a${HOME}b\n")
    assert read_environment(env)["PAYLINK_CHECKOUT_WEBHOOK_SECRET"] == "a${HOME}b"


def test_the_example_names_every_setting_commented_out_and_is_valid_when_filled_in(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(example())
    assert dotenv_values(env) == {}
    env.write_text(example().replace("#PAYLINK_", "PAYLINK_"))
    written = {name: value or "" for name, value in dotenv_values(env).items()}
    assert set(written) == {f"PAYLINK_{name}" for name in SETTINGS}
    shortened = {name: "x" for name in SETTINGS if name.endswith("_SECRET")}
    shortened["CHECKOUT_PROCESSING_CHANNEL_ID"] = f"pc_{'0' * 26}"
    shortened["DATABASE_URL"] = "postgresql+psycopg://paylink@10.0.0.7/paylink"  # one for the work is its own
    filled = written | {f"PAYLINK_{name}": value for name, value in shortened.items()}
    assert load(filled).default_backend == "checkout"


def test_socket_mode_needs_no_signing_secret() -> None:
    settings = load(GOOD | {"PAYLINK_SLACK_BOT_TOKEN": "xoxb-1", "PAYLINK_SLACK_APP_TOKEN": "xapp-1"})
    assert settings.slack is not None
    assert (settings.slack.app_token, settings.slack.signing_secrets) == ("xapp-1", ())


def test_telegrams_webhook_needs_an_address_and_a_secret() -> None:
    told = problems(TELEGRAM_MODE="webhook")
    assert [line.split(":")[0] for line in told] == [
        *("PAYLINK_PUBLIC_URL", "PAYLINK_TELEGRAM_WEBHOOK_SECRET"),
    ]
    given = {
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": "new, old",
        "PUBLIC_URL": "https://p.test",
    }
    telegram = load(GOOD | {f"PAYLINK_{name}": value for name, value in given.items()}).telegram
    assert telegram is not None
    assert (telegram.webhook_url, telegram.webhook_secrets) == ("https://p.test", ("new", "old"))


def test_the_secret_that_is_up_to_the_operator_cannot_be_that_of_the_example() -> None:
    """Everybody can read that one, and be Telegram with it."""
    name = "TELEGRAM_WEBHOOK_SECRET"
    assert problems(**{name: SETTINGS[name].example})
    [told] = problems(TELEGRAM_MODE="webhook", PUBLIC_URL="https://p.test")
    assert problems(**{name: told.rpartition("=")[2]})


def test_administrators_are_named_with_their_chat() -> None:
    written = {"PAYLINK_ADMINS": " slack:U0BOB , telegram:1001"}
    assert load(GOOD | written).admins == {("slack", "U0BOB"), ("telegram", "1001")}


@pytest.mark.parametrize(
    ("name", "value"), [("SLACK_APP_TOKEN", "hush-1"), ("TELEGRAM_WEBHOOK_SECRET", "h sh")]
)
def test_a_malformed_secret_is_not_shown(name: str, value: str) -> None:
    told = problems(**{name: value})
    assert any(line.startswith(f"PAYLINK_{name}: must") for line in told)
    assert not any(value in line for line in told)
