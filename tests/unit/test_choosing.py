"""Who names no backend gets the first that takes the currency; who names one is told what it cannot."""

from dataclasses import replace

import pytest

from bot.conversation.form import form_for
from tests.unit.talking import (
    ACCOUNT,
    COMPLETE,
    INFOS,
    LOCALITY,
    OTHER,
    OTHER_INFO,
    TWO_OFFERS,
    Conversation,
)
from tests.unit.world import World

IN_POUNDS = "49.90 GBP jane@example.com Invoice 12"  # the other backend, the default here, takes none


@pytest.fixture
def alice(world: World) -> Conversation:
    return Conversation(world, offers=TWO_OFFERS[::-1])


async def test_the_first_backend_that_takes_the_currency_makes_the_link(alice: Conversation) -> None:
    await alice.begin(IN_POUNDS)
    assert (alice.asking, alice.problems) == (None, {})
    assert ("Paid through", "FakePay") in (await alice.card()).rows
    assert (await alice.confirm()).account_id == ACCOUNT


async def test_the_default_makes_it_where_it_can(alice: Conversation) -> None:
    await alice.begin(IN_POUNDS.replace("GBP", "EUR"))
    assert (await alice.confirm()).account_id == OTHER


async def test_a_currency_that_is_answered_later_chooses_too(alice: Conversation) -> None:
    await alice.begin()
    await alice.press(amount="49.90 GBP", email="jane@example.com", description="")
    assert (alice.draft.account_id, alice.problems) == (ACCOUNT, {})


async def test_what_only_another_account_asks_for_is_asked_once_it_is_chosen(world: World) -> None:
    curious = replace(OTHER_INFO, takes=frozenset({"address"}), asks=frozenset({"address"}))
    offers = (TWO_OFFERS[0], replace(TWO_OFFERS[1], form=form_for(curious, LOCALITY, INFOS)))
    alice = Conversation(world, offers=offers)
    await alice.begin(COMPLETE)
    assert alice.asking is None
    await alice.press(backend=OTHER)
    assert alice.asking == "address"


async def test_what_was_named_is_kept_and_says_what_it_cannot_do(alice: Conversation) -> None:
    await alice.begin(f"{IN_POUNDS} via otherpay")
    assert (alice.draft.account_id, alice.problems) == (OTHER, {"currency": "currency_not_offered"})


async def test_a_currency_that_nobody_takes_is_asked_for_by_the_default(alice: Conversation) -> None:
    await alice.begin(IN_POUNDS.replace("49.90 GBP", "4990 CLP"))
    assert (alice.draft.account_id, alice.problems) == (OTHER, {"currency": "currency_not_offered"})
