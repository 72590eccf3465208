"""Every setting, read once from the environment and `.env`; all mistakes are reported at once.

A setting is a row of SETTINGS. Whatever begins with PAYLINK_ and is no row is a mistake too: a typing
error must not pass for a default.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

from bot.errors import ConfigurationError
from bot.money import chargeable_currencies

PREFIX = "PAYLINK_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without prefix, what it is for, its default, and an example of its form."""

    name: str
    purpose: str
    default: str = ""
    example: str = ""


SECTIONS: Mapping[str, tuple[Setting, ...]] = {
    "The service": (
        Setting("DATABASE_URL", "Where everything is kept", "sqlite:///paylink.db"),
        Setting("HOST", "Address to listen on", "127.0.0.1"),
        Setting("PORT", "Port to listen on", "8080"),
        Setting("LOG_FORMAT", "json or console", "json"),
    ),
    "Your links": (
        Setting("MERCHANT_NAME", "Shown to customers on the payment page", "Paylink"),
        Setting(
            "DEFAULT_BACKEND", "Which backend makes the links (needed with more than one)", "", "checkout"
        ),
        Setting("DEFAULT_CURRENCY", "Taken where an amount is written without one", "", "EUR"),
        Setting("REGION", "Country where customers are billed unless asked, two letters", "", "DE"),
        Setting("LINK_EXPIRY", "How long a link can be paid: 7d, 48h or 30m", "7d"),
        Setting("TIME_ZONE", "Time zone of the moments shown", "UTC", "Europe/Berlin"),
        Setting("LANGUAGE", "Language of the chats", "en"),
    ),
    "Slack": (
        Setting("SLACK_BOT_TOKEN", "Bot token of the workspace's installation", "", "xoxb-..."),
        Setting("SLACK_SIGNING_SECRET", "Signing secret of the app", "", "0123abcd..."),
        Setting("SLACK_API_URL", "Web API", "https://slack.com/api/"),
    ),
    "Telegram": (
        Setting("TELEGRAM_BOT_TOKEN", "Token from BotFather", "", "123456:ABC..."),
        Setting("TELEGRAM_MODE", "How updates come in: polling", "polling"),
        Setting("TELEGRAM_API_URL", "Bot API", "https://api.telegram.org"),
        Setting(
            "TELEGRAM_ADMITTED", "Ids of the people who may use the bot, separated by commas", "", "1001,1002"
        ),
    ),
    "Checkout.com": (
        Setting(
            "CHECKOUT_API_URL", "Your account's own host", "", "https://abcdefgh.api.sandbox.checkout.com"
        ),
        Setting(
            "CHECKOUT_SECRET_KEY", "Secret key; without it Checkout.com is not offered", "", "sk_sbox_..."
        ),
        Setting(
            "CHECKOUT_WEBHOOK_SECRET", "Signature key of the webhook; several while one replaces another"
        ),
        Setting("CHECKOUT_PROCESSING_CHANNEL_ID", "Needed if the key covers several channels", "", "pc_..."),
    ),
}
SETTINGS: Mapping[str, Setting] = {setting.name: setting for rows in SECTIONS.values() for setting in rows}
BACKEND_PREFIXES: Mapping[str, str] = {"checkout": "CHECKOUT_"}
_NEEDED: Mapping[str, tuple[str, ...]] = {  # the first of each is what switches the rest on
    "SLACK_BOT_TOKEN": ("SLACK_SIGNING_SECRET",),
    "SLACK_SIGNING_SECRET": ("SLACK_BOT_TOKEN",),
    "CHECKOUT_SECRET_KEY": ("CHECKOUT_API_URL", "CHECKOUT_WEBHOOK_SECRET"),
}
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One workspace."""

    bot_token: str
    signing_secret: str
    api_url: str


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """One bot."""

    bot_token: str
    api_url: str
    admitted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them, in the shapes that the program uses."""

    database_url: str
    host: str
    port: int
    log_format: str
    merchant_name: str
    default_backend: str
    default_currency: str | None
    region: str | None
    link_expiry: timedelta
    time_zone: ZoneInfo
    language: str
    slack: SlackSettings | None
    telegram: TelegramSettings | None
    backends: Mapping[str, Mapping[str, str]]  # by name; settings without their prefix
    secrets: tuple[str, ...]  # never to be logged


def read_environment(env_file: Path = Path(".env")) -> dict[str, str]:
    """The settings as written: `.env` in the working folder, overruled by the environment."""
    written = {**dotenv_values(env_file), **os.environ} if env_file.exists() else dict(os.environ)
    return {name: value for name, value in written.items() if name.startswith(PREFIX) and value is not None}


