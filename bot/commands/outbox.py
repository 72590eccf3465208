"""`paylink outbox`: what is still owed to the chats, and what was given up."""

import sys
from typing import NoReturn

import click

from bot.commands._rows import NUMBER, confirm, in_database, looked_up, yes
from bot.ports.clock import SystemClock
from bot.ports.traffic import Owed, OwedState

_HOW = {OwedState.OWED: "owed already", OwedState.SENDING: "being sent"}


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
    owed = _found(number, OwedState.OWED, OwedState.SENDING)
    confirm(f"Say message {number} again? It may be seen twice.", sure=sure, about=[_line(owed)])
    again = in_database(lambda tx: tx.outbox.retry(number, SystemClock().now()))
    _told(number, again, "owed again")


@command.command("drop")
@click.argument("number", type=NUMBER)
@yes
def drop(number: int, sure: bool) -> None:  # noqa: FBT001 - as above
    """Have a message never said. It may be owed, lost or given up."""
    owed = _found(number, OwedState.SENDING)
    confirm(f"Drop message {number}? It is never said then.", sure=sure, about=[_line(owed)])
    dropped = in_database(lambda tx: tx.outbox.drop(number))
    _told(number, dropped, "dropped")


def _found(number: int, *refused: OwedState) -> Owed:
    """The message of that number; ends the command if there is none, or if it is in a state to be refused."""
    found = {owed.id: owed for owed in looked_up(lambda tx: tx.outbox.unsaid())}.get(number)
    if found is None:
        _refuse(f"there is no message {number} that is owed, lost or given up")
    if found.state in refused:
        _refuse(f"{number} is {_HOW[found.state]}")
    return found


def _told(number: int, done: bool, what: str) -> None:  # noqa: FBT001 - an outcome, not an option
    if not done:
        _refuse(f"{number} has been sent or changed meanwhile")
    click.echo(f"{number} is {what}")


def _refuse(why: str) -> NoReturn:
    click.echo(f"{why}; see: paylink outbox list", err=True)
    sys.exit(1)


def _line(owed: Owed) -> str:
    return (
        f"{owed.id}  {owed.subject}  {owed.say} {owed.key}  {owed.state}"
        f"  from {owed.not_before:%Y-%m-%d %H:%M:%S}"
    )
