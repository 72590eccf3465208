"""Every setting as a row: what it is for, its default, and the form that it must have."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
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
        Setting("PUBLIC_URL", "How the world reaches the service", "", "https://pay.example.com"),
        Setting(
            "TRUSTED_PROXIES",
            "Whose word on where a request came from is taken: addresses, separated by commas",
            "",
            "10.0.0.0/8",
        ),
        Setting(
            "ADMINS",
            "Who may cancel anybody's links, separated by commas",
            "",
            "slack:U012ABCDEF,telegram:1001",
        ),
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
        Setting("SLACK_SIGNING_SECRET", "Signing secret of the app; not in Socket Mode", "", "0123abcd..."),
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
            "Proof that an update is Telegram's; several while one replaces another, the newest first",
            "",
            "a-long-random-word",
        ),
        Setting("TELEGRAM_API_URL", "Bot API", "https://api.telegram.org"),
        Setting(
            "TELEGRAM_ADMITTED",
            "Ids of the people and groups that may use the bot, separated by commas",
            "",
            "1001,-1002",
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
        Setting(
            "CHECKOUT_PAYMENT_METHODS",
            "Offered where their rules allow, separated by commas; empty: all that your account has",
            "",
            "card,applepay,googlepay,alipay_cn,klarna,ideal",
        ),
        Setting("CHECKOUT_3DS", "on or off; empty: as agreed with Checkout.com", "", "on"),
        Setting("CHECKOUT_LOCALE", "Language of the payment page; empty: en-GB", "", "de-DE"),
        Setting(
            "CHECKOUT_RETURN_URL",
            "Where the page's button leads after paying",
            "",
            "https://shop.example.com",
        ),
        Setting(
            "CHECKOUT_BILLING_DESCRIPTOR",
            "Name and city on the payer's statement",
            "",
            "Northwind Tea, Berlin",
        ),
    ),
    "Cost+": (
        Setting("COSTPLUS_API_URL", "API", "https://api.costplus.online/v1"),
        Setting("COSTPLUS_SECRET_KEY", "API key of a website; without it Cost+ is not offered"),
        Setting("COSTPLUS_MODE", "test for a Sandbox website's key, else live", "live"),
        Setting("COSTPLUS_MAIL", "on: Cost+ is told customers' e-mail addresses and may write there", "off"),
        Setting("COSTPLUS_EXTRA", "Added to every link: a JSON object", "", '{"return_url": "https://..."}'),
    ),
    "PaymentKit": (
        Setting("PAYMENTKIT_API_URL", "API", "https://api.paymentkit.com"),
        Setting("PAYMENTKIT_ACCOUNT_ID", "Your account's id", "", "acc_..."),
        Setting("PAYMENTKIT_SECRET_KEY", "Secret key; without it PaymentKit is not offered", "", "st_..."),
        Setting("PAYMENTKIT_WEBHOOK_SECRET", "Webhook's signing secrets, by commas", "", "whsec_..."),
        Setting("PAYMENTKIT_PRODUCT_ID", "Product of the prices we make; empty: we make one", "", "prod_..."),
        Setting(
            "PAYMENTKIT_SELL_BY", "price: one made for each link; quantity: so many of a unit price", "price"
        ),
        Setting("PAYMENTKIT_UNIT_PRICES", "Prices of one cent, by currency", "", "EUR:price_...,USD:..."),
        Setting("PAYMENTKIT_PAYMENT_METHODS", "Empty: all of your account's", "", "credit_card,apple_pay"),
        Setting("PAYMENTKIT_RETURN_URL", "Where customers go after paying", "", "https://shop.example.com"),
        Setting("PAYMENTKIT_EVENTS", "Further events' meaning", "", "payment.captured=captured"),
        Setting("PAYMENTKIT_EXTRA", "Added to every link: a JSON object", "", '{"customer_id": "cus_..."}'),
    ),
    "EximPe": (
        Setting("EXIMPE_API_URL", "Sandbox or live", "", "https://api-pacb-uat.eximpe.com"),
        Setting("EXIMPE_CLIENT_ID", "Client id"),
        Setting("EXIMPE_SECRET_KEY", "Client secret; without it EximPe is not offered"),
        Setting("EXIMPE_WEBHOOK_SECRET", "Encryption Key; several while one replaces another"),
        Setting("EXIMPE_GOODS", "Sold unless said: service, digital_goods or physical_goods", "service"),
        Setting("EXIMPE_EXTRA", "Added to every link: a JSON object", "", '{"product.hs_code": "99831100"}'),
    ),
}
SETTINGS: Mapping[str, Setting] = {setting.name: setting for rows in SECTIONS.values() for setting in rows}
BACKEND_PREFIXES: Mapping[str, str] = {
    "checkout": "CHECKOUT_",
    "costplus": "COSTPLUS_",
    "eximpe": "EXIMPE_",
    "paymentkit": "PAYMENTKIT_",
}
NEEDED: Mapping[str, tuple[str, ...]] = {  # the first of each is what switches the rest on
    "SLACK_BOT_TOKEN": ("SLACK_SIGNING_SECRET",),
    "SLACK_SIGNING_SECRET": ("SLACK_BOT_TOKEN",),
    "SLACK_APP_TOKEN": ("SLACK_BOT_TOKEN",),
    "CHECKOUT_SECRET_KEY": ("CHECKOUT_API_URL", "CHECKOUT_WEBHOOK_SECRET"),
    "EXIMPE_SECRET_KEY": ("EXIMPE_API_URL", "EXIMPE_CLIENT_ID", "EXIMPE_WEBHOOK_SECRET"),
    "PAYMENTKIT_SECRET_KEY": ("PAYMENTKIT_ACCOUNT_ID", "PAYMENTKIT_WEBHOOK_SECRET"),
}
SPARED: Mapping[str, str] = {  # what is not needed, and with which other
    "SLACK_SIGNING_SECRET": "SLACK_APP_TOKEN",
}
_LARGEST_PORT = 65535
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_LONGEST_RETURN_URL = 255


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


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_public_url(text: str) -> bool:
    """Without https only where nobody else listens in."""
    parts = urlsplit(text)
    return _is_url(text) and (parts.scheme == "https" or parts.hostname in LOOPBACK)


_URL = (_is_url, "must be an address like https://example.com")
FORMS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "DATABASE_URL": (lambda text: text.startswith("sqlite:///"), "must be like sqlite:///paylink.db"),
    "PORT": (
        lambda text: text.isdecimal() and 0 < int(text) <= _LARGEST_PORT,
        "must be a number from 1 to 65535",
    ),
    "TRUSTED_PROXIES": (
        lambda text: all(_is_network(part.strip()) for part in text.split(",")),
        "must be addresses or networks separated by commas, like 127.0.0.1,10.0.0.0/8",
    ),
    "ADMINS": (
        re.compile(r"\s*(slack|telegram):\w+\s*(,\s*(slack|telegram):\w+\s*)*").fullmatch,
        "must be like slack:U012ABCDEF,telegram:1001",
    ),
    "LOG_FORMAT": (lambda text: text in {"json", "console"}, "must be json or console"),
    "DEFAULT_CURRENCY": (chargeable_currencies().__contains__, "must be an ISO 4217 code like EUR"),
    "REGION": (re.compile("[A-Z]{2}").fullmatch, "must be two capital letters like DE"),
    "LINK_EXPIRY": (re.compile("[1-9][0-9]{0,4}[dhm]").fullmatch, "must be like 7d, 48h or 30m"),
    "TIME_ZONE": (_is_zone, "must be a time zone like Europe/Berlin"),
    "LANGUAGE": (lambda text: text == "en", "must be en"),
    "SLACK_API_URL": _URL,
    "SLACK_APP_TOKEN": (lambda text: text.startswith("xapp-"), "must begin with xapp-"),
    "SLACK_ADMITTED": (
        re.compile(r"\s*[UW][A-Z0-9]+\s*(,\s*[UW][A-Z0-9]+\s*)*").fullmatch,
        "must be user ids separated by commas, like U012ABCDEF,W034GHIJKL",
    ),
    "TELEGRAM_API_URL": _URL,
    "PUBLIC_URL": (_is_public_url, "must be an address like https://pay.example.com"),
    "TELEGRAM_MODE": (lambda text: text in {"polling", "webhook"}, "must be polling or webhook"),
    "TELEGRAM_WEBHOOK_SECRET": (
        re.compile(r"[\w-]{1,256}(\s*,\s*[\w-]{1,256})*", re.ASCII).fullmatch,
        "must be 1 to 256 of A-Z, a-z, 0-9, _ and -; several are separated by commas",
    ),
    "TELEGRAM_ADMITTED": (
        re.compile(r"\s*-?[0-9]+\s*(,\s*-?[0-9]+\s*)*").fullmatch,
        "must be numbers separated by commas, like 1001,-1002",
    ),
    "CHECKOUT_API_URL": _URL,
    "COSTPLUS_API_URL": _URL,
    "COSTPLUS_MODE": (lambda text: text in {"test", "live"}, "must be test or live"),
    "COSTPLUS_MAIL": (lambda text: text in {"on", "off"}, "must be on or off"),
    "EXIMPE_API_URL": _URL,
    "EXIMPE_GOODS": (
        lambda text: text in {"service", "digital_goods", "physical_goods"},
        "must be service, digital_goods or physical_goods",
    ),
    "PAYMENTKIT_API_URL": _URL,
    "PAYMENTKIT_RETURN_URL": _URL,
    "PAYMENTKIT_SELL_BY": (lambda text: text in {"price", "quantity"}, "must be price or quantity"),
    "PAYMENTKIT_UNIT_PRICES": (
        re.compile(r"\s*[A-Z]{3}:[^\s,]+(\s*,\s*[A-Z]{3}:[^\s,]+)*\s*").fullmatch,
        "must be like EUR:price_a,USD:price_b",
    ),
    "CHECKOUT_PROCESSING_CHANNEL_ID": (
        re.compile("pc_[a-z0-9]{26}").fullmatch,
        "must be pc_ and 26 characters",
    ),
    "CHECKOUT_3DS": (lambda text: text in {"on", "off"}, "must be on or off"),
    "CHECKOUT_RETURN_URL": (
        lambda text: _is_url(text) and len(text) <= _LONGEST_RETURN_URL,
        "must be an address like https://example.com, at most 255 characters",
    ),
    "CHECKOUT_BILLING_DESCRIPTOR": (
        re.compile("[^,]{1,25},[^,]{1,13}").fullmatch,
        "must be a name (25 characters at most), a comma and a city (13 at most)",
    ),
}
