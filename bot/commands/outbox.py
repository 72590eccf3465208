"""`paylink outbox`: what is still owed to the chats, and what was given up."""

import sys

import click

from bot.commands._rows import NUMBER, confirm, in_database, yes
from bot.ports.clock import SystemClock
from bot.ports.storage import Transaction


@click.group(invoke_without_command=True)
@click.option("--count", is_flag=True, help="Print how many messages are still owed.")
@click.pass_context
def command(context: click.Context, count: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """Show what is owed to the chats, owe again what was given up, or drop it."""
    if count and context.invoked_subcommand:
        raise click.UsageError("name no command with --count, which prints a figure alone")
    if count:
        click.echo(in_database(lambda tx: tx.outbox.count()))
    elif context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("list")
def show_all() -> None:
    """A line per message that is owed, lost or given up."""
    for line in in_database(_lines):
        click.echo(line)


@command.command("retry")
@click.argument("number", type=NUMBER)
@yes
def retry(number: int, sure: bool) -> None:  # noqa: FBT001 - as above
    """Owe a lost or given up message again. It may then be seen twice."""
    confirm(f"Say message {number} again? It may be seen twice.", sure=sure)
    again = in_database(lambda tx: tx.outbox.retry(number, SystemClock().now()))
    _told(again, f"{number} is owed again", f"{number} is not lost or given up")


@command.command("drop")
@click.argument("number", type=NUMBER)
@yes
def drop(number: int, sure: bool) -> None:  # noqa: FBT001 - as above
    """Have a message never said. It may be owed, lost or given up."""
    confirm(f"Drop message {number}? It is never said then.", sure=sure)
    dropped = in_database(lambda tx: tx.outbox.drop(number))
    _told(dropped, f"{number} is dropped", f"{number} is not owed, lost or given up, or is being sent")


def _told(done: bool, good: str, bad: str) -> None:  # noqa: FBT001 - an outcome, not an option
    if not done:
        click.echo(f"{bad}; see: paylink outbox list", err=True)
        sys.exit(1)
    click.echo(good)


def _lines(tx: Transaction) -> list[str]:
    return [
        f"{owed.id}  {owed.subject}  {owed.say} {owed.key}  {owed.state}"
        f"  from {owed.not_before:%Y-%m-%d %H:%M:%S}"
        for owed in tx.outbox.unsaid()
    ]