def load(written: Mapping[str, str]) -> Settings:
    """The settings, checked; raises ConfigurationError with a line for each mistake."""
    values = {name: written.get(PREFIX + name, "").strip() or row.default for name, row in SETTINGS.items()}
    problems = [*_unknown(written), *_missing(values), *_malformed(values)]
    backends = {
        backend: {name.removeprefix(prefix): values[name] for name in SETTINGS if name.startswith(prefix)}
        for backend, prefix in BACKEND_PREFIXES.items()
        if values[f"{prefix}SECRET_KEY"]
    }
    problems += _unusable(values, backends)
    if problems:
        raise ConfigurationError(*problems)
    return Settings(
        database_url=values["DATABASE_URL"],
        host=values["HOST"],
        port=int(values["PORT"]),
        log_format=values["LOG_FORMAT"],
        merchant_name=values["MERCHANT_NAME"],
        default_backend=values["DEFAULT_BACKEND"] or next(iter(backends)),
        default_currency=values["DEFAULT_CURRENCY"] or None,
        region=values["REGION"] or None,
        link_expiry=_duration(values["LINK_EXPIRY"]),
        time_zone=ZoneInfo(values["TIME_ZONE"]),
        language=values["LANGUAGE"],
        slack=_slack(values),
        telegram=_telegram(values),
        backends=backends,
        secrets=tuple(value for name, value in values.items() if value and _is_secret(name)),
    )


def example() -> str:
    """The text of `.env.example`: every setting, commented, with its default or an example."""
    lines = ["# Settings of Paylink. Copy this file to .env and fill in what you use.", ""]
    for section, rows in SECTIONS.items():
        lines.append(f"# {section}")
        for row in rows:
            lines += [f"# {row.purpose}", f"#{PREFIX}{row.name}={row.default or row.example}"]
        lines.append("")
    return "\n".join(lines)


def _slack(values: Mapping[str, str]) -> SlackSettings | None:
    if not values["SLACK_BOT_TOKEN"]:
        return None
    return SlackSettings(values["SLACK_BOT_TOKEN"], values["SLACK_SIGNING_SECRET"], values["SLACK_API_URL"])


def _telegram(values: Mapping[str, str]) -> TelegramSettings | None:
    if not values["TELEGRAM_BOT_TOKEN"]:
        return None
    admitted = tuple(part.strip() for part in values["TELEGRAM_ADMITTED"].split(",") if part.strip())
    return TelegramSettings(values["TELEGRAM_BOT_TOKEN"], values["TELEGRAM_API_URL"], admitted)


def _is_secret(name: str) -> bool:
    return name.endswith(("_TOKEN", "_SECRET", "_KEY"))


def _unknown(written: Mapping[str, str]) -> list[str]:
    problems = []
    for name in sorted(written):
        bare = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and bare not in SETTINGS:
            near = get_close_matches(bare, SETTINGS, 1)
            hint = f", did you mean {PREFIX}{near[0]}?" if near else "; .env.example lists them all"
            problems.append(f"{name}: there is no such setting{hint}")
    return problems


def _missing(values: Mapping[str, str]) -> list[str]:
    return [
        f"{PREFIX}{needed}: is needed with {PREFIX}{given}; add {PREFIX}{needed}={SETTINGS[needed].example or '...'}"
        for given, all_needed in _NEEDED.items()
        for needed in all_needed
        if values[given] and not values[needed]
    ]


def _malformed(values: Mapping[str, str]) -> list[str]:
    return [
        f"{PREFIX}{name}={values[name]}: {wanted}"
        for name, (is_good, wanted) in _FORMS.items()
        if values[name] and not is_good(values[name])
    ]


def _unusable(values: Mapping[str, str], backends: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What is right by itself and wrong together."""
    chosen, problems = values["DEFAULT_BACKEND"], []
    if not backends:
        problems.append(f"no backend: set one's key, for example {PREFIX}CHECKOUT_SECRET_KEY=sk_sbox_...")
    elif chosen and chosen not in backends:
        problems.append(
            f"{PREFIX}DEFAULT_BACKEND={chosen}: has no key; those with one: {', '.join(backends)}"
        )
    if not values["SLACK_BOT_TOKEN"] and not values["TELEGRAM_BOT_TOKEN"]:
        problems.append(f"no chat: set {PREFIX}SLACK_BOT_TOKEN or {PREFIX}TELEGRAM_BOT_TOKEN")
    return problems


def _duration(text: str) -> timedelta:
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (LookupError, ValueError, OSError):
        return False
    return True


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


_URL = (_is_url, "must be an address like https://example.com")
_FORMS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "DATABASE_URL": (lambda text: text.startswith("sqlite:///"), "must be like sqlite:///paylink.db"),
    "PORT": (lambda text: text.isdecimal() and 0 < int(text) < 65536, "must be a number from 1 to 65535"),
    "LOG_FORMAT": (lambda text: text in {"json", "console"}, "must be json or console"),
    "DEFAULT_CURRENCY": (chargeable_currencies().__contains__, "must be an ISO 4217 code like EUR"),
    "REGION": (re.compile("[A-Z]{2}").fullmatch, "must be two capital letters like DE"),
    "LINK_EXPIRY": (re.compile("[1-9][0-9]{0,4}[dhm]").fullmatch, "must be like 7d, 48h or 30m"),
    "TIME_ZONE": (_is_zone, "must be a time zone like Europe/Berlin"),
    "LANGUAGE": (lambda text: text == "en", "must be en"),
    "SLACK_API_URL": _URL,
    "TELEGRAM_API_URL": _URL,
    "TELEGRAM_MODE": (lambda text: text == "polling", "must be polling"),
    "TELEGRAM_ADMITTED": (
        re.compile(r"\s*[0-9]+\s*(,\s*[0-9]+\s*)*").fullmatch,
        "must be numbers separated by commas, like 1001,1002",
    ),
    "CHECKOUT_API_URL": _URL,
}
