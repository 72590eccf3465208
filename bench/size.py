"""A million links and payments and five million webhooks stored, against a thousand; every sweep's plan."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import event

from bench import apply, filling, rig
from bench.load import Load
from bench.report import Line, section
from storage import migrate
from storage.engine import make_engine
from storage.transaction import SqlTransaction

_SIZES = {"1,000": (1_000, 5_000), "1,000,000": (1_000_000, 5_000_000)}
# An index that holds nothing else, and a statement without a table.
_HARMLESS = ("ix_outbox_lane_id", "CONSTANT ROW")
_FIRST_OLD, _OPEN, _ROUNDS, _GOAL = 100_000, 10_000, 4, 0.9


def measure() -> str:
    """Accepting, applying and sweeping at both sizes, as a section."""
    with rig.folder() as at, contextlib.ExitStack() as stack:
        chat = stack.enter_context(rig.serving("chat", {}, at, rig.LOAD_CORE))
        urls = {name: _filled(at / f"{size[0]}.db", *size) for name, size in _SIZES.items()}

        def serving(app: str) -> Mapping[str, rig.Server]:
            outside = rig.SETTINGS | rig.outside(chat)
            return {
                name: stack.enter_context(rig.serving(app, outside | {"PAYLINK_DATABASE_URL": url}, at))
                for name, url in urls.items()
            }

        taking_in = {name: partial(_accept, web) for name, web in serving("paylink_web").items()}
        accepted = rig.rounds(_ROUNDS, taking_in)
        for url in urls.values():
            filling.forget_waiting(url)
        applying = {
            name: partial(apply.applied, whole, urls[name]) for name, whole in serving("paylink").items()
        }
        applied = rig.rounds(_ROUNDS, applying)
        scans = _scans(urls["1,000,000"])
    lines = [_line("accepted", accepted), _line("accepted and applied", applied)]
    notes = [f"Sweep queries that read a whole table: {', '.join(scans) or 'none'}."]
    return section("A million links and payments, five million events, SQLite", lines, notes)


def _filled(file: Path, links: int, events: int) -> str:
    url = f"sqlite:///{file}"
    migrate.upgrade(url)
    filling.open_links(url, 0, _OPEN)
    filling.old_links(url, _FIRST_OLD, links, events)
    return url


def _accept(server: rig.Server, each: int) -> rig.Burst:
    """Webhooks of links that nobody knows."""
    load = Load(url=server.url, connections=64, count=10_000, first=10**9, seconds=1.5)
    return rig.burst(server, rig.numbered(load, each))


def _line(what: str, taken: dict[str, list[rig.Burst]]) -> Line:
    small, large = taken.values()
    ratio = median([one.rate / other.rate for one, other in zip(large, small, strict=True)])
    figures = [f"{median([each.rate for each in many]):,.0f}/s" for many in (small, large)]
    goal = f"at least {_GOAL}"
    return Line(what, f"{figures[0]} with 1,000", f"{figures[1]}: **{ratio:.2f}**", goal, ratio >= _GOAL)


def _scans(url: str) -> Sequence[str]:
    """Which of the sweep's queries SQLite answers by reading a whole table."""
    engine, asked, now = make_engine(url), list[tuple[str, object]](), datetime.now(UTC)
    with engine.connect() as connection:

        @event.listens_for(engine, "before_cursor_execute")
        def note(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
            asked.append((statement, parameters))

        tx = SqlTransaction(connection, now)
        tx.inbox.stripes(), tx.links.creating(now), tx.links.watched(now)
        tx.lookups.due(now), tx.outbox.lanes(now), tx.drafts.overdue(now)
        event.remove(engine, "before_cursor_execute", note)
        plans = [
            str(row[3])
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
        ]
    engine.dispose()
    return [plan for plan in plans if plan.startswith("SCAN ") and not plan.endswith(_HARMLESS)]
