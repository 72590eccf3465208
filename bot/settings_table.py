"""Every setting as a row: what it is for, its default, and the form that it must have."""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from zoneinfo import ZoneInfo

from bot import settings_backends as backends
from bot.countries import is_country
from bot.money import EXPONENTS
from bot.settings_rows import BASE_URL, URL, Setting, is_base, one_of, parts_of

PREFIX = "PAYLINK_"
_POSTGRESQL = "postgresql+psycopg://"
_FILE = re.compile("sqlite:///(?!:memory:)[^?#]+")
_SERVER = re.compile(
    r"postgres(?:ql(?:\+psycopg)?)?://([^\s:/?#@]*(:[^\s/?#@]*)?@)?(\[[0-9a-fA-F:.]+\]|[^\s:/?#@\[\]]*)"
    r"(:[0-9]{1,5})?(/[^\s?#]*)?(\?[^\s#]*)?"
)
_PICTURE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?")  # its host stands in a policy, as it is
_ADMIN = "(slack:[UW][A-Z0-9]+|telegram:[0-9]+)"  # by id: a name would be nobody's
_SPECIAL = "in a password @ is %40, / is %2F, : is %3A, # is %23, ? is %3F"


SECTIONS: Mapping[str, tuple[Setting, ...]] = {
    "The service": (
        Setting(
            "DATABASE_URL",
            "Where everything is kept: a file, or postgresql+psycopg://user:password@host/name",
            "sqlite:///paylink.db",
        ),
        Setting(
            "WORK_DATABASE_URL",
            "The same PostgreSQL database reached directly, where DATABASE_URL goes through a PgBouncer",
            "",
            "postgresql+psycopg://paylink@10.0.0.7/paylink",
        ),
        Setting("HOST", "Address to listen on", "127.0.0.1"),
        Setting("PORT", "Port to listen on", "8080"),
        Setting(
            "PUBLIC_URL",
            "How the world reaches the service; customers are then given addresses below it, /p/...",
            "",
            "https://pay.example.com",
        ),
        Setting(
            "TRUSTED_PROXIES",
            "Addresses of your web servers, whose X-Forwarded headers are believed; separated by commas",
            "",
            "10.0.0.0/8",
        ),
        Setting(
            "ADMINS",
            "Who may manage everybody's links, separated by commas",
            "",
            "slack:U012ABCDEF,telegram:1001",
        ),
        Setting("LOG_FORMAT", "json or console", "json"),
        Setting(
            "TRACES_URL",
            "Where an OpenTelemetry collector takes traces (needs the extra: pip install '.[traces]')",
            "",
            "http://127.0.0.1:4318/v1/traces",
        ),
    ),
    "Your links": (
        Setting("MERCHANT_NAME", "Who asks customers to pay, as they read it", "Paylink"),
        Setting(
            "MERCHANT_LOGO_URL",
            "Your logo, for the pages that customers see below PUBLIC_URL",
            "",
            "https://www.example.com/logo.png",
        ),
        Setting(
            "ACCOUNTS",
            "Further accounts, by commas: the settings of checkout-eu begin with PAYLINK_CHECKOUT_EU_",
        ),
        Setting(
            "DEFAULT_BACKEND",
            "The usual backend, or one of the further accounts; empty: the first by name",
            "",
            "checkout",
        ),
        Setting(
            "DEFAULT_CURRENCY",
            "Currency of an amount that is written without one; empty: it is asked",
            "",
            "EUR",
        ),
        Setting(
            "REGION",
            "Country of bills and of telephone numbers without one, two letters; empty: it is asked",
            "",
            "DE",
        ),
        Setting("LINK_EXPIRY", "How long a link can be paid: 7d, 48h or 30m", "7d"),
        Setting("TIME_ZONE", "Time zone of the moments shown", "UTC", "Europe/Berlin"),
        Setting("LANGUAGE", "Language of the chats and of customers' pages: en or fr", "en"),
    ),
    "Slack": (
        Setting("SLACK_BOT_TOKEN", "Bot token of the workspace's installation", "", "xoxb-..."),
        Setting(
            "SLACK_SIGNING_SECRET",
            "Signing secret of the app, not in Socket Mode; several while one replaces another",
            "",
            "0123abcd...",
        ),
        Setting("SLACK_APP_TOKEN", "App-level token; with it Socket Mode, not HTTP", "", "xapp-..."),
        Setting(
            "SLACK_ADMITTED",
            "Ids of guests and people of other workspaces who may use the bot, separated by commas",
            "",
            "U012ABCDEF,W034GHIJKL",
        ),
        Setting("SLACK_API_URL", "Web API", "https://slack.com/api/"),
    ),
    "Telegram": (
        Setting("TELEGRAM_BOT_TOKEN", "Token from BotFather", "", "123456:ABC..."),
        Setting(
            "TELEGRAM_MODE", "How updates come in: polling, or webhook (needs the public address)", "polling"
        ),
        Setting(
            "TELEGRAM_WEBHOOK_SECRET",
            "A long random word of yours that proves Telegram's updates; several by commas, the newest first",
            "",
            "...",
        ),
        Setting("TELEGRAM_API_URL", "Bot API", "https://api.telegram.org"),
        Setting(
            "TELEGRAM_ADMITTED",
            "Ids of the people and groups that may use the bot, separated by commas",
            "",
            "1001,-1002",
        ),
    ),
    **backends.SECTIONS,
}
SETTINGS: Mapping[str, Setting] = {setting.name: setting for rows in SECTIONS.values() for setting in rows}
NEEDED: Mapping[str, tuple[str, ...]] = {  # the first of each is what switches the rest on
    "SLACK_BOT_TOKEN": ("SLACK_SIGNING_SECRET",),
    "SLACK_SIGNING_SECRET": ("SLACK_BOT_TOKEN",),
    "SLACK_APP_TOKEN": ("SLACK_BOT_TOKEN",),
    **backends.NEEDED,
}
SPARED: Mapping[str, str] = {  # what is not needed, and with which other
    "SLACK_SIGNING_SECRET": "SLACK_APP_TOKEN",
}
_LARGEST_PORT = 65535
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def example() -> str:
    """The text of `.env.example`: every setting, commented, with its default or an example."""
    lines = [
        "# Settings of Paylink. Copy this file to .env and fill in what you use.",
        "# Each line shows the setting's default, or an example where there is none.",
        "",
    ]
    for section, rows in SECTIONS.items():
        lines.append(f"# {section}")
        for row in rows:
            lines += [f"# {row.purpose}", f"#{PREFIX}{row.name}={row.default or row.example}"]
        lines.append("")
    return "\n".join(lines)


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (LookupError, ValueError, OSError):
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def database(text: str) -> str:
    """A database's address as SQLAlchemy takes it: hosts and psql name a server's by its first word alone."""
    return re.sub("^postgres(ql)?://", _POSTGRESQL, text)


