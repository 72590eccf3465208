"""`paylink revoke`: somebody is refused from now on, or an invitation is worth nothing any more."""

import re
import sys

import click

from adapters.chat.telegram.admission import hash_of
from bot.commands._rows import in_database
from bot.commands._settings import settings_or_exit
from bot.ports.model import Person, Standing

_ID = re.compile("-?[0-9]+")


@click.command(context_settings={"ignore_unknown_options": True})  # a group's id begins with a minus
@click.argument("target", metavar="USER_ID|TOKEN")
def command(target: str) -> None:
    """Refuse a person or group in Telegram, by id, or make an unused invitation useless, by token or link."""
    if _ID.fullmatch(target):
        _refuse(target)
    else:
        _take_back(target.rpartition("=")[2])


def _refuse(user: str) -> None:
    """The settings' word counts at every start: a name that stands there has to go from there, too."""
    telegram = settings_or_exit().telegram
    in_database(lambda tx: tx.people.put(Person("telegram", user), Standing.REFUSED))
    click.echo(f"{user} is refused from now on.")
    if telegram is not None and user in telegram.admitted:
        click.echo(f"Take {user} out of PAYLINK_TELEGRAM_ADMITTED: it admits them again at the next start.")


def _take_back(token: str) -> None:
    known = hash_of(token)
    revoked, user = in_database(lambda tx: (tx.invites.revoke(known), tx.invites.used_by(known)))
    if not revoked:
        who = f"{user} has used it, and is refused by `paylink revoke {user}`" if user else "it is unknown"
        click.echo(f"there is no unused invitation with this token: {who}", err=True)
        sys.exit(1)
    click.echo("The invitation is worth nothing any more.")
