"""Valid, and still misread: what names can do to the words around them without any markup."""

import re
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest

from adapters.chat.slack.cards import card_blocks, reply_text
from adapters.chat.telegram.cards import card_html, reply_html
from bot.delivery.audience import Audience, text_row
from bot.delivery.masks import masked_email
from bot.links.lifecycle import Headline
from bot.money import Money
from bot.ports.chat import Card, Reply, Tone
from bot.ports.model import Mode
from bot.texts import Texts
from tests.contract.validity_cards import draft_cards, link_cards, replies, said_reply, worded
from tests.contract.validity_records import FORMS, TEXT_KEYS
from tests.specs import mrkdwn, telegram_html
from tests.specs.block_kit import texts_in
from tests.specs.rendered import governed

AMOUNT, URL = Money(4990, "EUR"), "https://pay.example.com/l/a"
TURNED = "\u202eRUE 00.9 diaP"
ENGLISH = Texts("en")
GROUP = Audience(ENGLISH, ZoneInfo("UTC"), private=False, mode=Mode.LIVE)
MASKED = Card(
    "PL0123456789AB",
    version=0,
    headline="Waiting for payment of 49.90 EUR",
    tone=Tone.NEUTRAL,
    rows=text_row(Texts("en"), "customer", masked_email("jane@gmail.com")),
)
ALONE = Audience(ENGLISH, ZoneInfo("UTC"), private=True, mode=Mode.LIVE)


def all_cards(words: str) -> Iterator[Card]:
    for audience in (GROUP, ALONE):
        yield from draft_cards(audience, words, AMOUNT, FORMS["plain"])
        for headline in Headline:
            yield from link_cards(audience, words, AMOUNT, URL, headline)


def all_replies(words: str) -> Iterator[Reply]:
    for audience in (GROUP, ALONE):
        for headline in Headline:
            yield from replies(audience, words, AMOUNT, headline)
    for language, key in TEXT_KEYS:
        if key.startswith(("reply.", "problem.", "trouble.", "withheld.")):
            yield said_reply(worded(language, key, words), words, Tone.BAD)


def slack_lines(words: str) -> Iterator[str]:
    for card in all_cards(words):
        for text in texts_in(card_blocks(card)):
            yield from mrkdwn.read(text["text"]).words.split("\n")
    for reply in all_replies(words):
        yield from mrkdwn.read(reply_text(reply)).words.split("\n")


def telegram_lines(words: str) -> Iterator[str]:
    cards = (card_html(card, ENGLISH) for card in all_cards(words))
    for html in (*cards, *(reply_html(reply, ENGLISH) for reply in all_replies(words))):
        yield from telegram_html.read(html).words.split("\n")


def turned(line: str) -> str:
    """What a name has turned around beside itself."""
    return governed(line).replace(TURNED, "").strip("… ")


@pytest.mark.parametrize("lines", [slack_lines, telegram_lines], ids=["slack", "telegram"])
def test_no_name_turns_the_words_after_it_around(lines: Callable[[str], Iterator[str]]) -> None:
    assert [line for line in lines(TURNED) if turned(line)] == []


def test_turned_names_are_looked_for_where_they_stand() -> None:
    for lines in (slack_lines, telegram_lines):
        assert sum(TURNED[1:] in line for line in lines(TURNED)) > 50


def test_a_masked_customer_mentions_nobody() -> None:
    """Nothing is looked for inside of <code>: https://core.telegram.org/api/entities."""
    html = card_html(MASKED, ENGLISH)
    assert masked_email("jane@gmail.com") in telegram_html.read(html).words
    elsewhere = telegram_html.read(re.sub("<code>.*?</code>", "", html)).words
    assert telegram_html.found_in_words(elsewhere) == []


@pytest.mark.parametrize("words", ["@evil_one", "/evil", "x,@evil_one", "@evil_one://x"])
def test_no_name_is_a_mention_or_a_command_by_itself(words: str) -> None:
    found = {each for line in telegram_lines(words) for each in telegram_html.found_in_words(line)}
    assert found & {"@evil_one", "/evil"} == set()


@pytest.mark.parametrize("words", ["*x*", "_x_", "~x~", "`x`", "*x y*", "*x://y*"])
def test_no_name_is_drawn_in_another_style(words: str) -> None:
    marked = [text for card in all_cards(words) for text in texts_in(card_blocks(card))]
    assert [text["text"] for text in marked if text["type"] == "mrkdwn" and words in text["text"]] == []