def is_safe_url(text: str) -> bool:
    """Without https only where nobody else listens in."""
    parts = parts_of(text)
    return parts is not None and (parts.scheme == "https" or parts.hostname in LOOPBACK)


FORMS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "DATABASE_URL": (
        lambda text: _FILE.fullmatch(text) or _SERVER.fullmatch(text),
        f"must be like sqlite:///paylink.db or {_POSTGRESQL}user:password@host/name; {_SPECIAL}",
    ),
    "WORK_DATABASE_URL": (
        _SERVER.fullmatch,
        f"must be like {_POSTGRESQL}user:password@host/name; {_SPECIAL}",
    ),
    "PORT": (
        lambda text: text.isdecimal() and 0 < int(text) <= _LARGEST_PORT,
        "must be a number from 1 to 65535",
    ),
    "TRUSTED_PROXIES": (
        lambda text: all(_is_network(part.strip()) for part in text.split(",")),
        "must be addresses or networks separated by commas, like 127.0.0.1,10.0.0.0/8",
    ),
    "ADMINS": (
        re.compile(rf"\s*{_ADMIN}\s*(,\s*{_ADMIN}\s*)*").fullmatch,
        "must be like slack:U012ABCDEF,telegram:1001",
    ),
    "TRACES_URL": URL,
    "MERCHANT_LOGO_URL": (
        lambda text: _PICTURE.fullmatch(text) and is_safe_url(text),
        "must be an address like https://www.example.com/logo.png",
    ),
    "LOG_FORMAT": one_of("json", "console"),
    "DEFAULT_CURRENCY": (lambda text: text in EXPONENTS, "must be an ISO 4217 code like EUR"),
    "REGION": (is_country, "must be a country's two capital letters like DE"),
    "LINK_EXPIRY": (re.compile("[1-9][0-9]{0,4}[dhm]").fullmatch, "must be like 7d, 48h or 30m"),
    "TIME_ZONE": (_is_zone, "must be a time zone like Europe/Berlin"),
    "LANGUAGE": one_of("en", "fr"),
    "SLACK_API_URL": BASE_URL,
    "SLACK_APP_TOKEN": (lambda text: text.startswith("xapp-"), "must begin with xapp-"),
    "SLACK_ADMITTED": (
        re.compile(r"\s*[UW][A-Z0-9]+\s*(,\s*[UW][A-Z0-9]+\s*)*").fullmatch,
        "must be user ids separated by commas, like U012ABCDEF,W034GHIJKL",
    ),
    "TELEGRAM_API_URL": BASE_URL,
    "PUBLIC_URL": (
        lambda text: is_base(text) and is_safe_url(text),
        "must be an address like https://pay.example.com",
    ),
    "TELEGRAM_MODE": one_of("polling", "webhook"),
    "TELEGRAM_WEBHOOK_SECRET": (
        re.compile(r"[\w-]{1,256}(\s*,\s*[\w-]{1,256})*", re.ASCII).fullmatch,
        "must be 1 to 256 of A-Z, a-z, 0-9, _ and -; several are separated by commas",
    ),
    "TELEGRAM_ADMITTED": (
        re.compile(r"\s*-?[0-9]+\s*(,\s*-?[0-9]+\s*)*").fullmatch,
        "must be numbers separated by commas, like 1001,-1002",
    ),
    **backends.FORMS,
}
