"""`paylink outbox`: what is still owed to the chats, and what was given up."""

import sys

import click

from bot.commands._rows import in_database
from bot.ports.clock import SystemClock
from bot.ports.storage import Transaction


@click.group(invoke_without_command=True)
@click.option("--count", is_flag=True, help="Print how many messages are still owed.")
@click.pass_context
def command(context: click.Context, count: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """Show what is owed to the chats, and owe again what was given up."""
    if count:
        click.echo(in_database(lambda tx: tx.outbox.count()))
    elif context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("list")
def show_all() -> None:
    """A line per message that is owed, may be lost, or will never be taken."""
    for line in in_database(_lines):
        click.echo(line)


@command.command("retry")
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Owe a message again that may be lost or was given up: it may be seen twice."""
    if not in_database(lambda tx: tx.outbox.retry(number, SystemClock().now())):
        click.echo(f"{number} is not lost or given up; see: paylink outbox list", err=True)
        sys.exit(1)
    click.echo(f"{number} is owed again")


def _lines(tx: Transaction) -> list[str]:
    return [
        f"{owed.id}  {owed.subject}  {owed.say} {owed.key}  {owed.state}  from {owed.not_before:%H:%M:%S}"
        for owed in tx.outbox.unsaid()
    ]
