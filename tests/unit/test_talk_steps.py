"""A dialogue step by step: forwards, backwards, skipped, corrected; nothing is asked that need not be."""

import pytest

from bot.errors import NothingOpen
from bot.money import Money
from bot.ports.chat import Act
from tests.unit.talking import COMPLETE, GROUP, OTHER, TWO_OFFERS, Conversation, acts, buttons, picks
from tests.unit.world import World

EDITED = {  # a field, the answer that it is changed to, and what is kept of it
    "email": ("john@example.com", "john@example.com"),
    "phone": ("0171 2345678", "+491712345678"),
    "name": ("John Doe", "John Doe"),
    "description": ("lunch", "lunch"),
    "reference": ("INV-13", "INV-13"),
    "expires": ("3d", "2026-11-24T09:00:00+00:00"),
    "backend": ("OtherPay", OTHER),
}
STEPS = ("49.90", "EUR", "jane@example.com", "Invoice 12")


@pytest.fixture
def alice(world: World) -> Conversation:
    return Conversation(world, TWO_OFFERS)


async def test_a_dialogue_asks_four_things(alice: Conversation) -> None:
    await alice.begin()
    asked = []
    for text in STEPS:
        asked.append(alice.asking)
        await alice.reply(text)
    assert (asked, alice.asking) == (["amount", "currency", "email", "description"], None)


@pytest.mark.parametrize("answered", range(len(STEPS) + 1))
@pytest.mark.parametrize("key", [*EDITED, "amount", "currency"])
async def test_every_field_can_be_changed_at_every_step(alice: Conversation, key: str, answered: int) -> None:
    """Its card can always be drawn on the way."""
    await alice.begin()
    await alice.reply(*STEPS[:answered])
    await alice.choose(None)
    assert (await alice.card()).ask
    await alice.choose(key)
    assert (await alice.card()).ask
    text, kept = EDITED.get(key, ("51 USD", "51") if key == "amount" else ("USD", "USD"))
    await alice.press(**{key: text})
    assert alice.draft.answers[key] == kept
    assert alice.problems == {}
    assert await alice.card()


async def test_what_is_not_asked_can_be_changed_when_all_is_known(alice: Conversation) -> None:
    await alice.begin(COMPLETE)
    await alice.choose(None)
    edits = [button.argument for button in buttons(await alice.card()) if button.act is Act.EDIT]
    assert edits == [field.key for field in TWO_OFFERS[0].form.fields]


async def test_a_changed_amount_is_the_one_that_is_created(alice: Conversation) -> None:
    await alice.begin(COMPLETE)
    await alice.choose("amount")
    await alice.reply("51 USD")
    assert "51.00 USD" in (await alice.card()).headline
    assert (await alice.confirm()).amount == Money(5100, "USD")


async def test_a_changed_currency_reads_the_amount_again(alice: Conversation) -> None:
    await alice.begin("1,234 EUR jane@example.com")
    await alice.choose("currency")
    await alice.reply("KWD")
    assert alice.problems == {"amount": "amount_ambiguous"}


async def test_back_asks_the_question_before_down_to_the_first_and_no_further(alice: Conversation) -> None:
    await alice.begin()
    await alice.reply("49.90 EUR", "jane@example.com")
    asked = []
    while str(Act.BACK) in acts(await alice.card()):
        await alice.back()
        asked.append(alice.asking)
    assert asked == ["email", "amount"]
    with pytest.raises(NothingOpen):
        await alice.back()
    await alice.reply("51 EUR", "john@example.com", "lunch")
    assert (await alice.confirm()).amount == Money(5100, "EUR")


async def test_back_from_the_currency_asks_the_amount(alice: Conversation) -> None:
    await alice.begin()
    await alice.reply("49.90")
    await alice.back()
    assert (alice.asking, alice.draft.answers.get("amount")) == ("amount", None)


async def test_a_finished_draft_goes_back_by_being_changed_only(alice: Conversation) -> None:
    await alice.begin(COMPLETE)
    assert str(Act.BACK) not in acts(await alice.card())
    with pytest.raises(NothingOpen):
        await alice.back()


async def test_what_is_optional_is_skipped_and_stays_skipped(alice: Conversation) -> None:
    await alice.begin()
    await alice.reply("49.90 EUR")
    skips = []
    while skip := next((each for each in buttons(await alice.card()) if each.act is Act.SKIP), None):
        skips.append(skip.argument)
        await alice.press(**{skip.argument: ""})
    assert skips == ["email", "description"]
    assert (await alice.confirm()).customer.email is None


