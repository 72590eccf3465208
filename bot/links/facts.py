"""Pure: the history of a link's money, from everything that was reported: each fact once, causes first.

A webhook and a fetch can report the same fact. What is fetched often has the date of the payment, not of the
change. So a webhook's time counts before a fetched one, and no fact is dated before its cause.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from bot.links.notices import INCIDENTS
from bot.money import Money
from bot.ports.model import EventKind
from bot.ports.traffic import Evidence

_DISPUTES = (EventKind.DISPUTED, EventKind.DISPUTE_WON, EventKind.DISPUTE_LOST)
_OF_ATTEMPTS = (EventKind.PENDING, EventKind.DECLINED, EventKind.SAVED, EventKind.AUTHORISED)
_OF_TAKING = (EventKind.CAPTURE_FAILED, EventKind.VOID_FAILED, EventKind.VOIDED, EventKind.CAPTURED)
_OF_GIVING_BACK = (EventKind.REFUND_PENDING, EventKind.REFUNDED, EventKind.REFUND_FAILED, EventKind.RETURNED)
# The order of facts that have the same time.
_RANKS: Mapping[EventKind, int] = {
    kind: rank for rank, kind in enumerate((*_OF_ATTEMPTS, *_OF_TAKING, *_OF_GIVING_BACK, *_DISPUTES))
}
_FOLLOWS: Mapping[EventKind, tuple[EventKind, ...]] = {
    **dict.fromkeys(_OF_TAKING, (EventKind.AUTHORISED,)),
    **dict.fromkeys((*_OF_GIVING_BACK, EventKind.DISPUTED), (EventKind.AUTHORISED, EventKind.CAPTURED)),
    **dict.fromkeys(_DISPUTES[1:], (EventKind.AUTHORISED, EventKind.CAPTURED, EventKind.DISPUTED)),
}
_CUMULATIVE = frozenset({EventKind.AUTHORISED, EventKind.CAPTURED, EventKind.REFUNDED, EventKind.RETURNED})
_EACH_BY_ITSELF = INCIDENTS | {EventKind.IGNORED}


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened to one payment, and everything that reports it."""

    at: datetime
    kind: EventKind
    amount: Money | None
    told: tuple[Evidence, ...]


def facts(told: Iterable[Evidence]) -> list[Fact]:
    """Each fact once, in an order in which they can have happened. `told`: every report, of all payments."""
    of_payments: dict[str | None, list[Evidence]] = defaultdict(list)
    for one in told:
        of_payments[one.payment].append(one)
    settled = [fact for of_one in of_payments.values() for fact in _settled(_joined(of_one))]
    return sorted(settled, key=lambda fact: (fact.at, *_place(fact)))


def in_order(told: Iterable[Evidence]) -> list[Evidence]:
    """All reports in the order of their facts, with times that fit that order."""
    dated = [
        (replace(one, at=max(one.at, fact.at) if one.sent else fact.at), fact)
        for fact in facts(told)
        for one in fact.told
    ]
    return [one for one, _ in sorted(dated, key=lambda pair: (pair[0].at, *_place(pair[1])))]


def _joined(told: Sequence[Evidence]) -> list[Fact]:
    """The facts about one payment. A report without an amount belongs to the fact with the smallest one."""
    turns, least = _turns(told), dict[tuple[EventKind, str], Money]()
    for one in told:
        if one.amount is not None:
            known = least.setdefault((one.kind, turns[one]), one.amount)
            least[one.kind, turns[one]] = min(known, one.amount, key=lambda amount: amount.minor)
    alike: dict[tuple[EventKind, str, Money | None], list[Evidence]] = defaultdict(list)
    for one in told:
        alike[one.kind, turns[one], one.amount or least.get((one.kind, turns[one]))].append(one)
    return [Fact(_moment(same), kind, amount, tuple(same)) for (kind, _, amount), same in alike.items()]


def _turns(told: Sequence[Evidence]) -> dict[Evidence, str]:
    """What distinguishes facts of one kind and amount: disputes are reopened, incidents happen again."""
    of_disputes = [one for one in told if one.kind in _DISPUTES]
    of_disputes.sort(key=lambda one: (one.at, _RANKS[one.kind]))
    runs = groupby(of_disputes, key=lambda one: one.kind)
    again = {one: str(turn) for turn, (_, run) in enumerate(runs) for one in run}
    apart = {one: one.at.isoformat() for one in told if one.kind in _EACH_BY_ITSELF}
    return dict.fromkeys(told, "") | again | apart


def _moment(told: Sequence[Evidence]) -> datetime:
    return min([one.at for one in told if one.sent] or [one.at for one in told])


def _settled(of_one: Sequence[Fact]) -> list[Fact]:
    """Facts of one payment: none before its cause, and no larger cumulative amount before a smaller one."""
    firsts, lasts, settled = dict[EventKind, datetime](), dict[EventKind, datetime](), list[Fact]()
    for fact in sorted(of_one, key=_place):
        kind = fact.kind
        causes = [firsts[cause] for cause in _FOLLOWS.get(kind, ()) if cause in firsts]
        so_far = [lasts[kind]] if kind in _CUMULATIVE and kind in lasts else []
        at = max([fact.at, *causes, *so_far])
        firsts[kind], lasts[kind] = min(firsts.get(kind, at), at), at
        settled.append(replace(fact, at=at))
    return settled


def _place(fact: Fact) -> tuple[int, int]:
    return _RANKS.get(fact.kind, len(_RANKS)), fact.amount.minor if fact.amount else 0
