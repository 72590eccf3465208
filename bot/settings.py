"""Every setting, read once from the environment and `.env`; all mistakes are reported at once.

A setting is a row of `settings_table.SETTINGS`, or of an account that PAYLINK_ACCOUNTS names. Whatever
begins with PAYLINK_ and is no row is a mistake too: a typing error must not pass for a default.
"""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import ConfigurationError
from bot.ports.accounts import backend_of, listed, prefix_of
from bot.settings_accounts import ACCOUNTS, Table, meant_by, named_in, widened
from bot.settings_backends import DECLARED
from bot.settings_file import FILE, written_in
from bot.settings_secrets import form_of, seen_in
from bot.settings_table import FORMS, NEEDED, PREFIX, SETTINGS, SPARED, database

Accounts = Mapping[str, Mapping[str, str]]  # by id; settings without their prefix
Tried = Callable[[Accounts, str], Sequence[str]]  # with the merchant's name: what is wrong with any of them

_OF_WEBHOOKS = "_WEBHOOK_SECRET"
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One workspace."""

    bot_token: str
    signing_secrets: tuple[str, ...]
    app_token: str  # with it requests come through Socket Mode
    api_url: str
    admitted: frozenset[str]


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """One bot."""

    bot_token: str
    api_url: str
    admitted: tuple[str, ...]
    webhook_url: str | None  # updates are sent there; None: they are fetched
    webhook_secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them, in the shapes that the program uses."""

    database_url: str
    work_database_url: str  # the same database, where one can listen to it
    host: str
    port: int
    public_url: str | None
    log_format: str
    traces_url: str | None
    merchant_name: str
    merchant_logo_url: str | None
    default_backend: str
    default_currency: str | None
    region: str | None
    link_expiry: timedelta
    time_zone: ZoneInfo
    language: str
    slack: SlackSettings | None
    telegram: TelegramSettings | None
    accounts: Accounts
    trusted_proxies: tuple[str, ...]
    admins: frozenset[tuple[str, str]]  # (chat, user) each
    secrets: tuple[str, ...]  # never to be logged

    @property
    def is_postgresql(self) -> bool:
        """Can several processes share the work?"""
        return self.database_url.startswith("postgresql")

    @property
    def is_direct(self) -> bool:
        """Is the database itself connected to, and no PgBouncer, which needs another address for the work?"""
        return self.work_database_url == self.database_url


def read_environment(env_file: Path = FILE) -> dict[str, str]:
    """The settings as written: `.env` in the working folder, overruled by the environment.

    Raises ConfigurationError.
    """
    written = {**written_in(env_file), **os.environ}
    return {name: value for name, value in written.items() if name.startswith(PREFIX)}


def load(written: Mapping[str, str], *, connected: bool = True, tried: Tried | None = None) -> Settings:
    """The settings, checked; raises ConfigurationError with a line for each mistake.

    `tried`: what backends alone know of their own is told with what is wrong here. If nothing is, it is not
    asked: whoever makes the backends is told by them.
    """
    further, misnamed = named_in(written.get(PREFIX + ACCOUNTS, ""))
    table = widened(Table(SETTINGS, NEEDED, FORMS), further)
    values = {name: written.get(PREFIX + name, "").strip() or row.default for name, row in table.rows.items()}
    problems = [f"{PREFIX}{ACCOUNTS}: {problem}" for problem in misnamed]
    problems += [*_unknown(written, table), *_missing(values, table, connected=connected)]
    malformed = _malformed(values, table)
    problems += malformed.values()
    accounts = _accounts(values, further)
    problems += _unusable(values, accounts)
    if problems:
        sound = {name: own for name, own in accounts.items() if _is_sound(name, own, malformed)}
        raise ConfigurationError(*problems, *(tried(sound, values["MERCHANT_NAME"]) if tried else ()))
    return _settings(values, accounts)


def _settings(values: Mapping[str, str], accounts: Accounts) -> Settings:
    return Settings(
        database_url=database(values["DATABASE_URL"]),
        work_database_url=database(values["WORK_DATABASE_URL"] or values["DATABASE_URL"]),
        host=values["HOST"],
        port=int(values["PORT"]),
        public_url=values["PUBLIC_URL"].rstrip("/") or None,
        log_format=values["LOG_FORMAT"],
        traces_url=values["TRACES_URL"] or None,
        merchant_name=values["MERCHANT_NAME"],
        merchant_logo_url=values["MERCHANT_LOGO_URL"] or None,
        default_backend=values["DEFAULT_BACKEND"] or next(iter(accounts)),
        default_currency=values["DEFAULT_CURRENCY"] or None,
        region=values["REGION"] or None,
        link_expiry=duration(values["LINK_EXPIRY"]),
        time_zone=ZoneInfo(values["TIME_ZONE"]),
        language=values["LANGUAGE"],
        slack=_slack(values),
        telegram=_telegram(values),
        accounts=accounts,
        trusted_proxies=listed(values["TRUSTED_PROXIES"]),
        admins=frozenset(_admin(part) for part in listed(values["ADMINS"])),
        secrets=tuple(secret for name, value in values.items() for secret in seen_in(name, value)),
    )


