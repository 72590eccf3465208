"""A link in a few words: both of its axes, in figures that somebody has told us."""

from dataclasses import replace

import pytest

from bot.delivery import cards
from bot.delivery.cards import Shown
from bot.links import lifecycle
from bot.links.lifecycle import Headline
from bot.money import Money
from bot.ports.chat import Card
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Link, LinkState, Payment
from bot.ports.model import EventKind as K
from tests.fakes import START
from tests.unit.headlines import CLOSED_AS, DECLINED, HEADLINES, MADE, PAID, PUBLIC, THREE, payment
from tests.unit.records import link


def drawn(of: Link, *payments: Payment) -> Card:
    return cards.link_card(PUBLIC, of, Shown(MADE, payments, "FakePay"))


def test_every_headline_has_a_case_here() -> None:
    assert HEADLINES.keys() == set(Headline)


TWO = payment(captured=4990, number=2)
IN_DOLLARS = replace(TWO, amounts={K.CAPTURED: Money(6000, "USD")})
IN_PART = {
    "Paid 149.70 EUR, 49.90 EUR of it disputed by the customer": (
        *(link(uses=20), (payment(K.DISPUTED, captured=4990, disputed=4990), *THREE[1:])),
    ),
    "Paid 49.90 EUR, 10.00 EUR of it lost in a dispute": (
        *(link(), (payment(K.DISPUTED, K.DISPUTE_LOST, captured=4990, disputed=1000),)),
    ),
    "Paid 49.90 EUR": (CLOSED_AS[Closed.PAID], (DECLINED, TWO)),
    "Paid an unconfirmed amount, disputed by the customer": (
        *(CLOSED_AS[Closed.PAID], (payment(K.DISPUTED),)),
    ),
    "Paid 49.90 EUR, disputed by the customer": (
        *(link(), (payment(K.DISPUTED, captured=4990, disputed=0),)),  # as good as no amount
    ),
    "Paid 99.80 EUR, 49.90 EUR of it taken back by the customer's bank": (
        *(link(), (payment(K.RETURNED, captured=4990), TWO)),
    ),
    "20.00 EUR authorised, not yet taken": (
        *(link(), (payment(K.VOIDED, authorised=4990), payment(authorised=2000, number=2))),
    ),
    "20.00 EUR authorised, but could not be taken": (
        *(link(), (payment(K.VOIDED, authorised=4990), payment(K.CAPTURE_FAILED, authorised=2000, number=2))),
    ),
    "Cancelled, then 49.90 EUR authorised, not yet taken": (
        *(CLOSED_AS[Closed.CANCELLED], (payment(authorised=4990),)),
    ),
    "Cancelled, then 49.90 EUR authorised and released: nothing was taken": (
        *(CLOSED_AS[Closed.CANCELLED], (payment(K.VOIDED, authorised=4990),)),
    ),
    "Cancelled, then paid 49.90 EUR: refund or keep?": (
        *(CLOSED_AS[Closed.CANCELLED], (payment(captured=4990, refunded=4990), TWO)),
    ),
    "Paid more than once: 99.80 EUR for 49.90 EUR. Refund what is too much?": (
        *(CLOSED_AS[Closed.PAID], (payment(captured=4990, refunded=4990), *THREE[1:])),
    ),
    "Paid more than once: an unconfirmed amount for 49.90 EUR. Refund what is too much?": (
        *(CLOSED_AS[Closed.PAID], (PAID, payment(K.CAPTURED, number=2))),
    ),
    "Paid more than once: 49.90 EUR + 60.00 USD for 49.90 EUR. Refund what is too much?": (
        *(CLOSED_AS[Closed.PAID], (IN_DOLLARS, PAID)),
    ),
    "Paid 49.90 EUR + 60.00 USD, 60.00 USD of it taken back by the customer's bank": (
        CLOSED_AS[Closed.PAID],
        (replace(IN_DOLLARS, heard={**IN_DOLLARS.heard, K.RETURNED: START}), PAID),
    ),
    "Refunded 49.90 EUR of 99.80 EUR": (
        CLOSED_AS[Closed.PAID],
        (payment(captured=4990, refunded=2000), payment(captured=4990, refunded=2990, number=2)),
    ),
    "Refunded 10.00 EUR of 59.90 EUR": (
        *(CLOSED_AS[Closed.CANCELLED], (payment(captured=5990, refunded=1000),)),
    ),
    "Refunded 10.00 EUR of 49.90 EUR": (
        *(CLOSED_AS[Closed.EXPIRED], (payment(captured=4990, refunded=1000),)),
    ),
    "Payment of 49.90 EUR under way": (CLOSED_AS[Closed.FAILED], (payment(K.PENDING),)),
    "An unconfirmed amount authorised, not yet taken": (link(), (payment(K.AUTHORISED),)),
    "Refunded an unconfirmed amount of 99.80 EUR": (
        CLOSED_AS[Closed.PAID],
        (
            payment(captured=4990, refunded=4990),
            payment(K.REFUNDED, captured=4990, number=2),
        ),
    ),
    "Paid 20.00 EUR of 49.90 EUR so far": (
        CLOSED_AS[Closed.PAID],
        (payment(captured=4990, refunded=4990), payment(captured=2000, authorised=4990, number=2)),
    ),
    "Paid 49.90 EUR, dispute closed in your favour": (
        CLOSED_AS[Closed.PAID],
        (
            payment(captured=4990, refunded=4990),
            payment(K.DISPUTED, K.DISPUTE_WON, captured=4990, number=2),
        ),
    ),
    "Paid 30.00 EUR instead of 49.90 EUR": (
        *(CLOSED_AS[Closed.PAID], (payment(K.DISPUTED, K.DISPUTE_WON, captured=3000),)),
    ),
    "Paid 49.90 EUR instead of a means of payment": (
        *(link(kind=LinkKind.SETUP, amount=Money(0, "EUR"), state=LinkState.CLOSED, closed=Closed.USED_UP),),
        (PAID,),
    ),
    "Paid 40.00 EUR instead of 49.90 EUR": (
        *(CLOSED_AS[Closed.PAID], (payment(captured=4990, refunded=4990), payment(captured=4000, number=2))),
    ),
}


