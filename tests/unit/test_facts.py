"""What has become of a link's money: each fact once, and in an order in which it can have happened."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.links.facts import facts, in_order
from bot.money import Money
from bot.ports.model import EventKind as K
from bot.ports.traffic import Evidence
from tests.fakes import START

PAID, HALF = 4990, 2490


def heard(kind: K, minute: int, minor: int | None = None, payment: str = "pay_1") -> Evidence:
    """In a webhook."""
    amount = Money(minor, "EUR") if minor is not None else None
    return Evidence(
        START + timedelta(minutes=minute), kind, f"said_{kind}", amount, sent=True, payment=payment
    )


def fetched(kind: K, minute: int, minor: int | None = None, payment: str = "pay_1") -> Evidence:
    amount = Money(minor, "EUR") if minor is not None else None
    return Evidence(
        START + timedelta(minutes=minute), kind, f"is_{kind}", amount, sent=False, payment=payment
    )


def told(*evidence: Evidence) -> list[tuple[K, int | None, int]]:
    """Kinds, amounts and minutes of the facts."""
    return [
        (fact.kind, fact.amount.minor if fact.amount else None, (fact.at - START).seconds // 60)
        for fact in facts(evidence)
    ]


LIFE = [  # as Checkout.com tells one decline, one payment, two refunds by halves and a dispute
    heard(K.DECLINED, 0, payment="pay_0"),
    fetched(K.DECLINED, 0, payment="pay_0"),
    heard(K.AUTHORISED, 2, PAID),
    heard(K.CAPTURED, 3),
    fetched(K.CAPTURED, 2, PAID),
    heard(K.REFUNDED, 10, HALF),
    fetched(K.REFUNDED, 2, HALF),
    heard(K.REFUNDED, 11, 2 * HALF),
    fetched(K.REFUNDED, 2, 2 * HALF),
    heard(K.DISPUTED, 12, PAID),
]
WANTED = [
    (K.DECLINED, None, 0),
    (K.AUTHORISED, PAID, 2),
    (K.CAPTURED, PAID, 3),
    (K.REFUNDED, HALF, 10),
    (K.REFUNDED, 2 * HALF, 11),
    (K.DISPUTED, PAID, 12),
]


@given(st.permutations(LIFE))
def test_what_was_sent_and_fetched_is_one_fact_in_whatever_order_it_came(life: list[Evidence]) -> None:
    assert told(*life) == WANTED


@given(st.permutations(LIFE))
def test_all_evidence_stands_where_its_fact_does(life: list[Evidence]) -> None:
    ordered = in_order(life)
    assert sorted(one.word for one in ordered) == sorted(one.word for one in LIFE)
    assert [one.at for one in ordered] == sorted(one.at for one in ordered)
    ranks = [WANTED.index(next(fact for fact in WANTED if fact[0] is one.kind)) for one in ordered]
    assert ranks == sorted(ranks)


def test_a_fetched_refund_that_has_the_date_of_its_payment_comes_after_it() -> None:
    life = (fetched(K.REFUNDED, 2, PAID), heard(K.CAPTURED, 3, PAID), heard(K.AUTHORISED, 2, PAID))
    assert told(*life) == [(K.AUTHORISED, PAID, 2), (K.CAPTURED, PAID, 3), (K.REFUNDED, PAID, 3)]


def test_a_larger_sum_comes_after_a_smaller_one() -> None:
    assert told(heard(K.REFUNDED, 9, HALF), fetched(K.REFUNDED, 2, PAID)) == [
        (K.REFUNDED, HALF, 9),
        (K.REFUNDED, PAID, 9),
    ]


def test_the_first_of_two_webhooks_counts() -> None:
    assert told(heard(K.CAPTURED, 5, PAID), heard(K.CAPTURED, 4, PAID)) == [(K.CAPTURED, PAID, 4)]


def test_each_payment_has_facts_of_its_own() -> None:
    both = (heard(K.CAPTURED, 1, PAID), heard(K.CAPTURED, 2, PAID, "pay_2"))
    assert told(*both) == [(K.CAPTURED, PAID, 1), (K.CAPTURED, PAID, 2)]


def test_a_dispute_is_told_once_until_it_is_opened_again() -> None:
    stages = (
        *(heard(K.DISPUTED, 1, PAID), heard(K.DISPUTED, 2, PAID), heard(K.DISPUTE_WON, 3, PAID)),
        *(heard(K.DISPUTED, 4, PAID), heard(K.DISPUTE_LOST, 5, PAID), heard(K.DISPUTE_LOST, 5, PAID)),
    )
    assert told(*stages) == [
        (K.DISPUTED, PAID, 1),
        (K.DISPUTE_WON, PAID, 3),
        (K.DISPUTED, PAID, 4),
        (K.DISPUTE_LOST, PAID, 5),
    ]


def test_an_incident_may_happen_again() -> None:
    tried = (
        heard(K.REFUND_PENDING, 1, HALF),
        heard(K.REFUND_FAILED, 2, HALF),
        heard(K.REFUND_PENDING, 3, HALF),
    )
    assert [kind for kind, _, _ in told(*tried)] == [K.REFUND_PENDING, K.REFUND_FAILED, K.REFUND_PENDING]
