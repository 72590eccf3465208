"""Who can make which link: ranges, several uses and other kinds are not for every account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.expecting import EXTRAS, not_offered, offered
from bot.conversation.form import form_for
from bot.conversation.offer import Offer
from bot.conversation.wording import explain, not_offered_note
from bot.errors import StaleDraft
from bot.money import Money
from bot.ports.chat import Act
from bot.ports.expectation import LinkKind
from bot.ports.model import LinkState, Problem
from bot.texts import LANGUAGES, Texts
from tests.fakes import INFO
from tests.unit.records import ACCOUNT
from tests.unit.talking import LOCALITY, OTHER, OTHER_INFO, Conversation, acts, buttons, picks
from tests.unit.world import World

TEXTS = Texts("en")
ABLE_INFO = replace(
    OTHER_INFO,
    kinds=frozenset(LinkKind),
    ranges=True,
    most_uses=None,
    asks=frozenset(),
    takes=frozenset({"price", "quantity", "suggested"}),
)
INFOS = {ACCOUNT: INFO, OTHER: ABLE_INFO}
NAMES = {name: info.label for name, info in INFOS.items()}
OFFERS = tuple(
    Offer(name, form_for(info, LOCALITY, INFOS), timedelta(days=2), "en") for name, info in INFOS.items()
)
REST = "jane@example.com Invoice 12"
WITH_EXTRAS = [
    f"10-50 EUR {REST}",
    f"49.90 EUR 20 uses {REST}",
    f"49.90 EUR unlimited uses {REST}",
    f"49.90 EUR kind: subscription price: price_9 {REST}",
    f"kind: setup {REST}",
    f"49.90 EUR price: price_9 quantity: 3 {REST}",
]
KEYS = {"range_not_offered", "wish_not_offered"}


@pytest.fixture
def alice(world: World) -> Conversation:
    return Conversation(world, offers=OFFERS)


def asked_why(alice: Conversation) -> str:
    (key,) = alice.problems
    form = alice.talk.offer_of(alice.draft).form
    return explain(TEXTS, form, form.field(key), alice.draft.problems[key])


@pytest.mark.parametrize("text", WITH_EXTRAS)
async def test_who_names_nobody_gets_the_first_account_that_can(alice: Conversation, text: str) -> None:
    await alice.begin(text)
    assert (alice.draft.account_id, alice.problems) == (OTHER, {})


async def test_the_first_account_makes_what_every_account_can(alice: Conversation) -> None:
    await alice.begin(f"49.90 EUR uses: 1 kind: payment {REST}")
    assert (alice.draft.account_id, alice.problems) == (ACCOUNT, {})
    assert (await alice.confirm()).account_id == ACCOUNT


@pytest.mark.parametrize("text", WITH_EXTRAS)
async def test_an_account_that_cannot_says_why_and_who_can(alice: Conversation, text: str) -> None:
    await alice.begin(f"{text} via fakepay")
    assert alice.draft.account_id == ACCOUNT
    assert set(alice.problems.values()) < KEYS
    assert asked_why(alice).startswith("FakePay ")
    assert asked_why(alice).endswith(" OtherPay can.")


async def test_what_it_cannot_is_not_forgotten_while_other_things_are_answered(alice: Conversation) -> None:
    await alice.begin("49.90 EUR 20 uses via fakepay")
    await alice.press(email="jane@example.com")
    assert (alice.draft.account_id, alice.asking) == (ACCOUNT, "backend")
    await alice.press(backend=ACCOUNT)
    assert alice.problems == {"backend": "wish_not_offered"}
    await alice.press(backend=OTHER)
    assert (alice.problems, alice.asking) == ({}, None)
    assert (await alice.confirm()).uses == 20


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", EXTRAS)
def test_every_wish_has_words(language: str, key: str) -> None:
    form, texts = OFFERS[0].form, Texts(language)
    assert texts(f"wish.{key}") in explain(
        texts, form, form.field("backend"), Problem("wish_not_offered", key)
    )


async def test_the_question_offers_only_who_can_and_says_why_once(alice: Conversation) -> None:
    await alice.begin(f"49.90 EUR 20 uses via fakepay {REST}")
    card = await alice.card()
    assert [button.label for button in picks(card)] == ["OtherPay"]
    assert card.ask == (
        "FakePay cannot make a link for so many uses. Choose another account, or type it again without. "
        "OtherPay can."
    )
    assert not [note for note in card.notes if "FakePay" in note]


async def test_nothing_is_created_before_somebody_can_do_it(alice: Conversation) -> None:
    await alice.begin(f"49.90 EUR 20 uses via fakepay {REST}")
    with pytest.raises(StaleDraft):
        await alice.confirm()


async def test_where_no_account_can_that_is_said(world: World) -> None:
    infos = {ACCOUNT: INFO, OTHER: INFO}
    offers = tuple(Offer(name, form_for(INFO, LOCALITY, infos), timedelta(days=2), "en") for name in infos)
    alice = Conversation(world, offers=offers)
    await alice.begin(f"49.90 EUR 20 uses {REST}")
    card = await alice.card()
    assert card.ask == (
        "FakePay cannot make a link for so many uses. Type it again without. No other account can, either."
    )
    assert picks(card) == [], "whichever is chosen, it cannot"


async def test_only_accounts_that_can_are_offered_and_why_not_is_said(alice: Conversation) -> None:
    await alice.begin(f"10-50 EUR {REST}")
    form = alice.talk.offer_of(alice.draft).form
    assert offered(form, alice.draft.answers) == {OTHER: "OtherPay"}
    assert not_offered(form, alice.draft.answers) == {"FakePay": "range"}
    assert not_offered_note(TEXTS, form, alice.draft) == ("Not offered for this: FakePay (no ranges).",)


async def test_every_account_is_offered_for_an_ordinary_payment(alice: Conversation) -> None:
    await alice.begin(f"49.90 EUR {REST}")
    form = alice.talk.offer_of(alice.draft).form
    assert offered(form, alice.draft.answers) == NAMES
    assert not_offered_note(TEXTS, form, alice.draft) == ()


async def test_what_is_confirmed_says_all_of_it_in_figures(alice: Conversation) -> None:
    await alice.begin(f"10-50 EUR 20 uses suggested: 10;20 {REST}")
    card = await alice.card()
    assert card.headline == "New payment link: 10.00 to 50.00 EUR"
    rows = dict(card.rows)
    assert rows["Amount"] == "10.00 to 50.00 EUR, the payer chooses"
    assert (rows["Uses"], rows["Suggested amounts"]) == ("20", "10.00;20.00")
    link = await alice.confirm()
    assert (link.least, link.amount, link.uses) == (Money(1000, "EUR"), Money(5000, "EUR"), 20)
    assert link.details == {"suggested": "10.00;20.00"}


@pytest.mark.parametrize("kind", ["subscription", "payment"])
async def test_only_a_price_that_is_not_needed_can_be_skipped(alice: Conversation, kind: str) -> None:
    await alice.begin(f"49 EUR kind: {kind} price: price_9 {REST} via otherpay")
    await alice.choose("price")
    assert (alice.asking, alice.problems) == ("price", {})
    assert ("skip" in acts(await alice.card())) is (kind == "payment")


async def test_a_subscription_without_its_price_has_nothing_to_skip(alice: Conversation) -> None:
    await alice.begin(f"49 EUR kind: subscription {REST}")
    assert (alice.asking, alice.problems) == ("price", {"price": "price_needed"})
    assert acts(await alice.card()) == ["cancel"]


async def test_a_subscription_is_confirmed_with_its_price(alice: Conversation) -> None:
    await alice.begin(f"49 EUR kind: subscription price: price_9 {REST}")
    rows = dict((await alice.card()).rows)
    assert (rows["Amount"], rows["Price"]) == ("49.00 EUR each time", "price_9")
    link = await alice.confirm()
    assert (link.kind, link.details) == (LinkKind.SUBSCRIPTION, {"price": "price_9"})


async def test_saving_a_card_needs_no_amount_and_says_that_it_takes_no_money(alice: Conversation) -> None:
    await alice.begin(f"kind: setup {REST}")
    assert alice.asking == "currency"
    await alice.press(currency="EUR")
    assert dict((await alice.card()).rows)["Amount"] == "saves a means of payment, no money"
    link = await alice.confirm()
    assert (link.kind, link.amount) == (LinkKind.SETUP, Money(0, "EUR"))


async def test_a_request_of_another_kind_is_no_twin(alice: Conversation) -> None:
    await alice.begin(f"49.90 EUR 20 uses {REST}")
    made = await alice.confirm()
    await alice.world.write(lambda tx: tx.links.put(replace(made, state=LinkState.OPEN)))
    await alice.begin(f"49.90 EUR {REST} via otherpay")
    assert str(Act.USE) not in acts(await alice.card())
    await alice.begin(f"49.90 EUR 20 uses {REST}")
    assert str(Act.USE) in acts(await alice.card())


async def test_an_amount_that_is_typed_for_saving_a_means_of_payment_can_be_left_out(
    alice: Conversation,
) -> None:
    await alice.begin(f"kind: setup 49 EUR {REST}")
    assert (alice.asking, alice.problems) == ("amount", {"amount": "setup_amount"})
    (skip,) = (button for button in buttons(await alice.card()) if button.act is Act.SKIP)
    await alice.press(**{skip.argument: ""})
    await alice.press(currency="EUR")
    assert (alice.asking, alice.problems) == (None, {})
    assert (await alice.confirm()).amount == Money(0, "EUR")


async def test_amounts_are_not_said_to_need_a_range_while_its_currency_is_open(alice: Conversation) -> None:
    await alice.begin(f"10-50 $ suggested: 10; 20 {REST}")
    assert alice.problems == {"currency": "currency_ambiguous", "suggested": "suggested_unclear"}
    await alice.reply("USD", "10; 20")
    assert (alice.asking, alice.draft.answers["suggested"]) == (None, "10.00;20.00")