def _accounts(values: Mapping[str, str], further: Sequence[str]) -> Accounts:
    return {
        name: {row.name: values[prefix_of(name) + row.name] for row in DECLARED[backend_of(name)].rows}
        for name in sorted([*DECLARED, *further])
        if values[f"{prefix_of(name)}SECRET_KEY"]
    }


def _slack(values: Mapping[str, str]) -> SlackSettings | None:
    if not values["SLACK_BOT_TOKEN"]:
        return None
    return SlackSettings(
        values["SLACK_BOT_TOKEN"],
        listed(values["SLACK_SIGNING_SECRET"]),
        values["SLACK_APP_TOKEN"],
        values["SLACK_API_URL"],
        frozenset(listed(values["SLACK_ADMITTED"])),
    )


def _telegram(values: Mapping[str, str]) -> TelegramSettings | None:
    if not values["TELEGRAM_BOT_TOKEN"]:
        return None
    return TelegramSettings(
        bot_token=values["TELEGRAM_BOT_TOKEN"],
        api_url=values["TELEGRAM_API_URL"],
        admitted=listed(values["TELEGRAM_ADMITTED"]),
        webhook_url=values["PUBLIC_URL"] if values["TELEGRAM_MODE"] == "webhook" else None,
        webhook_secrets=listed(values["TELEGRAM_WEBHOOK_SECRET"]),
    )


def _admin(text: str) -> tuple[str, str]:
    chat, _, user = text.partition(":")
    return chat, user


def _unknown(written: Mapping[str, str], table: Table) -> list[str]:
    bare = [name.removeprefix(PREFIX) for name in sorted(written) if name.startswith(PREFIX)]
    return [
        f"{PREFIX}{name}: there is no such setting{_hint(name, table)}"
        for name in bare
        if name not in table.rows
    ]


def _hint(name: str, table: Table) -> str:
    if account := meant_by(name):
        return f"; if it is another account's, add {account} to {PREFIX}{ACCOUNTS}"
    near = get_close_matches(name, table.rows, 1)
    return f", did you mean {PREFIX}{near[0]}?" if near else "; .env.example lists them all"


def _missing(values: Mapping[str, str], table: Table, *, connected: bool) -> list[str]:
    """Before they are connected, backends need not have told the secrets of their webhooks."""
    return [
        f"{PREFIX}{needed}: is needed with {PREFIX}{given}; add "
        f"{_written(needed, table)}{_instead(needed, table)}{_source(needed)}"
        for given, all_needed in table.needed.items()
        for needed in all_needed
        if values[given]
        and not (values[needed] or values.get(SPARED.get(needed, "")))
        and (connected or not needed.endswith(_OF_WEBHOOKS))
    ]


def _written(name: str, table: Table) -> str:
    return f"{PREFIX}{name}={table.rows[name].example or '...'}"


def _instead(needed: str, table: Table) -> str:
    return f" or {_written(SPARED[needed], table)}" if needed in SPARED else ""


def _source(needed: str) -> str:
    prefix, is_webhooks, _ = needed.partition(_OF_WEBHOOKS)
    account = prefix.lower().replace("_", "-")
    return f" (`paylink connect {account}` says where it comes from)" if is_webhooks else ""


def _malformed(values: Mapping[str, str], table: Table) -> dict[str, str]:
    problems = {}
    for name, value in values.items():
        form = table.forms.get(name) or form_of(name)
        if value and form and not form[0](value):
            problems[name] = f"{PREFIX}{name}{'' if seen_in(name, value) else '=' + value}: {form[1]}"
    return problems


def _is_sound(account: str, own: Mapping[str, str], malformed: Collection[str]) -> bool:
    """Has each of its settings the form that its backend counts on?"""
    return not any(prefix_of(account) + name in malformed for name in own)


def _unusable(values: Mapping[str, str], accounts: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Problems of settings that are each well-formed, but wrong together."""
    chosen, problems = values["DEFAULT_BACKEND"], []
    if not accounts:
        problems.append(f"no backend: set one's key, for example {PREFIX}CHECKOUT_SECRET_KEY=sk_sbox_...")
    elif chosen and chosen not in accounts:
        problems.append(
            f"{PREFIX}DEFAULT_BACKEND={chosen}: has no key; those with one: {', '.join(accounts)}"
        )
    if not values["SLACK_BOT_TOKEN"] and not values["TELEGRAM_BOT_TOKEN"]:
        problems.append(f"no chat: set {PREFIX}SLACK_BOT_TOKEN or {PREFIX}TELEGRAM_BOT_TOKEN")
    if values["WORK_DATABASE_URL"] and values["DATABASE_URL"].startswith("sqlite"):
        problems.append(f"{PREFIX}WORK_DATABASE_URL: is for PostgreSQL, which {PREFIX}DATABASE_URL must name")
    if values["TELEGRAM_MODE"] == "webhook":
        problems += [
            f"{PREFIX}{needed}: is needed with {PREFIX}TELEGRAM_MODE=webhook; add "
            f"{PREFIX}{needed}={SETTINGS[needed].example}"
            for needed in ("PUBLIC_URL", "TELEGRAM_WEBHOOK_SECRET")
            if not values[needed]
        ]
    return problems


def duration(text: str) -> timedelta:
    """`7d`, `48h` or `30m`."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
