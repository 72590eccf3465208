"""Nobody types an address twice: what a backend requires is known from the customer's last link."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.form import Locality, form_for
from bot.conversation.offer import Offer
from bot.conversation.talk import Talk
from bot.ports.model import Closed, Customer, Draft, Link, LinkState
from bot.ports.provider_links import ProviderLinkState
from tests.fakes import INFO
from tests.unit.records import ACCOUNT, ALICE, BOB, OFFER, SALES
from tests.unit.talking import Conversation
from tests.unit.world import World

UTC_ZONE = ZoneInfo("UTC")
NEEDED = frozenset({"name", "email", "phone", "address", "city"})
JANE = Customer("Jane Doe", "jane@example.com", "+919812345678")
HOME = {"address": "12 MG Road", "city": "Pune"}


FORM = form_for(
    replace(INFO, requires=NEEDED, takes=frozenset({"goods"})), Locality("EUR", "DE", UTC_ZONE), {}
)
NEEDY = Offer(ACCOUNT, FORM, timedelta(days=7), "en")


@pytest.fixture
async def talk(world: World) -> Talk:
    return Talk([NEEDY], world.clock)


async def was_made(world: World, **changes: object) -> None:
    """An earlier link for Jane, open at its backend."""
    await world.add_attempt(await world.add_link(**{"customer": JANE, "details": HOME, **changes}))


async def begun(world: World, talk: Talk, text: str) -> Draft:
    return await world.write(lambda tx: talk.begin(tx, ALICE, SALES, text))


async def test_an_unknown_customer_is_asked_for_everything_that_is_required(world: World, talk: Talk) -> None:
    draft = await begun(world, talk, "49.90 EUR jane@example.com Invoice 12")
    assert talk.asking(draft) == "phone"
    assert [each.key for each in talk.offer.form.fields if each.required] == [
        *("amount", "currency", "email", "phone", "name", "address", "city")
    ]


async def test_a_known_customer_is_asked_for_nothing_again(world: World, talk: Talk) -> None:
    await was_made(world)
    draft = await begun(world, talk, "49.90 EUR jane@example.com Invoice 12")
    assert talk.asking(draft) is None
    assert {key: draft.answers[key] for key in (*HOME, "phone", "name")} == {
        **HOME,
        "phone": JANE.phone,
        "name": JANE.name,
    }


async def test_who_is_known_by_telephone_is_not_asked_for_the_email_either(world: World, talk: Talk) -> None:
    await was_made(world)
    draft = await begun(world, talk, f"49.90 EUR {JANE.phone} Invoice 12")
    assert (talk.asking(draft), draft.answers["email"]) == (None, JANE.email)


@pytest.mark.parametrize(
    "changes",
    [
        {"creator": BOB},
        {"creator": replace(ALICE, team="T2")},
        {"creator": replace(ALICE, chat="telegram")},
        {"state": LinkState.CLOSED, "closed": Closed.FAILED},
    ],
)
async def test_what_somebody_else_typed_or_no_backend_took_is_told_to_nobody(
    world: World, talk: Talk, changes: dict[str, object]
) -> None:
    await was_made(world, **changes)
    draft = await begun(world, talk, "49.90 EUR jane@example.com Invoice 12")
    assert (talk.asking(draft), draft.recalled) == ("phone", ())


async def test_what_nobody_requires_is_not_taken_from_an_earlier_link(world: World) -> None:
    await was_made(world)
    draft = await begun(world, Talk([OFFER], world.clock), "49.90 EUR jane@example.com Invoice 12")
    assert draft.recalled == ()
    assert not [key for key in ("phone", "name", *HOME) if draft.answers.get(key)]


async def test_what_is_no_part_of_a_customer_is_not_taken_from_an_earlier_link(world: World) -> None:
    of_goods = form_for(replace(INFO, requires=NEEDED | {"goods"}), Locality("EUR", "DE", UTC_ZONE), {})
    await was_made(world, details=HOME | {"goods": "service"})
    talk = Talk([replace(NEEDY, form=of_goods)], world.clock)
    assert "goods" not in (await begun(world, talk, "49.90 EUR jane@example.com Invoice 12")).recalled


async def test_what_never_reached_its_backend_is_not_told(world: World, talk: Talk) -> None:
    made = await world.add_link(customer=JANE, details=HOME)
    await world.add_attempt(made, provider_id=None, state=ProviderLinkState.ORPHAN)
    draft = await begun(world, talk, "49.90 EUR jane@example.com Invoice 12")
    assert talk.asking(draft) == "phone"


async def test_the_summary_says_what_is_from_an_earlier_link(world: World) -> None:
    await was_made(world)
    alice = Conversation(world, (NEEDY,))
    await alice.begin("49.90 EUR jane@example.com tel +919812345678 Invoice 12")
    said = "From an earlier link of yours: name, address. Edit them if they have changed."
    assert said in (await alice.card()).notes
    assert await alice.stored() == alice.draft
    await alice.choose("name")
    await alice.reply("Jane Roe")
    notes = (await alice.card()).notes
    assert "From an earlier link of yours: address. Edit them if they have changed." in notes
    await alice.press(address="1 New Road", city="Goa")
    assert not [note for note in (await alice.card()).notes if "earlier link" in note]


async def test_a_form_is_not_created_with_what_nobody_has_seen(world: World) -> None:
    await was_made(world)
    alice = Conversation(world, (NEEDY,))
    await alice.begin(desk={"view": "V1"})
    typed = {"amount": "51 EUR", "email": "jane@example.com", "phone": "+919812345678", "description": ""}
    shown = await alice.submit(typed)
    assert isinstance(shown, Draft)
    assert (alice.asking, shown.recalled) == (None, ("name", "address", "city"))
    assert isinstance(await alice.submit({**shown.answers, **typed}), Link)


async def test_what_is_said_outweighs_what_is_known_and_another_customer_is_another(
    world: World, talk: Talk
) -> None:
    await was_made(world)
    draft = await begun(world, talk, "49.90 EUR jane@example.com tel +919812345679")
    assert draft.answers["phone"] == "+919812345679"
    other = await begun(world, talk, "49.90 EUR joe@example.com")
    assert "address" not in other.answers


async def test_a_form_sent_with_empty_inputs_is_completed_too(world: World, talk: Talk) -> None:
    await was_made(world)
    draft = await begun(world, talk, "")
    empty = dict.fromkeys(("phone", "name", "address", "city", "goods", "description"), "")
    typed = {**empty, "amount": "49.90 EUR", "email": "jane@example.com"}
    draft = await world.write(lambda tx: talk.answer(tx, draft.id, ALICE, typed))
    assert (draft.problems, draft.answers["address"]) == ({}, "12 MG Road")


async def test_details_become_the_links_own(world: World, talk: Talk) -> None:
    await was_made(world)
    draft = await begun(world, talk, "49.90 EUR jane@example.com Invoice 12")
    draft = await world.write(lambda tx: talk.answer(tx, draft.id, ALICE, {"goods": "Digital goods"}))
    link = await world.write(lambda tx: talk.confirm(tx, draft.id, None, ALICE))
    assert link.details == {**HOME, "goods": "digital_goods"}
    wrong = await begun(world, talk, "")
    wrong = await world.write(lambda tx: talk.answer(tx, wrong.id, ALICE, {"goods": "services"}))
    assert wrong.problems["goods"].key == "choice_unknown"
