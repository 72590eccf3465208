"""Statements of the outbox, each prepared once per dialect; `storage.outbox` runs them."""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnClause, Dialect, bindparam, case, func, literal_column, select

from bot.ports.traffic import OwedState, Say
from storage import tables as t
from storage.prepared import Prepared
from storage.statements import insert

UNFINISHED = (OwedState.OWED, OwedState.SENDING)
THREAD = (Say.CARD, Say.REPLY, Say.PROMPT)  # one after another; the rest goes beside
_KEY = ("subject", "say", "once")

_ROW = t.outbox.c
_NEW = {column.name: literal_column(f"excluded.{column.name}", column.type) for column in _ROW}
_ROOT = select(t.destinations.c.root).where(t.destinations.c.id == _NEW["destination_id"])
_HERE = _ROW.destination_id == _NEW["destination_id"]
_GIVEN_UP = (  # a card that nobody has found since
    (_ROW.state == OwedState.LOST) & (_ROW.say == Say.CARD) & _HERE & _ROOT.scalar_subquery().is_(None)
)
_SENDING = _ROW.state == OwedState.SENDING
_AWAITS_CARD = (_ROW.say == Say.DESK) & (_ROW.attempts == 0)  # at most until then
_NOT_SOONER = (_ROW.state == OwedState.OWED) & ~(_AWAITS_CARD & (_ROW.not_before > _NEW["not_before"]))
_ONCE_MORE = {
    "wanted": _ROW.wanted + 1,
    "not_before": case((_NOT_SOONER, _ROW.not_before), else_=_NEW["not_before"]),
    "owed_since": case((_NOT_SOONER | _SENDING, _ROW.owed_since), else_=_NEW["owed_since"]),
    "state": case((_GIVEN_UP | _SENDING, _ROW.state), else_=_NEW["state"]),
    "params": case((_HERE, _ROW.params), else_=_NEW["params"]),
    "destination_id": _NEW["destination_id"],
    "lane": _NEW["lane"],
}


def _written_out(values: Sequence[StrEnum]) -> list[ColumnClause[str]]:
    """As literals, like those of the partial index; otherwise it is not used."""
    return [literal_column(f"'{value.value}'") for value in values]


WAITS = _ROW.state.in_(_written_out(UNFINISHED))
_OLDEST = (
    select(t.outbox)
    .where(_ROW.lane == bindparam("of"), WAITS, _ROW.id > bindparam("after"))
    .order_by(_ROW.id)
    .limit(bindparam("most"))
)


@lru_cache
def owing(dialect: Dialect, names: tuple[str, ...], *, coalesced: bool) -> Prepared:
    """A row; where it exists nothing is done, or if `coalesced`, it is owed once more."""
    statement = insert(dialect, t.outbox)
    if coalesced:
        statement = statement.on_conflict_do_update(index_elements=_KEY, set_=_ONCE_MORE)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=_KEY)
    return Prepared(dialect, statement, names)


@lru_cache
def taking(dialect: Dialect) -> Prepared:
    since = func.coalesce(_ROW.owed_since, _ROW.not_before)
    taken = {"state": OwedState.SENDING, "attempts": _ROW.attempts + 1, "owed_since": since}
    owed = (_ROW.id == bindparam("taken")) & (_ROW.state == OwedState.OWED)
    return Prepared(dialect, t.outbox.update().where(owed).values(taken))


@lru_cache
def holding(dialect: Dialect) -> Prepared:
    """The row with this id, unless it is done or was taken once more; locked.

    Attempts begin anew with what is owed anew.
    """
    as_taken = (_ROW.attempts == bindparam("tried")) & (_ROW.owed_since == bindparam("since"))
    mine = (_ROW.id == bindparam("row_id")) & as_taken & WAITS
    return Prepared(dialect, select(_ROW.id).where(mine).with_for_update())


@lru_cache
def settling(dialect: Dialect, names: tuple[str, ...], *, done: bool, once_more: bool) -> Prepared:
    """`once_more`: what has changed since it was taken stays owed, since then."""
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    if done:
        values["owed_since"] = None
    if once_more:
        again = _ROW.wanted > bindparam("said")
        values["state"] = case((again, OwedState.OWED.value), else_=bindparam("state", type_=_ROW.state.type))
        values["owed_since"] = case((again, _ROW.not_before), else_=None)
    return Prepared(dialect, t.outbox.update().where(_ROW.id == bindparam("row_id")).values(values))


@lru_cache
def oldest(dialect: Dialect) -> Prepared:
    """The oldest rows of a lane after a given one."""
    return Prepared(dialect, _OLDEST)


@lru_cache
def oldest_beside(dialect: Dialect) -> Prepared:
    """Those of them that belong to no thread."""
    oldest = _OLDEST.subquery()
    beside = select(oldest).where(oldest.c.say.not_in(_written_out(THREAD)))
    return Prepared(dialect, beside.order_by(oldest.c.id))