@pytest.mark.parametrize("words", IN_PART)
def test_a_headline_counts_the_money_that_it_speaks_of(words: str) -> None:
    of, payments = IN_PART[words]
    assert cards.headline_of(PUBLIC.texts, of, payments) == words


@pytest.mark.parametrize(
    ("changes", "headline"),
    [({}, Headline.USES), ({"state": LinkState.PAUSED}, Headline.PAUSED)],
)
def test_money_that_is_only_held_does_not_hide_how_often_a_link_was_used(
    changes: dict[str, object], headline: Headline
) -> None:
    of = link(uses=2, **changes)
    assert lifecycle.headline(of, (PAID, payment(authorised=4990, number=2))) is headline


SETUP = link(kind=LinkKind.SETUP, amount=Money(0, "EUR"), uses=None)
SUBSCRIPTION = link(kind=LinkKind.SUBSCRIPTION)
SAVED = tuple(payment(K.SAVED, number=number) for number in (1, 2))
TWICE_BACK = (
    payment(captured=4990, refunded=2000, number=4),
    payment(captured=4990, refunded=2990, number=2),
)
OF_MANY = {
    "3 of 2 uses": (link(uses=2), (payment(captured=4990, refunded=4990), *THREE[1:])),
    "4 of 2 uses": (
        *(link(uses=2), (*TWICE_BACK, payment(captured=4990, refunded=4990, number=3), THREE[0])),
    ),
    "2 of 20 uses": (link(uses=20), (PAID, payment(captured=2000, refunded=2000, number=2))),
    "Subscription, payments so far: 1": (SUBSCRIPTION, (PAID,)),
    "Subscription, payments so far: 0": (SUBSCRIPTION, (SAVED[0],)),
    "49.90 EUR authorised, but could not be taken": (
        replace(SUBSCRIPTION, state=LinkState.CLOSED, closed=Closed.USED_UP),
        (payment(K.CAPTURE_FAILED, authorised=4990),),
    ),
    "49.90 EUR authorised, then released: nothing was taken": (
        replace(link(uses=20), state=LinkState.CLOSED, closed=Closed.USED_UP),
        (payment(K.VOIDED, authorised=4990),),
    ),
    "49.90 EUR authorised, not yet taken": (SUBSCRIPTION, (payment(authorised=4990),)),
    "99.80 EUR authorised, not yet taken": (
        *(link(uses=2), tuple(payment(authorised=4990, number=number) for number in (1, 2))),
    ),
    "Waiting for payment of 49.90 EUR": (link(uses=2), (payment(authorised=4990),)),
    "Means of payment saved so far: 2": (SETUP, SAVED),
    "Expired. Means of payment saved: 2": (
        *(replace(SETUP, state=LinkState.CLOSED, closed=Closed.EXPIRED), SAVED),
    ),
    "Cancelled. Means of payment saved: 2": (
        *(replace(SETUP, state=LinkState.CLOSED, closed=Closed.CANCELLED), SAVED),
    ),
}


