"""Records to store, plain ones for tests of rules and arbitrary ones for tests of exactness."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from bot.money import EXPONENTS, Money
from bot.ports.expectation import LinkKind
from bot.ports.model import (
    Account,
    Closed,
    Customer,
    Dispute,
    Draft,
    DraftState,
    Event,
    EventKind,
    Link,
    LinkState,
    Mode,
    Payment,
    Person,
    Place,
    Problem,
    Step,
)
from bot.ports.provider_links import ProviderLink, ProviderLinkState, Sight
from bot.ports.storage import Transaction
from bot.ports.traffic import InboundFact

NOW = datetime(2026, 11, 21, 10, 15, 30, 123456, UTC)
LATER, EARLIER = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)
SOON = timedelta(seconds=1)
ACCOUNT = Account("checkout", "checkout", Mode.TEST)
OTHER_ACCOUNT = Account("second", "checkout", Mode.LIVE)
ALICE = Person("slack", "U0ALICE", "T0PAYLINK", "Alice")
SALES = Place("slack", "C0SALES", "T0PAYLINK")
# The amounts that are kept of a payment.
WITH_AMOUNT = [
    *(EventKind.AUTHORISED, EventKind.CAPTURED, EventKind.REFUNDED, EventKind.RETURNED),
    EventKind.DISPUTED,
]
LINK_ID, OTHER_LINK_ID = "PL0123456789AB", "PLZZZZZZZZZZZZ"

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=24) | st.just(
    "🧁 شركة"
)
maybe = st.none() | words
moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
minor = st.integers(-(2**63), 2**63 - 1)
money = st.builds(Money, minor, st.sampled_from(sorted(EXPONENTS)))
people = st.builds(Person, words, words, words, words)
places = st.builds(Place, words, words, words, maybe, st.booleans())
mappings = st.dictionaries(words, words, max_size=3)
customers = st.builds(Customer, maybe, maybe, maybe, maybe)
able = st.lists(words, max_size=2).map(tuple)
problems = st.builds(Problem, words, words, st.lists(money, max_size=3).map(tuple), words, able)


def prepared(tx: Transaction) -> int:
    """The accounts, and a destination; gives its id."""
    for account in (ACCOUNT, OTHER_ACCOUNT):
        tx.accounts.put(account)
    return tx.destinations.add(SALES, "en").id


def with_links(tx: Transaction, *ids: str) -> int:
    destination_id = prepared(tx)
    for number, link_id in enumerate(ids or (LINK_ID,)):
        tx.links.add(a_link(destination_id, id=link_id, public_token=f"{number:032}"))
    return destination_id


def a_draft(destination_id: int, **changes: Any) -> Draft:
    whole = Draft(
        id=LINK_ID,
        state=DraftState.OPEN,
        person=ALICE,
        destination_id=destination_id,
        account_id=ACCOUNT.id,
        version=1,
        answers={},
        problems={},
        choosing=False,
        desk={},
        expires_at=LATER,
    )
    return replace(whole, **changes)


def a_link(destination_id: int, **changes: Any) -> Link:
    whole = Link(
        id=LINK_ID,
        account_id=ACCOUNT.id,
        public_token="0" * 32,
        state=LinkState.CREATING,
        closed=None,
        amount=Money(4990, "EUR"),
        uses=1,
        description=None,
        customer=Customer(),
        creator=ALICE,
        destination_id=destination_id,
        created_at=NOW,
        expires_at=LATER,
    )
    return replace(whole, **changes)


def a_provider_link(**changes: Any) -> ProviderLink:
    whole = ProviderLink(LINK_ID, 1, ACCOUNT.id, LINK_ID, ProviderLinkState.IN_FLIGHT, Money(4990, "EUR"))
    return replace(whole, **changes)


def a_payment(**changes: Any) -> Payment:
    return replace(Payment(ACCOUNT.id, "pay_1", LINK_ID), **changes)


def an_event(key: str = "evt_1", **changes: Any) -> Event:
    return replace(Event(key, EventKind.CAPTURED, "payment_captured", "pay_1", LINK_ID, NOW), **changes)


def a_fact(key: str = "evt_1", **changes: Any) -> InboundFact:
    return replace(InboundFact("webhook", ACCOUNT.id, key, 3, b"{}"), **changes)


_known_problems = st.dictionaries(words, problems, max_size=2)
drafts = st.builds(
    a_draft,
    st.just(0),
    state=st.sampled_from(DraftState),
    person=people,
    version=st.integers(0, 1000),
    answers=mappings,
    problems=_known_problems,
    choosing=st.booleans(),
    desk=mappings,
    expires_at=moments,
    kept=mappings,
    recalled=st.lists(words, max_size=2).map(tuple),
    earlier=st.lists(st.builds(Step, words, mappings, _known_problems, st.booleans()), max_size=2).map(tuple),
)


def _with_least(link: Link, least: int | None) -> Link:
    """In the link's own currency."""
    return replace(link, least=Money(least, link.amount.currency) if least is not None else None)


_links = st.builds(
    a_link,
    st.just(0),
    state=st.sampled_from(LinkState),
    closed=st.none() | st.sampled_from(Closed),
    amount=money,
    uses=st.none() | st.integers(0, 2**31 - 1),
    description=maybe,
    customer=customers,
    creator=people,
    created_at=moments,
    expires_at=moments,
    own_reference=maybe,
    poll_at=st.none() | moments,
    trouble=st.none() | mappings,
    details=mappings,
    kind=st.sampled_from(LinkKind),
    retry_at=st.none() | moments,
)
links = st.builds(_with_least, _links, st.none() | minor)
provider_links = st.builds(
    a_provider_link,
    state=st.sampled_from(ProviderLinkState),
    amount=money,
    provider_id=maybe,
    url=maybe,
    expires_on=st.none() | moments,
    webhook_token=maybe,
    owed=mappings,
    sight=st.none() | st.builds(Sight, moments, st.booleans(), st.booleans()),
)
payments = st.builds(
    a_payment,
    heard=st.dictionaries(st.sampled_from(EventKind), moments, max_size=4),
    amounts=st.dictionaries(st.sampled_from(WITH_AMOUNT), money, max_size=4),
    method=maybe,
    bank_reference=maybe,
    reason=maybe,
    disputes=st.dictionaries(
        words,
        st.builds(
            Dispute, st.dictionaries(st.sampled_from(EventKind), moments, max_size=3), st.none() | money
        ),
        max_size=2,
    ),
    use=maybe,
)
