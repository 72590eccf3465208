"""`python -m tests.soak`: two web and two work processes on PostgreSQL, killed at random while they sell.

Now and then one stands still, until it is held to be dead, and then goes on.

Ends with every thread right and `paylink outbox --count` at 0, or says what is wrong and where the logs are.
"""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from sqlalchemy import create_engine, text

from tests.databases import new_database
from tests.faults.kills import Killer, killing
from tests.faults.people import PLACES, Sale, ask, offered, pay, said, sales, webhooks_arrive
from tests.faults.right import all_is_right
from tests.faults.shop import Shop, fleet_in
from tests.postgresql import QUICK, programs, server
from tests.scenario.storm import all_said

_SLACK, _TELEGRAM = PLACES[:4], PLACES[4:]
_MOSTLY_SLACK = _SLACK * 5 + _TELEGRAM
_TELL_EVERY_S = 30.0
_PATIENCE_S = 300.0
_AT_ONCE = 60  # sales under way: on a machine that is too small the pace sinks, and all else holds
_SPEED = 5.0  # of the service's clock: eight places take what a shop has many more for
_UNSETTLED = (
    "SELECT now(), * FROM procrastinate_jobs ORDER BY id",
    "SELECT * FROM procrastinate_workers",
    "SELECT * FROM outbox WHERE state <> 'said' ORDER BY id",
    "SELECT id, kind, stripe, state, trouble FROM inbox WHERE state <> 'done' ORDER BY id",
    "SELECT id, state, amount_minor, retry_at, poll_at FROM links WHERE state = 'creating'",
    "SELECT id, state, version, answers FROM drafts WHERE state = 'open'",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for on the command line."""

    minutes: float
    sales_per_minute: float
    kill_every_s: float
    still_s: float
    copies: int  # of each webhook
    seed: int


@dataclass
class Course:
    """How far the soak has come."""

    shop: Shop
    killer: Killer
    references: dict[Sale, str] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def is_over(self, asked: Plan) -> bool:
        return time.monotonic() > self.began + asked.minutes * 60

    def line(self) -> str:
        kills = ", ".join(f"{count} {'+'.join(kind)}" for kind, count in sorted(self.killer.killed.items()))
        events = 2 * len(self.references)  # authorised and captured
        return (
            f"{time.monotonic() - self.began:6.0f} s: {len(self.references)} sales, {events} events"
            f" (each sent {self.shop.gate.copies} times), {self.shop.board.posts} posts and edits,"
            f" kills: {kills or 'none'}, stood still: {self.killer.stood_still}"
        )


def plan(arguments: Sequence[str] | None = None) -> Plan:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--sales-per-minute", type=float, default=200)
    parser.add_argument("--kill-every-s", type=float, default=10)
    parser.add_argument("--still-s", type=float, default=16, help="for how long a process stands still")
    parser.add_argument("--copies", type=int, default=3, help="how often each webhook is sent")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    return Plan(**vars(parser.parse_args(arguments)))


async def soak(asked: Plan, folder: Path, database: str) -> str:
    """Sell as planned, then check everything; gives what there was."""
    async with fleet_in(folder, database, speed=_SPEED, patience_s=_PATIENCE_S) as shop:
        shop.gate.copies = asked.copies
        async with killing(shop.keepers, asked.seed, asked.kill_every_s, asked.still_s) as killer:
            course = Course(shop, killer)
            telling = asyncio.create_task(_tell(course))
            try:
                await _sell_all(asked, course)
            finally:
                telling.cancel()
        await webhooks_arrive(shop)
        await all_is_right(shop, course.references, cut_off=True)
        await all_said(shop.around, folder)
        return course.line()


async def _sell_all(asked: Plan, course: Course) -> None:
    """Ask for links at the planned pace, each person one after the other; every link is paid."""
    chosen = random.Random(asked.seed)  # noqa: S311 - the same places every time
    queues = {place: asyncio.Queue[Sale | None]() for place in PLACES}
    under_way = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as people:
        for queue in queues.values():
            people.create_task(_sell_in_turn(course, queue, people, under_way))
        for number in range(round(asked.minutes * asked.sales_per_minute)):
            place = chosen.choice(_MOSTLY_SLACK)
            await under_way.acquire()
            queues[place].put_nowait(sales(1, [place], first=number)[0])
            if course.is_over(asked):
                break
            await asyncio.sleep(60 / asked.sales_per_minute)
        for queue in queues.values():
            queue.put_nowait(None)


async def _sell_in_turn(
    course: Course,
    queue: "asyncio.Queue[Sale | None]",
    people: asyncio.TaskGroup,
    under_way: asyncio.Semaphore,
) -> None:
    while sale := await queue.get():
        await ask(course.shop, sale)
        paying = people.create_task(_is_paid(course, sale))
        paying.add_done_callback(lambda _: under_way.release())


async def _is_paid(course: Course, sale: Sale) -> None:
    reference = await offered(course.shop, sale)
    await pay(course.shop, [reference])
    course.references[sale] = reference
    await said(course.shop, sale, sale.paid)


async def _tell(course: Course) -> None:
    while True:
        await asyncio.sleep(_TELL_EVERY_S)
        click.echo(course.line())


def _unsettled(database: str) -> Iterator[str]:
    """What was still to be done, as rows."""
    engine = create_engine(database)
    with engine.connect() as connection:
        for question in _UNSETTLED:
            yield f"-- {question}"
            yield from map(str, connection.execute(text(question)))
    engine.dispose()


def main() -> None:
    asked, bin_ = plan(), programs()
    if bin_ is None:
        sys.exit("PostgreSQL is missing: sudo apt-get install postgresql")
    click.echo(f"{asked}")
    folder = Path(tempfile.mkdtemp(prefix="paylink-soak-"))
    with server(bin_, **QUICK) as url:
        database = new_database(url)
        try:
            with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stderr(nowhere):
                told = asyncio.run(soak(asked, folder, database))
        except BaseException:
            (folder / "rows.txt").write_text("\n".join(_unsettled(database)))
            click.echo(f"seed {asked.seed} failed; the logs and what was left to do are in {folder}")
            raise
    shutil.rmtree(folder)
    click.echo(f"all is right after {told}; outbox: 0")


if __name__ == "__main__":
    main()
