"""`paylink inbox`: what came in and could not be applied, or could not prove where it is from."""

import asyncio
import sys
from collections.abc import Mapping, Sequence

import click

from bot.bootstrap.core import make_backends
from bot.commands._rows import NUMBER, confirm, in_database, looked_up, plain, yes
from bot.commands._schema import ensure_schema, trouble_told
from bot.commands._settings import mistakes_told, settings_or_exit
from bot.inbox.receive import Receiver
from bot.ports.clock import SystemClock
from bot.ports.storage import Transaction
from bot.settings import Settings
from storage.engine import SqlStorage


@click.group()
def command() -> None:
    """Show what is stuck, have it applied again, or drop what is in quarantine."""


@command.command("list")
def show_all() -> None:
    """A line per row that failed, and per body in quarantine."""
    for line in looked_up(lambda tx: [*_failed(tx).values(), *_held(tx).values()]):
        click.echo(line)


@command.command("show")
@click.argument("number", type=NUMBER)
@click.option("--quarantine", is_flag=True, help="Of what is in quarantine.")
def show_one(number: int, quarantine: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """The body of a row as it came in."""
    found = looked_up(lambda tx: _body(tx, number, held=quarantine))
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
    """Forget what is in quarantine, or (--failed) what failed.

    Those rows that are named, or all.
    """
    there = looked_up(_failed if failed else _held)
    chosen = _chosen(numbers, there, "did not fail" if failed else "is not in quarantine")
    if chosen:
        question = f"Drop {len(chosen)}? What was true in them is found by asking then."
        confirm(question, sure=sure, about=[there[number] for number in chosen])
    count = in_database(lambda tx: _drop(tx, chosen, failed=failed))
    click.echo(f"{count} dropped")


def _drop(tx: Transaction, numbers: Sequence[int], *, failed: bool) -> int:
    """How many were still there: while the question was open they may have been replayed."""
    there = _failed(tx) if failed else _held(tx)
    left = [number for number in numbers if number in there]
    if failed:
        tx.inbox.done(left)
    else:
        for number in left:
            tx.quarantine.remove(number)
    return len(left)


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
    failed, held = looked_up(lambda tx: (_failed(tx), _held(tx)))
    if held and not failed:
        click.echo(f"{len(held)} in quarantine; for these: paylink inbox replay --quarantine", err=True)
    chosen = _chosen(numbers, failed, "did not fail")
    if failed and not numbers:
        confirm(f"Apply all {len(failed)} again?", sure=sure, about=list(failed.values()))
    count = in_database(lambda tx: _replay(tx, chosen))
    click.echo(f"{count} to be applied again")


def _chosen(numbers: Sequence[int], there: Mapping[int, str], problem: str) -> Sequence[int]:
    """The numbers named, each once, or else all that are there; ends the command if one is not."""
    if unknown := [number for number in numbers if number not in there]:
        click.echo(f"{', '.join(map(str, unknown))} {problem}; see: paylink inbox list", err=True)
        sys.exit(1)
    return list(dict.fromkeys(numbers or there))


def _failed(tx: Transaction) -> Mapping[int, str]:
    """A line for each row that could not be applied, by number."""
    return {
        row.id: f"{row.id}  {row.fact.kind} {row.fact.account_id}  failed: {trouble}"
        for row, trouble in tx.inbox.failed()
    }


def _held(tx: Transaction) -> Mapping[int, str]:
    """A line for each body in quarantine, by number."""
    return {
        each.id: f"quarantine {each.id}  {each.account_id}  {each.received_at:%Y-%m-%d %H:%M:%S}"
        for each in tx.quarantine.all()
    }


def _replay(tx: Transaction, numbers: Sequence[int]) -> int:
    """How many still had failed."""
    rows = [row for row, _ in tx.inbox.failed() if row.id in numbers]
    for row in rows:
        tx.inbox.replay(row.id)
    return len(rows)


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
