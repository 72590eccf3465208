"""Back leads to what was open before, with all as it was; nothing is lost until it is answered anew."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.form import form_for
from bot.conversation.offer import Offer
from bot.errors import NothingOpen, StaleDraft
from bot.money import Money
from bot.ports.chat import Act
from tests.fakes import INFO
from tests.unit.records import ACCOUNT
from tests.unit.talking import (
    COMPLETE,
    INFOS,
    LOCALITY,
    OTHER,
    OTHER_INFO,
    TWO_OFFERS,
    Conversation,
    acts,
    buttons,
    picks,
)
from tests.unit.world import World

WHOLE = f"{COMPLETE} ref INV-9 until friday"
FIELDS = [field.key for field in TWO_OFFERS[0].form.fields]
STRICT = replace(OTHER_INFO, requires=frozenset({"phone", "name", "address", "city"}))
STRICT_OFFERS = (
    Offer(ACCOUNT, form_for(INFO, LOCALITY, INFOS), timedelta(days=7), "en"),
    Offer(OTHER, form_for(STRICT, LOCALITY, INFOS), timedelta(days=2), "en"),
)


@pytest.fixture
def alice(world: World) -> Conversation:
    return Conversation(world, TWO_OFFERS)


@pytest.fixture
def strict(world: World) -> Conversation:
    """Her second account asks for an address, which she cannot skip."""
    return Conversation(world, STRICT_OFFERS)


async def rows(alice: Conversation) -> dict[str, str]:
    return dict((await alice.card()).rows)


@pytest.mark.parametrize("key", FIELDS)
async def test_a_change_that_is_not_made_changes_nothing(alice: Conversation, key: str) -> None:
    await alice.begin(WHOLE)
    whole, summary = dict(alice.draft.answers), await rows(alice)
    await alice.choose(None)
    await alice.choose(key)
    await alice.back()
    assert (alice.draft.choosing, alice.draft.answers) == (True, whole)
    assert str(Act.CREATE) in acts(await alice.card())
    await alice.back()
    assert (alice.asking, alice.draft.choosing, await rows(alice)) == (None, False, summary)
    assert str(Act.BACK) not in acts(await alice.card())
    assert (await alice.confirm()).amount == Money(4990, "EUR")


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        *(("amount", "5m"), ("amount", "1,234 KWD"), ("amount", "$25"), ("currency", "KWD"), ("email", "x@")),
        *(("expires", "soon"), ("backend", "nobody"), ("phone", "12")),
    ],
)
async def test_a_wrong_answer_is_left_behind_by_going_back(alice: Conversation, key: str, typed: str) -> None:
    await alice.begin("1,234 EUR jane@example.com until friday")
    whole = dict(alice.draft.answers)
    await alice.choose(None)
    await alice.choose(key)
    await alice.reply(typed)
    assert alice.problems
    while not alice.draft.choosing:
        await alice.back()
    assert (alice.draft.answers, alice.problems) == (whole, {})


@pytest.mark.parametrize("key", [key for key in FIELDS if key not in {"phone", "name", "backend"}])
async def test_what_is_to_be_changed_shows_its_answer_and_can_stay_as_it_is(
    alice: Conversation, key: str
) -> None:
    await alice.begin(WHOLE)
    whole, summary = dict(alice.draft.answers), await rows(alice)
    await alice.choose(None)
    await alice.choose(key)
    card = await alice.card()
    assert key == "currency" or dict(card.rows) == summary
    assert str(Act.KEEP) in acts(card)
    await alice.keep()
    assert (alice.asking, alice.draft.answers, alice.draft.kept) == (None, whole, {})


async def test_what_had_no_answer_has_none_to_keep(alice: Conversation) -> None:
    await alice.begin("49.90 EUR")
    await alice.choose(None)
    await alice.choose("email")
    assert str(Act.KEEP) not in acts(await alice.card())
    with pytest.raises(NothingOpen):
        await alice.keep()


async def test_back_leads_to_the_question_that_was_asked_before(strict: Conversation) -> None:
    """What the line has left out is not asked on the way back, either."""
    await strict.begin("500 EUR via otherpay")
    for asked, text in (("phone", "0171 2345678"), ("name", "Jane"), ("address", "12 MG Road")):
        assert strict.asking == asked
        await strict.reply(text)
    for asked in ("address", "name", "phone"):
        await strict.back()
        assert (strict.asking, str(Act.KEEP) in acts(await strict.card())) == (asked, True)
    assert str(Act.BACK) not in acts(await strict.card())
    await strict.reply("0171 2345679")
    await strict.keep()
    await strict.keep()
    await strict.reply("Pune")
    assert strict.asking is None
    assert (strict.draft.answers["phone"], strict.draft.answers["name"]) == ("+491712345679", "Jane")


async def test_what_was_answered_is_kept_on_the_way_back_and_forth(strict: Conversation) -> None:
    await strict.begin()
    await strict.reply("49.90", "EUR", "jane@example.com")
    for asked in ("email", "currency", "amount"):
        await strict.back()
        assert strict.asking == asked
        assert (await rows(strict))["Customer"] == "j…@example.com"
    with pytest.raises(NothingOpen):
        await strict.back()
    for asked in ("currency", "email", "description"):
        await strict.keep()
        assert strict.asking == asked
    await strict.reply("Invoice 12")
    made = await strict.confirm()
    assert (made.amount, made.customer.email) == (Money(4990, "EUR"), "jane@example.com")


async def test_a_new_amount_is_never_mixed_with_the_one_before(alice: Conversation) -> None:
    await alice.begin()
    await alice.reply("1,234 EUR")
    await alice.back()
    await alice.reply("50")
    assert alice.asking == "currency"
    labels = [button.label for button in buttons(await alice.card()) if button.act is Act.KEEP]
    assert (labels, (await alice.card()).headline) == (["EUR"], "New payment link")
    await alice.keep()
    assert "50.00 EUR" in (await alice.card()).headline


async def test_an_amount_that_was_chosen_among_two_is_chosen_among_them_again(alice: Conversation) -> None:
    await alice.begin()
    await alice.reply("1,234 KWD")
    offered = picks(await alice.card())
    await alice.push(offered[0])
    await alice.back()
    assert (alice.problems, picks(await alice.card())) == ({"amount": "amount_ambiguous"}, offered)
    assert str(Act.KEEP) not in acts(await alice.card())
    await alice.push(offered[1])
    await alice.reply("jane@example.com", "lunch")
    assert (await alice.confirm()).amount == Money(1234, "KWD")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [(("abc",), "5 EUR"), (("5 BTC", "XQX"), "EUR"), (("5 EUR", "jane@"), "jane@example.com")],
)
async def test_an_answer_that_was_taken_has_no_error_on_the_way_back(
    alice: Conversation, wrong: tuple[str, ...], right: str
) -> None:
    await alice.begin()
    await alice.reply(*wrong)
    asked = alice.asking
    await alice.reply(right)
    await alice.back()
    assert (alice.asking, alice.problems) == (asked, {})
    assert "cannot" not in str((await alice.card()).ask)
    assert str(Act.KEEP) in acts(await alice.card())


async def test_another_account_that_asks_for_more_is_left_again(strict: Conversation) -> None:
    await strict.begin(COMPLETE)
    whole = dict(strict.draft.answers)
    await strict.choose(None)
    await strict.choose("backend")
    await strict.press(backend=OTHER)
    await strict.reply("0171 2345678")
    assert (strict.asking, strict.draft.account_id) == ("name", OTHER)
    for asked in ("phone", "backend"):
        await strict.back()
        assert strict.asking == asked
    await strict.back()
    assert (strict.draft.account_id, strict.draft.answers) == (ACCOUNT, whole)
    assert (await strict.confirm()).account_id == ACCOUNT


async def test_a_text_is_no_answer_while_it_is_asked_what_to_change(alice: Conversation) -> None:
    await alice.begin("49.90")
    await alice.choose(None)
    with pytest.raises(NothingOpen):
        await alice.reply("EUR")


async def test_an_older_picture_leads_nowhere(alice: Conversation) -> None:
    await alice.begin(COMPLETE)
    await alice.choose(None)
    await alice.choose("email")
    at, drawn = alice.draft.id, alice.draft.version - 1
    for act in (alice.talk.back, alice.talk.keep):
        with pytest.raises(StaleDraft):
            await alice.world.write(lambda tx, act=act: act(tx, at, drawn, alice.person))  # type: ignore[misc]


async def test_a_form_has_no_way_back(alice: Conversation) -> None:
    await alice.begin("49.90", {"view": "V1"})
    await alice.submit({"amount": "49.90", "currency": "EUR", "email": "jane@"}, {})
    assert (alice.problems, alice.draft.earlier) == ({"email": "email_invalid"}, ())


async def test_the_way_back_outlives_a_restart(alice: Conversation) -> None:
    await alice.begin()
    await alice.reply("1,234 KWD", "1.2 KWD")
    assert await alice.stored() == alice.draft
    alice.restart()
    await alice.back()
    assert await alice.stored() == alice.draft