async def test_what_is_required_is_not_skipped(alice: Conversation) -> None:
    await alice.begin()
    await alice.press(amount="")
    assert (alice.problems, alice.asking) == ({"amount": "required"}, "amount")


async def test_several_mistakes_in_one_line_are_asked_about_one_after_another(alice: Conversation) -> None:
    """Each keeps what was typed until its turn comes."""
    await alice.begin("5m EUR jane@nowhere lunch")
    assert alice.problems == {"amount": "amount_unreadable", "email": "email_invalid"}
    await alice.reply("5 EUR")
    assert alice.asking == "email"
    assert alice.problems == {"email": "email_invalid"}
    assert alice.draft.problems["email"].typed == "jane@nowhere"
    await alice.reply("jane@example.com")
    assert (alice.asking, alice.problems, alice.draft.answers["description"]) == (None, {}, "lunch")


async def test_an_ambiguous_amount_is_answered_by_a_button_to_the_cent(alice: Conversation) -> None:
    await alice.begin("1,234 KWD")
    labels = {}
    for button in picks(await alice.card()):
        await alice.begin("1,234 KWD jane@example.com")
        await alice.push(button)
        labels[button.label] = (await alice.confirm()).amount
    assert labels == {"1,234.000 KWD": Money(1234000, "KWD"), "1.234 KWD": Money(1234, "KWD")}


async def test_a_backend_named_in_the_line_makes_the_link(alice: Conversation) -> None:
    await alice.begin(f"{COMPLETE} via otherpay")
    made = await alice.confirm()
    assert (made.account_id, made.expires_at - made.created_at) == (OTHER, TWO_OFFERS[1].expiry)


@pytest.mark.parametrize("typed", ["other", "OTHER", " other ", "OtherPay", "otherpay"])
async def test_a_backend_typed_as_an_answer_makes_the_link(alice: Conversation, typed: str) -> None:
    await alice.begin(COMPLETE)
    await alice.choose("backend")
    await alice.reply(typed)
    assert (await alice.confirm()).account_id == OTHER


async def test_a_backend_that_was_picked_makes_the_link(alice: Conversation) -> None:
    await alice.begin(COMPLETE)
    await alice.choose("backend")
    await alice.push(next(button for button in picks(await alice.card()) if button.label == "OtherPay"))
    assert (await alice.confirm()).account_id == OTHER


async def test_another_backend_that_does_not_take_the_currency_asks_for_another(alice: Conversation) -> None:
    await alice.begin("49.90 GBP jane@example.com lunch")
    await alice.choose("backend")
    await alice.press(backend=OTHER)
    assert (alice.asking, alice.problems) == ("currency", {"currency": "currency_not_offered"})


async def test_another_backend_that_keeps_links_for_a_shorter_time_asks_for_an_earlier_date(
    alice: Conversation,
) -> None:
    await alice.begin(f"{COMPLETE} 30d")
    await alice.choose("backend")
    await alice.press(backend=OTHER)
    assert (alice.asking, alice.problems) == ("expires", {"expires": "expires_too_far"})


async def test_a_skipped_backend_is_the_one_it_was(alice: Conversation) -> None:
    await alice.begin(f"{COMPLETE} via otherpay")
    await alice.choose("backend")
    await alice.press(backend="")
    assert (await alice.confirm()).account_id == OTHER


@pytest.mark.parametrize("key", ["minor", "used", "nosuch", ""])
async def test_a_field_that_is_none_cannot_be_changed(alice: Conversation, key: str) -> None:
    await alice.begin(COMPLETE)
    before = dict(alice.draft.answers)
    with pytest.raises(NothingOpen):
        await alice.choose(key)
    assert (await alice.stored()).answers == before


async def test_in_a_group_each_question_is_a_message_and_the_one_before_it_goes(world: World) -> None:
    world.chat.name = "telegram"
    alice = Conversation(world, place=GROUP)
    await alice.begin()
    delivery = alice.delivery()
    await delivery.run(GROUP.lane)
    await alice.reply("49.90 EUR")
    await delivery.run(GROUP.lane)
    assert [said.split(" What")[0].split(" How")[0] for said in world.chat.said] == [
        *("post New payment link", "prompt m1"),
        *("edit m1 New payment link: 49.90 EUR", "prompt m1", "tidy m2"),
    ]
