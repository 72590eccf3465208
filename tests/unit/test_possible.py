"""What can be done to a link now follows from its rows and its backend's features, and from nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.links import possible
from bot.links.possible import Remains, Snapshot, Way
from bot.ports.backend import BackendInfo, Feature
from bot.ports.chat import Verb
from bot.ports.model import Closed, Customer, Link, LinkState, Payment
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.traffic import Deed
from bot.texts.en import WORDS as EN
from tests.fakes import INFO, START
from tests.unit.headlines import CLOSED_AS, CREATING, MADE, PAID, payment
from tests.unit.records import ALICE, link

READ = {Verb.HISTORY, Verb.WHY, Verb.REFRESH}
PAUSES = frozenset({Feature.CANCEL, Feature.RESUME})
ALL = frozenset(Feature)
CANCEL = frozenset({Feature.CANCEL})
DEEDS = [Deed("PL1", act, ALICE, START) for act in (Verb.HISTORY, Verb.CANCEL)]
PAUSED = link(state=LinkState.PAUSED)
SOONER = START + timedelta(days=2)
TAKEN_BACK = replace(MADE, state=ProviderLinkState.CLOSED)
SHARING = replace(MADE, owed={"share": ""})


def known(
    of: Link,
    payments: Sequence[Payment] = (),
    features: frozenset[Feature] = frozenset(),
    objects: Sequence[ProviderLink] = (MADE,),
    now: datetime = START,
    *,
    ends: bool = True,
) -> Snapshot:
    info: BackendInfo = replace(INFO, features=features, ends=ends)
    return Snapshot(of, payments, objects, info, now)


def can(*args: object, **how: object) -> set[Verb]:
    return set(possible.possible(known(*args, **how)))  # type: ignore[arg-type]


def test_an_open_link_can_be_all_that_its_backend_can_do() -> None:
    always = READ | {Verb.CANCEL, Verb.EXTEND, Verb.RESEND}
    assert can(link()) == always
    assert can(link(), (), frozenset({Feature.CANCEL})) == always
    assert can(link(), (), PAUSES) == always | {Verb.PAUSE}
    assert can(link(), (), ALL) == always | {Verb.PAUSE, Verb.EDIT, Verb.SHARE}


def test_a_paused_link_can_be_resumed_or_cancelled_until_its_time_is_over() -> None:
    assert can(PAUSED, (), ALL, (TAKEN_BACK,)) == READ | {Verb.RESUME, Verb.CANCEL}
    late = known(PAUSED, (), ALL, (TAKEN_BACK,), PAUSED.expires_at)
    assert possible.refusal(Verb.RESUME, late) == "time_is_over"


@pytest.mark.parametrize(
    ("cancels", "objects", "uses", "left"),
    [
        (False, (replace(MADE, expires_on=SOONER),), 1, Remains(SOONER, opened=False)),
        (False, (MADE,), 1, Remains(link().expires_at, opened=False)),
        (False, (TAKEN_BACK,), 1, None),
        (False, (), 1, None),
        (True, (MADE,), 1, Remains(START + timedelta(hours=1), opened=True)),
        (True, (TAKEN_BACK,), 1, Remains(START + timedelta(hours=1), opened=True)),
        (True, (MADE,), 3, Remains(START + timedelta(hours=6), opened=True)),
        (True, (replace(MADE, url=None),), 1, None),
    ],
)
def test_what_a_cancellation_leaves_payable_follows_from_what_the_backend_declares(
    cancels: bool,  # noqa: FBT001
    objects: Sequence[ProviderLink],
    uses: int,
    left: Remains | None,
) -> None:
    features = CANCEL if cancels else frozenset()
    info = replace(INFO, features=features, lingers_s=3600, lingers_of_many_s=6 * 3600)
    assert possible.remains(link(uses=uses), objects, info, DEEDS, START) == left
    nothing_lingers = replace(info, lingers_s=0, lingers_of_many_s=0)
    after = possible.remains(link(uses=uses), objects, nothing_lingers, DEEDS, START)
    assert after == (None if cancels else left)


@pytest.mark.parametrize(
    ("features", "objects", "until"),
    [(frozenset(), (MADE,), link().expires_at), (CANCEL, (TAKEN_BACK,), START + timedelta(hours=1))],
)
def test_after_that_time_a_cancellation_leaves_nothing_payable(
    features: frozenset[Feature], objects: Sequence[ProviderLink], until: datetime
) -> None:
    info = replace(INFO, features=features, lingers_s=3600)
    assert possible.remains(link(), objects, info, DEEDS, until - timedelta(seconds=1)) is not None
    assert possible.remains(link(), objects, info, DEEDS, until) is None


def test_what_could_not_be_taken_back_yet_stays_payable_beyond_it() -> None:
    info = replace(INFO, features=CANCEL, lingers_s=3600)
    assert possible.remains(link(), (MADE,), info, DEEDS, START + timedelta(hours=2)) is not None


def test_while_it_is_being_created_it_can_only_be_cancelled() -> None:
    assert can(CREATING, (), ALL, ()) == {Verb.CANCEL, Verb.HISTORY, Verb.WHY}


@pytest.mark.parametrize("why", Closed)
def test_what_is_over_can_only_be_read(why: Closed) -> None:
    assert can(CLOSED_AS[why], (), ALL) == READ
    assert possible.refusal(Verb.RESUME, known(CLOSED_AS[why], (), ALL)) == "closed"


def test_nobody_is_asked_about_what_was_never_made() -> None:
    assert possible.refusal(Verb.REFRESH, known(CLOSED_AS[Closed.FAILED], objects=())) == "never_made"
    assert can(CLOSED_AS[Closed.FAILED], (), ALL, ()) == {Verb.HISTORY, Verb.WHY}


@pytest.mark.parametrize("paying", [payment(authorised=4990), PAID, payment(K.DISPUTED)])
def test_what_somebody_is_paying_can_only_be_read(paying: Payment) -> None:
    for of in (link(), PAUSED):
        assert can(of, (paying,), ALL) == READ
    assert possible.refusal(Verb.CANCEL, known(link(), (paying,))) == "being_paid"


@pytest.mark.parametrize("verb", [Verb.PAUSE, Verb.EDIT, Verb.SHARE])
def test_what_is_over_or_being_paid_is_not_advised_to_be_cancelled_or_sent_instead(verb: Verb) -> None:
    assert possible.refusal(verb, known(link())) == f"cannot_{verb}"
    assert possible.refusal(verb, known(CLOSED_AS[Closed.CANCELLED])) == "closed"
    assert possible.refusal(verb, known(link(), (payment(authorised=4990),))) == "being_paid"


@pytest.mark.parametrize("tried", [payment(K.DECLINED), payment(K.PENDING)])
def test_an_attempt_that_decided_nothing_stands_in_nobodys_way(tried: Payment) -> None:
    assert can(link(), (tried,), ALL) == can(link(), (), ALL)


def test_what_the_backend_has_not_put_back_yet_can_be_neither_extended_nor_sent() -> None:
    assert can(link(), (), ALL, (TAKEN_BACK,)) == READ | {Verb.CANCEL, Verb.PAUSE}


def test_the_provider_writes_to_customers_whose_address_is_known_and_once_at_a_time() -> None:
    for customer in (Customer(email="jane@example.com"), Customer(phone="+491234567")):
        assert Verb.SHARE in can(link(customer=customer), (), ALL)
    refused = {
        "cannot_share": known(link()),
        "no_address": known(link(customer=Customer(name="Jane")), (), ALL),
        "being_shared": known(link(), (), ALL, (SHARING,)),
    }
    for why, of in refused.items():
        assert possible.refusal(Verb.SHARE, of) == why


def test_a_link_is_extended_in_the_way_its_backend_knows() -> None:
    assert possible.way_to_extend(replace(INFO, features=ALL)) is Way.PROVIDER
    assert possible.way_to_extend(replace(INFO, ends=False)) is Way.OURS
    assert possible.way_to_extend(INFO) is Way.REPLACEMENT


def test_a_link_whose_time_is_over_is_not_extended_where_we_are_taking_it_back() -> None:
    end = link().expires_at
    assert possible.refusal(Verb.EXTEND, known(link(), now=end, ends=False)) == "time_is_over"
    for features in (frozenset[Feature](), ALL):
        assert possible.refusal(Verb.EXTEND, known(link(), (), features, now=end)) is None


def test_the_provider_is_asked_only_for_the_history_that_it_keeps() -> None:
    asked_for = replace(MADE, provider_id=None)
    assert known(link(), (), ALL, (asked_for, MADE)).remembered == [MADE]
    assert known(link(), objects=(MADE,)).remembered == []


def test_its_end_is_the_backends_own_where_it_names_one() -> None:
    later = START + timedelta(days=9)
    assert known(link(), objects=(replace(MADE, expires_on=later),)).ends_at == later
    assert known(link()).ends_at == link().expires_at


def test_the_newest_open_object_is_used_and_the_one_before_it_superseded() -> None:
    second = replace(MADE, attempt=2)
    assert (possible.usable([MADE, second]), possible.superseded([MADE, second])) == (second, MADE)
    assert possible.superseded([TAKEN_BACK, second]) is None


def test_every_refusal_has_words() -> None:
    states = [link(), link(customer=Customer()), PAUSED, CREATING, *CLOSED_AS.values()]
    keys = {
        possible.refusal(verb, known(of, paying, features, objects, now))
        for verb in Verb
        for of in states
        for paying in ((), (PAID,))
        for features in (frozenset[Feature](), PAUSES, ALL)
        for objects in ((), (MADE,), (TAKEN_BACK,), (SHARING,))
        for now in (START, START + timedelta(days=30))
    }
    assert {f"refused.{key}" for key in keys if key} == {key for key in EN if key.startswith("refused.")}