@pytest.mark.parametrize("words", OF_MANY)
def test_of_many_uses_a_headline_tells_what_has_come_and_asks_for_no_refund_that_was_made(words: str) -> None:
    of, payments = OF_MANY[words]
    assert cards.headline_of(PUBLIC.texts, of, payments) == words


@pytest.mark.parametrize(
    "second",
    [
        payment(captured=4990, refunded=4989, number=2),
        payment(K.CAPTURED, refunded=4990, number=2),
        replace(TWO, amounts={K.CAPTURED: Money(4990, "EUR"), K.REFUNDED: Money(4990, "USD")}),
        replace(TWO, amounts={K.CAPTURED: Money(4990, "USD"), K.REFUNDED: Money(4980, "USD")}),
    ],
)
def test_what_is_too_much_is_asked_about_until_so_much_is_known_to_be_given_back(second: Payment) -> None:
    assert lifecycle.headline(CLOSED_AS[Closed.PAID], [PAID, second]) is Headline.PAID_TWICE
    assert lifecycle.headline(link(uses=2), [*THREE[:2], second]) is Headline.TOO_OFTEN


@pytest.mark.parametrize("headline", HEADLINES)
def test_the_headline_says_both_axes_in_true_figures(headline: Headline) -> None:
    of, payments, words, tone = HEADLINES[headline]
    assert lifecycle.headline(of, payments) is headline
    card = drawn(of, *payments)
    assert (card.headline, card.tone) == (words, tone)


@pytest.mark.parametrize(
    ("told", "wanted", "claims"),
    [
        (payment(authorised=2000), ["20.00 EUR"], ["49.90 EUR authorised"]),
        (payment(K.VOIDED, authorised=2000), ["20.00 EUR"], ["49.90 EUR authorised"]),
        (payment(K.CAPTURE_FAILED, authorised=2000), ["20.00 EUR"], ["49.90 EUR authorised"]),
        (payment(K.REFUNDED, captured=4990), ["49.90 EUR"], ["Refunded 49.90 EUR"]),
        (payment(K.CAPTURED, refunded=1000), ["10.00 EUR"], ["of 49.90 EUR"]),
        (payment(K.CAPTURED, K.DISPUTED), [], ["Paid 49.90 EUR"]),
        (payment(K.DISPUTED), [], ["Paid 49.90 EUR"]),
        (payment(K.RETURNED), [], ["Paid 49.90 EUR"]),
    ],
)
def test_no_headline_tells_an_amount_that_nobody_told_us(
    told: Payment, wanted: list[str], claims: list[str]
) -> None:
    """What was asked for is not thereby what was taken, released or given back."""
    said = drawn(lifecycle.recompute(link(), [told]), told).headline
    assert not [figure for figure in wanted if figure not in said], said
    assert not [claim for claim in claims if claim in said], said
