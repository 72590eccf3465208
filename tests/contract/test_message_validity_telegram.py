"""Whatever anybody is called, what Telegram gets is valid, shows what was meant, and calls nobody else."""

from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples

from adapters.chat.telegram.cards import (
    card_html,
    card_keyboard,
    force_reply,
    note,
    prompt_html,
    reply_html,
)
from bot.delivery.audience import Audience
from bot.links.lifecycle import Headline
from bot.money import Money
from bot.ports.chat import Card, Prompt, Reply, Tone
from bot.ports.model import Person
from bot.texts import LANGUAGES, Texts
from tests.contract.validity_cards import (
    crowded_card,
    draft_cards,
    link_cards,
    problem_cards,
    prompts,
    replies,
    said_reply,
    trouble_cards,
    worded,
    worst_card,
)
from tests.contract.validity_records import (
    FORMS,
    ID,
    PAIRS,
    TEXT_KEYS,
    a_problem,
    addresses,
    amounts,
    audiences,
    below,
    creator,
    forms,
    hostile,
    questions,
)
from tests.contract.validity_said import left_over, pieces_of, seen
from tests.specs import telegram_html
from tests.specs.bot_api import faults_of_call

pytestmark = pytest.mark.slow

CHAT, TEXTS = -1001, Texts("en")


def faults_of_message(html: str, **more: Any) -> list[str]:
    """The message as it is posted, and as it is edited."""
    call = {"chat_id": CHAT, "text": html, "parse_mode": "HTML", **more}
    editable = {} if "force_reply" in more.get("reply_markup", {}) else call
    edited = faults_of_call("editMessageText", {**editable, "message_id": 7}) if editable else []
    return faults_of_call("sendMessage", call) + edited


def faults_of_words(html: str, pieces: list[str], mentioned: Person | None) -> list[str]:
    """What is shown and what is active, beside what was to be said and who was to be called."""
    read = telegram_html.read(html)
    called = (f"tg://user?id={mentioned.user}",) if mentioned else ()
    names = [seen(mentioned.name).strip() or mentioned.user] if mentioned else []
    active = [f"active: {found}" for found in read.active if found not in called]
    return left_over(read.words, [*pieces, *names]) + active


def faults_of_card(card: Card) -> list[str]:
    html, keyboard = card_html(card, TEXTS), card_keyboard(card)
    markup = {"reply_markup": keyboard.to_dict()} if keyboard else {}
    pieces = pieces_of(card, telegram_html.read(html).words)
    return faults_of_message(html, **markup) + faults_of_words(html, pieces, card.mention)


def faults_of_reply(reply: Reply) -> list[str]:
    html = reply_html(reply, TEXTS)
    return faults_of_message(html) + faults_of_words(html, [reply.text], reply.mention)


def faults_of_prompt(prompt: Prompt) -> list[str]:
    html = prompt_html(prompt, TEXTS)
    markup = force_reply(prompt).to_dict()
    return faults_of_message(html, reply_markup=markup) + faults_of_words(html, [prompt.text], prompt.person)


@pytest.mark.parametrize("headline", Headline)
@examples(max_examples=10)
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
@examples(max_examples=5)
@given(audience=audiences(), words=hostile(), amount=amounts(), asked=questions())
def test_a_question_is_valid_with_every_problem(
    key: str, audience: Audience, words: str, amount: Money, asked: tuple[str, str]
) -> None:
    problem = a_problem(key, words, amount)
    for card in problem_cards(audience, problem, words, *asked):
        assert faults_of_card(card) == []
    for prompt in prompts(audience, problem, words, *asked):
        assert faults_of_prompt(prompt) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_asked_to_its_end(language: str) -> None:
    """A provider names every field that it misses; what is to be typed instead comes last."""
    fields = "buyer.name, buyer.email, buyer.phone, buyer.address.line_1, buyer.address.city, "
    codes = Texts(language).codes(f"{fields}buyer.address.state, buyer.address.postal_code")
    asked = Texts(language)("problem.rejected", backend="EximPe", codes=codes)
    for card in (
        Card(ID, 1, "New payment link", Tone.NEUTRAL, ask=asked),
        Card(ID, 1, "New payment link", Tone.NEUTRAL, notes=(asked,)),
    ):
        assert asked in telegram_html.read(card_html(card, Texts(language))).words
        assert faults_of_card(card) == []


@pytest.mark.parametrize("words", PAIRS)
def test_every_text_there_is_can_be_said_in_every_place(words: str) -> None:
    texts = [text for language, key in TEXT_KEYS if (text := worded(language, key, words))]
    for headline, ask, *notes in (texts[at : at + 4] for at in range(0, len(texts) - 3, 4)):
        assert faults_of_card(worst_card(headline, ask, notes, words)) == []
    for text, tone in zip(texts, cycle(Tone), strict=False):
        assert faults_of_reply(said_reply(text, words, tone)) == []
        assert faults_of_prompt(Prompt(text, text, creator(words))) == []
        answer = {"callback_query_id": "1", "text": note(text), "show_alert": True}
        assert faults_of_call("answerCallbackQuery", answer) == []


def test_a_reply_is_valid_however_long_the_creators_name_is() -> None:
    reply = Reply("Paid", Tone.GOOD, loud=True, mention=Person("telegram", "1001", name="x" * 5000))
    assert faults_of_reply(reply) == []
