"""Every setting as a row: what it is for, its default, and the form that it must have."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

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
NEEDED: Mapping[str, tuple[str, ...]] = {  # the first of each is what switches the rest on
    "SLACK_BOT_TOKEN": ("SLACK_SIGNING_SECRET",),
    "SLACK_SIGNING_SECRET": ("SLACK_BOT_TOKEN",),
    "CHECKOUT_SECRET_KEY": ("CHECKOUT_API_URL", "CHECKOUT_WEBHOOK_SECRET"),
}
_LARGEST_PORT = 65535


def example() -> str:
    """The text of `.env.example`: every setting, commented, with its default or an example."""
    lines = ["# Settings of Paylink. Copy this file to .env and fill in what you use.", ""]
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


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


_URL = (_is_url, "must be an address like https://example.com")
FORMS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "DATABASE_URL": (lambda text: text.startswith("sqlite:///"), "must be like sqlite:///paylink.db"),
    "PORT": (
        lambda text: text.isdecimal() and 0 < int(text) <= _LARGEST_PORT,
        "must be a number from 1 to 65535",
    ),
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
