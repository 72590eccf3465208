"""`paylink outbox`: what is still owed to the chats, and what was given up."""

import sys
from collections.abc import Collection
from typing import NoReturn

import click

from bot.commands._rows import NUMBER, confirm, in_database, looked_up, yes
from bot.ports.clock import SystemClock
from bot.ports.traffic import Owed, OwedState

_GIVEN_UP = (OwedState.LOST, OwedState.DEAD)
_UNSENT = (OwedState.OWED, *_GIVEN_UP)


@click.group(invoke_without_command=True)
@click.option("--count", is_flag=True, help="Print how many messages are still owed.")
@click.pass_context
def command(context: click.Context, count: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """Show what is owed to the chats, owe again what was given up, or drop it."""
    if count and context.invoked_subcommand:
        raise click.UsageError("name no command with --count, which prints a figure alone")
    if count:
        click.echo(looked_up(lambda tx: tx.outbox.count()))
    elif context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("list")
def show_all() -> None:
    """A line per message that is owed, lost or given up."""
    for owed in looked_up(lambda tx: tx.outbox.unsaid()):
        click.echo(_line(owed))


@command.command("retry")
@click.argument("number", type=NUMBER)
@yes
def retry(number: int, sure: bool) -> None:  # noqa: FBT001 - as above
    """Owe a lost or given up message again. It may then be seen twice."""
    refused = f"{number} is not lost or given up"
    owed = _found(number, _GIVEN_UP, refused)
    confirm(f"Say message {number} again? It may be seen twice.", sure=sure, about=[_line(owed)])
    again = in_database(lambda tx: tx.outbox.retry(number, SystemClock().now()))
    _told(again, f"{number} is owed again", refused)


@command.command("drop")
@click.argument("number", type=NUMBER)
@yes
def drop(number: int, sure: bool) -> None:  # noqa: FBT001 - as above
    """Have a message never said. It may be owed, lost or given up."""
    refused = f"{number} is not owed, lost or given up, or is being sent"
    owed = _found(number, _UNSENT, refused)
    confirm(f"Drop message {number}? It is never said then.", sure=sure, about=[_line(owed)])
    dropped = in_database(lambda tx: tx.outbox.drop(number))
    _told(dropped, f"{number} is dropped", refused)


def _found(number: int, states: Collection[OwedState], refused: str) -> Owed:
    """The message of that number if it is in one of the states; ends the command otherwise."""
    unsaid = looked_up(lambda tx: tx.outbox.unsaid())
    found = [owed for owed in unsaid if owed.id == number and owed.state in states]
    return found[0] if found else _refuse(refused)


def _told(done: bool, good: str, refused: str) -> None:  # noqa: FBT001 - an outcome, not an option
    """It may have been sent while the question was open."""
    if not done:
        _refuse(refused)
    click.echo(good)


def _refuse(why: str) -> NoReturn:
    click.echo(f"{why}; see: paylink outbox list", err=True)
    sys.exit(1)


def _line(owed: Owed) -> str:
    return (
        f"{owed.id}  {owed.subject}  {owed.say} {owed.key}  {owed.state}"
        f"  from {owed.not_before:%Y-%m-%d %H:%M:%S}"
    )
