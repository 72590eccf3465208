"""When a link is asked about next: pure, for every age and every expiry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links.schedule import AFTERMATH, EAGER, LONGEST, LONGEST_PAID, PAID_FOR, SOONEST, next_look
from bot.ports.model import Closed, EventKind, Link, LinkState, Payment
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from tests.fakes import START
from tests.unit.records import ACCOUNT, AMOUNT, link

ID = "PL0123456789AB"
lives = st.timedeltas(timedelta(seconds=1), timedelta(days=60))
ages = st.timedeltas(timedelta(), timedelta(days=400))


def opened(expires_on: datetime | None = None) -> ProviderLink:
    return ProviderLink(ID, 1, ACCOUNT, ID, ProviderLinkState.OPEN, AMOUNT, "pl_1", expires_on=expires_on)


def paid(at: datetime, payment: str = "pay_1") -> Payment:
    return Payment(ACCOUNT, payment, ID, heard={EventKind.CAPTURED: at})


def ended(why: Closed, **changes: object) -> Link:
    return link(state=LinkState.CLOSED, closed=why, **changes)


def looks(
    of: Link,
    *payments: Payment,
    expires_on: datetime | None = None,
    lingers: timedelta = timedelta(),
) -> list[datetime]:
    """Every look from the beginning on, each at the very moment that the one before has asked for."""
    found, now = list[datetime](), START
    while (again := next_look(of, [opened(expires_on)], payments, now, lingers)) is not None:
        found.append(again)
        assert len(found) < 5000
        now = again
    return found


@given(life=lives, age=ages, open_=st.booleans(), money=st.none() | ages)
def test_the_next_look_is_never_in_the_past_nor_too_soon_nor_too_late(
    life: timedelta, age: timedelta, *, open_: bool, money: timedelta | None
) -> None:
    of = link(expires_at=START + life) if open_ else ended(Closed.CANCELLED, expires_at=START + life)
    now = START + age
    payments = [] if money is None else [paid(START + min(money, age))]
    again = next_look(of, [opened()], payments, now)
    if again is not None:
        assert timedelta(seconds=1) <= again - now <= (LONGEST_PAID if payments else LONGEST)


@given(life=lives)
def test_an_open_link_is_looked_at_right_after_its_expiry_and_soon_before(life: timedelta) -> None:
    expiry = START + life
    found = looks(ended(Closed.CANCELLED, expires_at=expiry))
    assert any(expiry <= look <= expiry + timedelta(seconds=1) for look in found)
    near = [look for look in found if abs(look - expiry) <= EAGER]
    assert all(later - sooner <= SOONEST + timedelta(seconds=1) for sooner, later in pairwise(near))
    if life > EAGER:
        assert any(expiry - EAGER - SOONEST <= look <= expiry for look in found)


@given(life=st.timedeltas(timedelta(days=2), timedelta(days=60)))
def test_the_wait_grows_until_the_expiry_comes_near(life: timedelta) -> None:
    expiry = START + life
    found = [START, *(look for look in looks(link(expires_at=expiry)) if look < expiry - LONGEST)]
    waits = [later - sooner for sooner, later in pairwise(found)]
    assert waits == sorted(waits)
    assert waits[0] == SOONEST
    assert waits[-1] == LONGEST


def test_a_week_takes_a_bearable_number_of_looks() -> None:
    assert len(looks(ended(Closed.EXPIRED))) < 150


def test_the_backends_own_expiry_counts() -> None:
    later = START + timedelta(days=9)
    found = looks(ended(Closed.CANCELLED), expires_on=later)
    assert any(later <= look <= later + timedelta(seconds=1) for look in found)
    assert found[-1] <= later + AFTERMATH + LONGEST


@pytest.mark.parametrize("of", [link(), ended(Closed.EXPIRED)])
def test_of_two_objects_the_later_end_counts(of: Link) -> None:
    later = START + timedelta(days=30)
    objects = [opened(START + timedelta(days=7)), replace(opened(later), attempt=2)]
    assert next_look(of, objects, [], later - timedelta(minutes=5)) == later - timedelta(minutes=4)


@pytest.mark.parametrize("why", [Closed.CANCELLED, Closed.EXPIRED, Closed.USED_UP, Closed.FAILED])
def test_a_closed_link_without_money_is_looked_after_for_a_day_and_then_let_go(why: Closed) -> None:
    of = ended(why)
    found = looks(of)
    assert of.expires_at + AFTERMATH - LONGEST <= found[-1] <= of.expires_at + AFTERMATH + LONGEST
    assert next_look(of, [opened()], [], of.expires_at + timedelta(days=2)) is None


@pytest.mark.parametrize("lingers", [timedelta(hours=1), timedelta(days=30)])
def test_a_closed_link_is_looked_after_as_long_as_a_page_of_it_can_be_paid(lingers: timedelta) -> None:
    of, last = ended(Closed.CANCELLED), AFTERMATH + lingers
    found = looks(of, lingers=lingers)
    assert of.expires_at + last - LONGEST <= found[-1] <= of.expires_at + last + LONGEST


def test_what_is_under_way_is_asked_about_ever_more_slowly_after_its_link_was_closed() -> None:
    begun = Payment(ACCOUNT, "pay_1", ID, heard={EventKind.PENDING: START})
    of = ended(Closed.CANCELLED, expires_at=START + timedelta(days=1))
    found = [look for look in looks(of, begun) if look > of.expires_at + AFTERMATH]
    assert START + PAID_FOR - LONGEST_PAID <= found[-1] < START + PAID_FOR
    assert len(found) < 100
    assert looks(of)[-1] <= of.expires_at + AFTERMATH + LONGEST


def test_a_link_that_its_backend_never_ends_is_let_go_one_day() -> None:
    of = link()
    found = looks(of)
    assert of.expires_at + PAID_FOR - LONGEST <= found[-1] <= of.expires_at + PAID_FOR + LONGEST


@given(hours=st.integers(0, 24 * 30))
def test_money_is_looked_at_for_120_days_ever_more_slowly(hours: int) -> None:
    moment = START - timedelta(hours=hours)
    found = [START, *looks(ended(Closed.PAID), paid(moment))]
    waits = [later - sooner for sooner, later in pairwise(found)]
    assert waits == sorted(waits)
    assert LONGEST <= waits[0] <= waits[-1] <= LONGEST_PAID
    assert moment + timedelta(days=120) - LONGEST_PAID <= found[-1] <= moment + timedelta(days=120)
    assert len(found) < 120


def test_the_last_money_counts() -> None:
    late = START + timedelta(days=30)
    found = looks(ended(Closed.PAID), paid(START), paid(late, "pay_2"))
    assert found[-1] >= late + PAID_FOR - LONGEST_PAID


def test_money_from_a_clock_that_is_ahead_is_looked_at_all_the_same() -> None:
    again = next_look(ended(Closed.PAID), [opened()], [paid(START + timedelta(hours=1))], START)
    assert again == START + LONGEST


def test_a_link_without_an_object_is_looked_at_until_it_would_have_expired() -> None:
    of = ended(Closed.CANCELLED)
    assert next_look(of, [], [], START) == START + SOONEST
    assert next_look(of, [], [], datetime(2100, 1, 1, tzinfo=UTC)) is None


def test_the_days_of_paid_money_begin_with_its_last_news() -> None:
    refunded_at = START + timedelta(days=100)
    moved = replace(paid(START), heard={EventKind.CAPTURED: START, EventKind.REFUNDED: refunded_at})
    late = START + PAID_FOR + timedelta(days=1)
    assert next_look(ended(Closed.PAID), [opened()], [paid(START)], late) is None
    assert next_look(ended(Closed.PAID), [opened()], [moved], late) is not None
    assert next_look(ended(Closed.PAID), [opened()], [moved], refunded_at) == refunded_at + LONGEST
