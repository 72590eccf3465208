"""`paylink invite`: a link that admits the first who uses it."""

import asyncio
import sys
from datetime import datetime, timedelta

import click

from adapters.chat.telegram.admission import hash_of, new_token
from adapters.chat.telegram.client import calling, make_bot
from bot.commands._rows import in_database
from bot.commands._settings import settings_or_exit
from bot.commands._trouble import in_words
from bot.errors import PaylinkError
from bot.ports.clock import SystemClock
from bot.settings import TelegramSettings, duration
from bot.settings_table import FORMS


def _duration(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    is_good, wanted = FORMS["LINK_EXPIRY"]
    if not is_good(value):
        raise click.BadParameter(wanted)
    return duration(value)


@click.command()
@click.option(
    "--for", "lasts", default="7d", show_default=True, callback=_duration, help="How long it can be used."
)
@click.option("--group", is_flag=True, help="Admit a group; somebody who is admitted adds the bot with it.")
def command(lasts: timedelta, group: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """Print a link that admits the first who uses it to the bot in Telegram."""
    settings = settings_or_exit().telegram
    if settings is None:
        click.echo("no Telegram: set PAYLINK_TELEGRAM_BOT_TOKEN", err=True)
        sys.exit(1)
    try:
        username = asyncio.run(_username(settings))
    except PaylinkError as error:
        click.echo(f"Telegram does not say who we are: {in_words(error, 'PAYLINK_TELEGRAM_')}", err=True)
        sys.exit(1)
    token, until = new_token(for_group=group), SystemClock().now() + lasts
    in_database(lambda tx: tx.invites.add(hash_of(token), "telegram", until))
    click.echo(f"https://t.me/{username}?{'startgroup' if group else 'start'}={token}")
    click.echo(_explained(until, group=group))


def _explained(until: datetime, *, group: bool) -> str:
    whom = "the first group it is used in" if group else "the first who opens it and presses Start"
    return f"It admits {whom}, once, until {until:%Y-%m-%d %H:%M %Z}. To take it back: paylink revoke TOKEN"


async def _username(settings: TelegramSettings) -> str:
    bot = make_bot(settings.bot_token, settings.api_url)
    try:
        await calling(bot.initialize())
        return bot.username
    finally:
        await bot.request.shutdown()
