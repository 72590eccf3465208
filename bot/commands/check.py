"""`paylink check`: every setting and every credential, tried; a line each."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

import click

from adapters.backends._http import make_client as make_http
from adapters.chat.slack.chat import SlackChat
from adapters.chat.slack.client import make_client, make_session
from adapters.chat.slack.socket_mode import check_app_token
from adapters.chat.telegram.chat import TelegramChat
from adapters.chat.telegram.client import make_bot
from bot.bootstrap.core import make_backends
from bot.commands._address import LATER, OK, WRONG, tried
from bot.commands._schema import ensure_schema, ensure_work, file_to_make, trouble_told
from bot.commands._settings import mistakes_told, settings_or_exit
from bot.commands._traces import traces_or_exit
from bot.commands._trouble import in_words
from bot.delivery.customer_page import Situation, page_without_link
from bot.errors import PaylinkError
from bot.ports.accounts import prefix_of
from bot.ports.backend import Backend
from bot.ports.clock import SystemClock
from bot.ports.model import Mode
from bot.settings import Settings
from bot.settings_table import LOOPBACK, PREFIX
from bot.texts import Texts
from storage.engine import SqlStorage

_ONE_IS_WRONG = 1  # a setting like a credential: whoever runs it asks whether all is well
Check = Callable[[], Awaitable[str]]  # gives a line for the operator; raises PaylinkError


@click.command()
def command() -> None:
    """Try every setting and every credential; exits with 1 if one is wrong."""
    settings = settings_or_exit(status=_ONE_IS_WRONG)
    with mistakes_told(_ONE_IS_WRONG):
        backends = make_backends(settings)
    click.echo("ok    settings: read without a mistake")
    good = _said("database", partial(_database, settings))
    if settings.traces_url:
        good &= _said("traces", partial(_traces, settings))
    if not asyncio.run(_check(settings, backends)) or not good:
        sys.exit(_ONE_IS_WRONG)


def _said(name: str, try_: Callable[[], tuple[str, str]]) -> bool:
    """Whether a try went well. What ends any other command is a line here, and the next thing is tried."""
    try:
        how, line = try_()
    except click.ClickException as error:
        how, line = WRONG, error.message
    click.echo(f"{how:5} {name}: {line}")
    return how != WRONG


def _database(settings: Settings) -> tuple[str, str]:
    if file := file_to_make(settings):
        return LATER, f"there is no file {file}, which PAYLINK_DATABASE_URL names; `paylink serve` makes it"
    ensure_schema(settings)
    ensure_work(settings)
    with trouble_told():
        asyncio.run(_write(settings))
    return OK, "up to date"


def _traces(settings: Settings) -> tuple[str, str]:
    if traces := traces_or_exit(settings):
        traces.close()
    return OK, "what they need is installed"


async def _write(settings: Settings) -> None:
    """Try to write, without changing anything: a file of another user's or a replica can only be read.

    Raises StorageUnavailable.
    """
    storage = SqlStorage(settings.database_url, SystemClock(), on_wake=lambda _: None)
    try:
        await storage.write(lambda tx: tx.leases.release("check", "nobody"))
    finally:
        await storage.close()


async def _check(settings: Settings, backends: Mapping[str, Backend]) -> bool:
    good = True
    for name, backend in backends.items():
        good &= await _try(name, backend.check())
        good &= _reachable(settings, name, backend)
        await backend.aclose()
    async with _chats(settings) as checks:
        for name, check in checks.items():
            good &= await _try(name, check())
    return good & await _customers(settings)


async def _customers(settings: Settings) -> bool:
    """The address that they are given, where it is ours."""
    if settings.public_url is None:
        return True
    texts, merchant = Texts(settings.language), settings.merchant_name
    nobodys = page_without_link(texts, merchant, Situation.UNKNOWN)
    async with make_http(settings.public_url, follow_redirects=True) as client:
        how, line = await tried(client, settings.public_url, nobodys)
    click.echo(f"{how:5} customers: {line}")
    return how != WRONG


def _reachable(settings: Settings, name: str, backend: Backend) -> bool:
    """Real money moves between machines that find each other: nothing live on an address of this one."""
    addresses = {
        "API_URL": settings.accounts[name].get("API_URL", ""),
        "PUBLIC_URL": settings.public_url or "",
    }
    local = [setting for setting, url in addresses.items() if urlsplit(url).hostname in LOOPBACK]
    if backend.mode is Mode.LIVE and local:
        click.echo(f"WRONG {name}: a live key with an address of this machine: {', '.join(local)}")
        return False
    return True


@contextlib.asynccontextmanager
async def _chats(settings: Settings) -> AsyncIterator[dict[str, Check]]:
    """A try of each credential of the configured chats."""
    async with contextlib.AsyncExitStack() as stack:
        checks: dict[str, Check] = {}
        if settings.slack:
            session = await stack.enter_async_context(make_session())
            client = make_client(settings.slack.bot_token, settings.slack.api_url, session)
            checks["slack"] = SlackChat(client, session, Texts(settings.language)).check
            if settings.slack.app_token:
                checks["slack (app token)"] = partial(check_app_token, client, settings.slack.app_token)
        if settings.telegram:
            bot = make_bot(settings.telegram.bot_token, settings.telegram.api_url)
            stack.push_async_callback(bot.request.shutdown)
            checks["telegram"] = TelegramChat(bot).check
        yield checks


async def _try(name: str, check: Awaitable[str]) -> bool:
    try:
        click.echo(f"ok    {name}: {await check}")
    except PaylinkError as error:
        settings = PREFIX + prefix_of(name.partition(" ")[0])
        click.echo(f"WRONG {name}: {in_words(error, settings)}")
        return False
    return True
