"""`paylink inbox`: what came in and could not be applied, or could not prove where it is from."""

import asyncio
import sys
from collections.abc import Sequence

import click

from bot.bootstrap.core import make_backends
from bot.commands._rows import NUMBER, confirm, in_database, plain, yes
from bot.commands._schema import ensure_schema, trouble_told
from bot.commands._settings import mistakes_told, settings_or_exit
from bot.inbox.receive import Receiver
from bot.ports.clock import SystemClock
from bot.ports.storage import Transaction
from bot.ports.traffic import Inbound
from bot.settings import Settings
from storage.engine import SqlStorage


@click.group()
def command() -> None:
    """Show what is stuck, have it applied again, or drop what is in quarantine."""


@command.command("list")
def show_all() -> None:
    """A line per row that failed, and per body in quarantine."""
    for line in in_database(_lines):
        click.echo(line)


@command.command("show")
@click.argument("number", type=NUMBER)
@click.option("--quarantine", is_flag=True, help="Of what is in quarantine.")
def show_one(number: int, quarantine: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """The body of a row as it came in."""
    found = in_database(lambda tx: _body(tx, number, held=quarantine))
    if found is None:
        click.echo(f"there is no row {number}; see: paylink inbox list", err=True)
        sys.exit(1)
    click.echo(plain(found.decode(errors="replace"), beside="\n\t"))


def _body(tx: Transaction, number: int, *, held: bool) -> bytes | None:
    if held:
        return next((each.body for each in tx.quarantine.all() if each.id == number), None)
    found = tx.inbox.get(number)
    return found.fact.body if found else None


@command.command("drop")
@click.argument("numbers", type=NUMBER, nargs=-1)
@click.option("--failed", is_flag=True, help="What failed: it is kept, and not applied again.")
@yes
def drop(numbers: tuple[int, ...], failed: bool, sure: bool) -> None:  # noqa: FBT001 - as above
    """Forget what is in quarantine (or --failed: give up what failed): those named, or all."""
    held = in_database(lambda tx: _droppable(tx, failed=failed))
    if unknown := [number for number in numbers if number not in held]:
        where = "did not fail" if failed else "is not in quarantine"
        click.echo(f"{_listed(unknown)} {where}; see: paylink inbox list", err=True)
        sys.exit(1)
    gone = list(dict.fromkeys(numbers)) or held
    if gone:
        confirm(f"Drop {len(gone)}? What was true in them is found by asking then.", sure=sure)
    in_database(lambda tx: _drop(tx, gone, failed=failed))
    click.echo(f"{len(gone)} dropped")


def _droppable(tx: Transaction, *, failed: bool) -> list[int]:
    return [row.id for row, _ in tx.inbox.failed()] if failed else [each.id for each in tx.quarantine.all()]


def _drop(tx: Transaction, numbers: Sequence[int], *, failed: bool) -> None:
    if failed:
        tx.inbox.done(numbers)
    else:
        for number in numbers:
            tx.quarantine.remove(number)


@command.command("replay")
@click.argument("numbers", type=NUMBER, nargs=-1)
@click.option("--quarantine", is_flag=True, help="What is in quarantine, after a secret was mended.")
@yes
def replay(numbers: tuple[int, ...], quarantine: bool, sure: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """Have failed rows applied again: those named, or all."""
    if quarantine and numbers:
        raise click.UsageError("what is in quarantine is tried as a whole: name no numbers with --quarantine")
    if quarantine:
        settings = settings_or_exit()
        ensure_schema(settings)
        with trouble_told():
            taken, refused = asyncio.run(_release(settings))
        click.echo(f"{taken} taken out of quarantine, {refused} still refused")
        return
    failed = {row.id: row for row, _ in in_database(lambda tx: tx.inbox.failed())}
    if unknown := [number for number in numbers if number not in failed]:
        click.echo(f"{_listed(unknown)} did not fail; see: paylink inbox list", err=True)
        sys.exit(1)
    if failed and not numbers:
        confirm(f"Apply all {len(failed)} again?", sure=sure)
    rows = [failed[number] for number in dict.fromkeys(numbers or failed)]
    in_database(lambda tx: _replay(tx, rows))
    click.echo(f"{len(rows)} to be applied again")


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _lines(tx: Transaction) -> list[str]:
    failed = [
        f"{row.id}  {row.fact.kind} {row.fact.account_id}  failed: {trouble}"
        for row, trouble in tx.inbox.failed()
    ]
    held = [
        f"quarantine {each.id}  {each.account_id}  {each.received_at:%Y-%m-%d %H:%M:%S}"
        for each in tx.quarantine.all()
    ]
    return [*failed, *held]


def _replay(tx: Transaction, rows: Sequence[Inbound]) -> None:
    for row in rows:
        tx.inbox.replay(row.id)
        tx.wake("inbox", row.fact.stripe_key)


async def _release(settings: Settings) -> tuple[int, int]:
    with mistakes_told():
        clock, backends = SystemClock(), make_backends(settings)
    storage = SqlStorage(settings.database_url, clock, on_wake=lambda _: None)
    try:
        return await Receiver(storage, backends, clock).replay()
    finally:
        for backend in backends.values():
            await backend.aclose()
        await storage.close()
