"""Nobody types an address twice: what a backend requires is known from the customer's last link."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.form import Locality, form_for
from bot.conversation.offer import Offer
from bot.conversation.talk import Talk
from bot.ports.model import Customer, Draft
from tests.fakes import INFO
from tests.unit.records import ACCOUNT, ALICE, SALES
from tests.unit.world import World

UTC_ZONE = ZoneInfo("UTC")
NEEDED = frozenset({"name", "email", "phone", "address", "city"})
JANE = Customer("Jane Doe", "jane@example.com", "+919812345678")
HOME = {"address": "12 MG Road", "city": "Pune"}


@pytest.fixture
async def talk(world: World) -> Talk:
    locality = Locality("EUR", "DE", UTC_ZONE)
    form = form_for(replace(INFO, requires=NEEDED, takes=frozenset({"goods"})), locality, {})
    return Talk([Offer(ACCOUNT, form, timedelta(days=7), "en")], world.clock)


async def begun(world: World, talk: Talk, text: str) -> Draft:
    return await world.write(lambda tx: talk.begin(tx, ALICE, SALES, text))


async def test_an_unknown_customer_is_asked_for_everything_that_is_required(world: World, talk: Talk) -> None:
    draft = await begun(world, talk, "49.90 EUR jane@example.com Invoice 12")
    assert talk.asking(draft) == "phone"
    assert [each.key for each in talk.offer.form.fields if each.required] == [
        *("amount", "currency", "email", "phone", "name", "address", "city")
    ]


async def test_a_known_customer_is_asked_for_nothing_again(world: World, talk: Talk) -> None:
    await world.add_link(customer=JANE, details=HOME)
    draft = await begun(world, talk, "49.90 EUR jane@example.com Invoice 12")
    assert talk.asking(draft) is None
    assert {key: draft.answers[key] for key in (*HOME, "phone", "name")} == {
        **HOME,
        "phone": JANE.phone,
        "name": JANE.name,
    }


async def test_what_is_said_outweighs_what_is_known_and_another_customer_is_another(
    world: World, talk: Talk
) -> None:
    await world.add_link(customer=JANE, details=HOME)
    draft = await begun(world, talk, "49.90 EUR jane@example.com tel +919812345679")
    assert draft.answers["phone"] == "+919812345679"
    other = await begun(world, talk, "49.90 EUR joe@example.com")
    assert "address" not in other.answers


async def test_a_form_sent_with_empty_inputs_is_completed_too(world: World, talk: Talk) -> None:
    await world.add_link(customer=JANE, details=HOME)
    draft = await begun(world, talk, "")
    empty = dict.fromkeys(("phone", "name", "address", "city", "goods", "description"), "")
    typed = {**empty, "amount": "49.90 EUR", "email": "jane@example.com"}
    draft = await world.write(lambda tx: talk.answer(tx, draft.id, ALICE, typed))
    assert (draft.problems, draft.answers["address"]) == ({}, "12 MG Road")


async def test_details_become_the_links_own(world: World, talk: Talk) -> None:
    await world.add_link(customer=JANE, details=HOME)
    draft = await begun(world, talk, "49.90 EUR jane@example.com Invoice 12")
    draft = await world.write(lambda tx: talk.answer(tx, draft.id, ALICE, {"goods": "Digital goods"}))
    link = await world.write(lambda tx: talk.confirm(tx, draft.id, None, ALICE))
    assert link.details == {**HOME, "goods": "digital_goods"}
    wrong = await begun(world, talk, "")
    wrong = await world.write(lambda tx: talk.answer(tx, wrong.id, ALICE, {"goods": "services"}))
    assert wrong.problems["goods"].key == "choice_unknown"
