"""What the design says of a one-use link and its money, in a model that is no code of the product.

It keeps all that was told and answers each question by looking through it; the product keeps what it has
concluded. Other tests play the same events to both. Here the model itself is held to plain stories.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.money import Money
from bot.ports.model import Event, EventKind
from tests.fakes import START
from tests.unit.records import AMOUNT, event

K = EventKind
# Who tells of such an amount says that it has happened.
_SHOWN = frozenset({K.AUTHORISED, K.CAPTURED, K.REFUNDED})
MOVED = (K.CAPTURED, K.REFUNDED, K.RETURNED, K.DISPUTED)
DISPUTE = (K.DISPUTED, K.DISPUTE_WON, K.DISPUTE_LOST)
WORST_FIRST = ("paid_unconfirmed", "paid_different", "paid_part", "paid")
ROLLED_UP = (K.VOIDED, K.CAPTURE_FAILED, K.AUTHORISED, K.SAVED, K.DECLINED, K.PENDING)


@dataclass
class Tale:
    """All that was told of one payment."""

    told: list[Event] = field(default_factory=list)

    def has(self, kind: EventKind) -> bool:
        return self.since(kind) is not None

    def since(self, kind: EventKind) -> datetime | None:
        """The first moment of which it was told."""
        moments = [one.occurred_at for one in self.told if _tells(one, kind)]
        return min(moments, default=None)

    def amount(self, kind: EventKind) -> int | None:
        """The largest amount told: they are cumulative. A dispute has one, whatever comes of it."""
        kinds = DISPUTE if kind is K.DISPUTED else (kind,)
        told = [one.amounts[of].minor for one in self.told for of in kinds if of in one.amounts]
        return max(told, default=None)

    @property
    def outcome(self) -> EventKind | None:
        """The verdict on a dispute, if that is the last word on it: it may be opened again."""
        words = [(one.occurred_at, DISPUTE.index(one.kind)) for one in self.told if one.kind in DISPUTE]
        return DISPUTE[max(words)[1]] if words and max(words)[1] else None

    @property
    def money_since(self) -> datetime | None:
        """A moment at which the money had come already; a verdict may be overturned later."""
        return min(filter(None, map(self.since, MOVED)), default=None)

    @property
    def used_since(self) -> datetime | None:
        """A moment at which its payer had done what a payer does, if money came of it."""
        held = self.since(K.AUTHORISED)
        return min(filter(None, (self.money_since, held))) if self.money_since else None

    @property
    def is_given_back(self) -> bool:
        captured, refunded = self.amount(K.CAPTURED), self.amount(K.REFUNDED)
        return captured is not None and refunded is not None and refunded >= captured

    @property
    def trouble(self) -> str | None:
        if self.has(K.DISPUTED) and self.outcome is None:
            return "disputed"
        if self.outcome is K.DISPUTE_LOST:
            return "dispute_lost"
        return "returned" if self.has(K.RETURNED) else None

    @property
    def has_begun(self) -> bool:
        """Is there more to it than an attempt that is going on, or came to nothing?"""
        without = {K.PENDING, K.DECLINED, K.SAVED, K.VOID_FAILED, K.REFUND_PENDING, K.REFUND_FAILED}
        later = frozenset(K) - without
        return any(self.has(kind) for kind in later)

    @property
    def net(self) -> int:
        """What is left of it: lost disputes as much as was disputed."""
        lost = 0
        if self.outcome is K.DISPUTE_LOST:
            lost = self.amount(K.DISPUTED) or 0
        return (
            (self.amount(K.CAPTURED) or 0)
            - (self.amount(K.REFUNDED) or 0)
            - (self.amount(K.RETURNED) or 0)
            - lost
        )

    @property
    def is_won(self) -> bool:
        """Did a dispute leave the money where it was?"""
        return self.outcome is K.DISPUTE_WON and not (self.has(K.REFUNDED) or self.has(K.RETURNED))

    def headline(self, asked: Money) -> str:
        """Of a payment whose money is here, all or some of it."""
        captured, authorised = self.amount(K.CAPTURED), self.amount(K.AUTHORISED)
        if captured is None:
            return "paid_unconfirmed"
        if captured == asked.minor:
            return "paid"
        more_to_come = captured < (authorised or 0) and not self.has(K.VOIDED)
        return "paid_part" if captured < asked.minor and more_to_come else "paid_different"


@dataclass
class Model:
    """One link, asked for once. `closed`: why nobody is to pay it any more."""

    asked: Money = AMOUNT
    expires_at: datetime = START + timedelta(days=7)
    closed: str | None = None
    tales: dict[str, Tale] = field(default_factory=dict)

    def hear(self, told: Event) -> None:
        assert told.provider_payment_id is not None
        self.tales.setdefault(told.provider_payment_id, Tale()).told.append(told)
        if self.paid and self.closed is None:
            self.closed = "paid"
        if self.closed == "expired" and any(
            tale.used_since and tale.used_since <= self.expires_at for tale in self.paid
        ):
            self.closed = "paid"  # in time, though we heard of it later

    def cancel(self) -> bool:
        """Can staff still cancel it?"""
        possible = self.closed is None and not any(tale.has_begun for tale in self.tales.values())
        self.closed = "cancelled" if possible else self.closed
        return possible

    def end(self, why: str = "expired") -> None:
        self.closed = self.closed or why

    @property
    def paid(self) -> list[Tale]:
        return [tale for tale in self.tales.values() if tale.money_since]

    @property
    def net(self) -> int:
        return sum(tale.net for tale in self.tales.values())

    @property
    def headline(self) -> str:
        troubles = {tale.trouble for tale in self.tales.values()}
        for trouble in ("disputed", "dispute_lost", "returned"):
            if trouble in troubles:
                return trouble
        return self._of_money() if self.paid else self._without_money()

    def _of_money(self) -> str:
        kept = [tale for tale in self.paid if not tale.is_given_back]
        if not kept:
            return "refunded"
        if len(kept) > 1 and not self._is_put_right(kept):
            return "paid_twice"
        if any(tale.has(K.REFUNDED) and not tale.is_given_back for tale in self.tales.values()):
            return "part_refunded"
        if self.closed not in {"paid", "used_up"}:
            return "paid_after_cancel" if self.closed == "cancelled" else "paid_after_close"
        headline = (
            "paid"
            if self._is_paid_in_parts(kept)
            else min((tale.headline(self.asked) for tale in kept), key=WORST_FIRST.index)
        )
        won = any(tale.is_won for tale in self.tales.values())
        return "dispute_won" if won and headline == "paid" else headline

    def _is_put_right(self, kept: Sequence[Tale]) -> bool:
        """Is no more here than was asked for, because it came in parts or some was given back?"""
        stays = self._stays(kept)
        return stays is not None and stays <= self.asked.minor

    def _is_paid_in_parts(self, kept: Sequence[Tale]) -> bool:
        return len(kept) > 1 and self._stays(kept) == self.asked.minor

    @staticmethod
    def _stays(kept: Sequence[Tale]) -> int | None:
        taken = [tale.amount(K.CAPTURED) for tale in kept]
        if None in taken:
            return None
        return sum(amount or 0 for amount in taken) - sum(tale.amount(K.REFUNDED) or 0 for tale in kept)

    def _without_money(self) -> str:
        furthest = {next((kind for kind in ROLLED_UP if tale.has(kind)), None) for tale in self._plain()}
        for kind in (K.AUTHORISED, K.CAPTURE_FAILED, K.VOIDED):
            if kind in furthest:
                return kind.value
        if self.closed:
            return self.closed if self.closed in {"expired", "cancelled"} else "failed"
        return "pending" if K.PENDING in furthest else "open"

    def _plain(self) -> Sequence[Tale]:
        back = (K.REFUNDED, K.RETURNED, K.DISPUTED, K.DISPUTE_WON, K.DISPUTE_LOST)
        return [tale for tale in self.tales.values() if not any(map(tale.has, back))]


def _tells(one: Event, kind: EventKind) -> bool:
    return one.kind is kind or (kind in _SHOWN and kind in one.amounts and one.amounts[kind].minor > 0)


def cumulative(kind: EventKind, **amounts: int) -> Event:
    """An event with amounts in euros, by the names of their kinds."""
    return event(kind, amounts={K(of): Money(minor, "EUR") for of, minor in amounts.items()})


def after(*told: Event) -> Model:
    model = Model()
    for one in told:
        model.hear(one)
    return model


def test_a_sale() -> None:
    model = after(event(K.AUTHORISED))
    assert (model.headline, model.closed, model.net) == ("authorised", None, 0)
    model.hear(event(K.CAPTURED))
    assert (model.headline, model.closed, model.net) == ("paid", "paid", 4990)


def test_what_had_come_to_nothing_and_is_taken_after_all() -> None:
    model = after(event(K.AUTHORISED), event(K.CAPTURE_FAILED))
    model.end("used_up")
    model.hear(event(K.CAPTURED))
    assert (model.headline, model.net) == ("paid", 4990)


def test_a_sale_that_was_given_back() -> None:
    model = after(event(K.CAPTURED), cumulative(K.REFUNDED, refunded=1000))
    assert (model.headline, model.net) == ("part_refunded", 3990)
    model.hear(cumulative(K.REFUNDED, refunded=4990))
    assert (model.headline, model.net) == ("refunded", 0)


def test_a_dispute_that_was_lost() -> None:
    model = after(event(K.CAPTURED), cumulative(K.DISPUTED, disputed=4990))
    assert (model.headline, model.net) == ("disputed", 4990)
    model.hear(event(K.DISPUTE_LOST))
    assert (model.headline, model.net) == ("dispute_lost", 0)


def test_a_link_paid_although_it_was_cancelled() -> None:
    model = Model()
    assert model.cancel()
    model.hear(event(K.CAPTURED))
    assert (model.headline, model.closed) == ("paid_after_cancel", "cancelled")
    assert not model.cancel()
