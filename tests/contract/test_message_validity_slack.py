"""Whatever anybody is called, what Slack gets is valid, shows what was meant, and calls nobody else."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as examples

from adapters.chat.slack.cards import card_blocks, card_text, mention, paragraphs, reply_text
from adapters.chat.slack.modal import card_view, customer_view, errors_of, form_view, notice_view
from bot.delivery.audience import Audience
from bot.links.lifecycle import Headline
from bot.money import Money
from bot.ports.chat import Card, Reply, Tone
from bot.ports.model import Mode, Problem
from bot.texts import Texts
from tests.contract.validity_cards import (
    courses,
    crowded_card,
    draft_cards,
    link_cards,
    problem_cards,
    replies,
    said_reply,
    trouble_cards,
    worded,
    worst_card,
)
from tests.contract.validity_records import (
    FORMS,
    LONGEST_ADDRESS,
    PAIRS,
    TEXT_KEYS,
    a_draft,
    a_link,
    a_problem,
    addresses,
    amounts,
    audiences,
    below,
    forms,
    hostile,
    places,
    questions,
)
from tests.contract.validity_said import is_address, left_over, pieces_of
from tests.specs import mrkdwn
from tests.specs.block_kit import faults_of_message, faults_of_view, texts_in
from tests.specs.rendered import Rendered

pytestmark = pytest.mark.slow

ANSWERS = [case for case in TEXT_KEYS if case[1].startswith("answer.") and not places(case[1], case[0])]
ERROR = 2000  # characters of an input's error, as its label


def read(text: Mapping[str, Any]) -> Rendered:
    return mrkdwn.read(text["text"]) if text["type"] == "mrkdwn" else Rendered(text["text"])


def faults_of_card(card: Card) -> list[str]:
    """As a message, as a view, as what people see and as what is active in it."""
    blocks = card_blocks(card)
    shown = [read(text) for text in texts_in([block for block in blocks if block["type"] != "actions"])]
    called = {f"@{card.mention.user}"} if card.mention else set()
    active = {found for rendered in [*shown, mrkdwn.read(card_text(card))] for found in rendered.active}
    addresses_shown = {value for _, value in card.rows if is_address(value)}
    words = "\n".join(rendered.words for rendered in shown)
    words += "\n".join(found for found in active if found in addresses_shown)
    return [
        *faults_of_message(card_text(card), blocks),
        *faults_of_view(card_view(Texts("en"), card)),
        *left_over(words, pieces_of(card, words)),
        *(f"active: {found}" for found in active - called - addresses_shown),
    ]


def faults_of_reply(reply: Reply) -> list[str]:
    text = reply_text(reply)
    rendered = mrkdwn.read(text)
    called = (mention(reply.mention)[1:-1],) if reply.mention else ()
    active = [f"active: {found}" for found in rendered.active if found not in called]
    return [*faults_of_message(text, None), *left_over(rendered.words, [reply.text]), *active]


def test_every_headline_can_be_reached() -> None:
    assert courses().keys() == set(Headline)


@pytest.mark.parametrize("headline", Headline)
@examples(max_examples=8)
@given(audience=audiences(), words=hostile(), amount=amounts(), url=addresses())
def test_a_links_card_is_valid_at_every_headline(
    headline: Headline, audience: Audience, words: str, amount: Money, url: str
) -> None:
    for card in link_cards(audience, words, amount, url, headline):
        assert faults_of_card(card) == []
    for reply in replies(audience, words, amount, headline):
        assert faults_of_reply(reply) == []


def test_a_card_is_valid_however_often_its_link_was_paid() -> None:
    assert faults_of_card(crowded_card()) == []


@pytest.mark.parametrize("key", below("trouble."))
@examples(max_examples=8)
@given(audience=audiences(), words=hostile(), amount=amounts())
def test_a_card_of_a_link_in_trouble_is_valid(
    key: str, audience: Audience, words: str, amount: Money
) -> None:
    for card in trouble_cards(audience, words, amount, key):
        assert faults_of_card(card) == []


@examples(max_examples=10)
@given(audience=audiences(), words=hostile(), amount=amounts(), form=forms())
def test_a_drafts_card_is_valid_in_every_state(
    audience: Audience, words: str, amount: Money, form: str
) -> None:
    for card in draft_cards(audience, words, amount, FORMS[form]):
        assert faults_of_card(card) == []


@pytest.mark.parametrize("key", below("problem."))
@examples(max_examples=3)
@given(audience=audiences(), words=hostile(), amount=amounts(), asked=questions())
def test_a_drafts_card_is_valid_with_every_problem(
    key: str, audience: Audience, words: str, amount: Money, asked: tuple[str, str]
) -> None:
    for card in problem_cards(audience, a_problem(key, words, amount), words, *asked):
        assert faults_of_card(card) == []


@pytest.mark.parametrize("form", FORMS)
@examples(max_examples=3)
@given(audience=audiences(), words=hostile(), amount=amounts())
def test_a_form_is_valid_with_every_problem_there_is(
    form: str, audience: Audience, words: str, amount: Money
) -> None:
    shown, keys = FORMS[form], below("problem.")
    count = len(shown.editable)
    for some in (keys[at : at + count] for at in range(0, len(keys), count)):
        problems = [a_problem(key, words, amount) for key in some]
        wrong = {field.key: problem for field, problem in zip(shown.editable, problems, strict=False)}
        draft = a_draft(words, shown, amount=None, problems=wrong)
        view, errors = form_view(audience.texts, shown, draft), errors_of(audience.texts, shown, draft)
        assert faults_of_view(view) == []
        assert [found for text in texts_in(view) for found in read(text).active] == []
        assert errors.keys() <= {block.get("block_id") for block in view["blocks"]}
        assert all(0 < len(error) <= ERROR for error in errors.values())


@examples(max_examples=10)
@given(audience=audiences(), words=hostile(), amount=amounts(), form=forms())
def test_a_form_that_is_filled_in_is_valid(audience: Audience, words: str, amount: Money, form: str) -> None:
    draft = a_draft(words, FORMS[form], amount=amount)
    assert faults_of_view(form_view(audience.texts, FORMS[form], draft)) == []


@examples(max_examples=10)
@given(audience=audiences(), words=hostile())
def test_the_customer_is_shown_in_a_valid_window(audience: Audience, words: str) -> None:
    view = customer_view(audience.texts, a_link(words, Money(4990, "EUR")), (words,))
    assert faults_of_view(view) == []
    assert [found for text in texts_in(view) for found in read(text).active] == []


@pytest.mark.parametrize(("language", "key"), ANSWERS)
def test_every_answer_is_a_valid_window(language: str, key: str) -> None:
    assert faults_of_view(notice_view(Texts(language), key)) == []


@pytest.mark.parametrize("words", PAIRS)
def test_every_text_there_is_can_be_said_in_every_place(words: str) -> None:
    texts = [text for language, key in TEXT_KEYS if (text := worded(language, key, words))]
    for headline, ask, *notes in (texts[at : at + 4] for at in range(0, len(texts) - 3, 4)):
        assert faults_of_card(worst_card(headline, ask, notes, words)) == []
    for text, tone in zip(texts, cycle(Tone), strict=False):
        assert faults_of_reply(said_reply(text, words, tone)) == []
        assert [fault for block in paragraphs([text]) for fault in faults_of_message("-", [block])] == []


def test_a_form_is_valid_however_much_was_typed() -> None:
    form, problems = FORMS["plain"], {"description": Problem("too_long", "x" * 3001)}
    draft = a_draft("x", form, amount=None, problems=problems)
    assert faults_of_view(form_view(Texts("en"), form, draft)) == []


def test_a_card_is_valid_however_much_there_is_to_note() -> None:
    audience = Audience(Texts("en"), ZoneInfo("UTC"), private=False, mode=Mode.TEST)
    for card in draft_cards(audience, "x", Money(4990, "EUR"), FORMS["plain"], methods=12):
        assert faults_of_card(card) == []


def test_a_card_is_valid_however_long_its_address_is() -> None:
    url = "https://pay.example.com/".ljust(LONGEST_ADDRESS + 1, "a")
    audience = Audience(Texts("en"), ZoneInfo("UTC"), private=False, mode=Mode.LIVE)
    for card in link_cards(audience, "x", Money(4990, "EUR"), url, Headline.OPEN):
        assert faults_of_card(card) == []
