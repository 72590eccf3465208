"""Answers about links as both chats draw them: valid, whole and calling nobody, whatever anybody is named."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from adapters.backends import BACKENDS, declared_by
from adapters.chat.slack.managing import answer_blocks, answer_text, answer_view
from adapters.chat.telegram.cards import keyboard_of, note, read_button_data, sheet_html
from bot.conversation.amounts import LARGEST, spell
from bot.conversation.form import Locality, form_for
from bot.conversation.orders import in_button
from bot.delivery.audience import Audience
from bot.delivery.sheets import history, listing, remembered, why
from bot.links.possible import Snapshot
from bot.money import EXPONENTS, Money
from bot.ports.backend import Moment
from bot.ports.chat import Act, Answer, Button, Pending, Question, Sheet, Told, Verb, Wanted
from bot.ports.model import Closed, EventKind, Link
from bot.ports.traffic import Evidence
from bot.settings_accounts import named_in
from bot.settings_backends import DECLARED
from bot.texts import Texts
from tests.fakes import INFO, START
from tests.specs import telegram_html
from tests.specs.block_kit import faults_of_message, faults_of_view
from tests.unit.headlines import CLOSED_AS, MADE, PAID, PUBLIC
from tests.unit.records import AMOUNT, link
from tests.unit.test_link_cards import HOSTILE

ID = "PL0123456789AB"
TEXTS = Texts("en")
LONG = "🧁 & <" * 400
WHERE = Locality("EUR", None, UTC)
AUDIENCE = Audience(TEXTS, PUBLIC.zone, private=True, mode=PUBLIC.mode)
words = st.sampled_from([HOSTILE, LONG, "", "x", "<@U0BOB> @channel /cancel"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=60
)


def a_list(word: str, count: int = 15) -> Sheet:
    of: Link = link(description=word or None)
    return listing(AUDIENCE, "all", [(of, ())] * count, {of.account_id: word, "other": "x"}, more=True)


def a_reason(word: str, count: int = 30) -> Sheet:
    told = [Evidence(START, EventKind.CAPTURED, word, AMOUNT, True, f"pay_{at}") for at in range(count)]
    return why(AUDIENCE, Snapshot(link(), (), [MADE] * count, INFO, START), told)


def a_memory(word: str, count: int = 30) -> Sheet:
    """Ours and the provider's, as long as they come."""
    told = [Evidence(START, EventKind.CAPTURED, word, AMOUNT, True, f"pay_{at}") for at in range(count)]
    ours = history(AUDIENCE, Snapshot(link(), (), [MADE], INFO, START), (), told)
    theirs = remembered(AUDIENCE, "FakePay", [Moment(START, word or "x", word)] * count)
    ask = Button("Ask FakePay again", act=Act.MANAGE, argument=in_button(Verb.HISTORY, "provider"))
    return replace(ours, parts=(*ours.parts, theirs), subject=ID, more=(ask,))


YES = Button("Make a new link", act=Act.MANAGE, argument=in_button(Verb.EXTEND, START.isoformat(), sure=True))


@pytest.mark.parametrize("others", [{}, {"other": "FakePay (eu)"}])
def test_a_list_names_accounts_where_there_are_several(others: dict[str, str]) -> None:
    of = link()
    sheet = listing(AUDIENCE, "all", [(of, ())], {of.account_id: "FakePay", **others}, more=False)
    assert ("via FakePay" in str(sheet.parts)) is bool(others)


def test_a_list_says_nothing_of_what_a_link_is_for_that_does_not_say_it() -> None:
    sheet = listing(AUDIENCE, "all", [(link(description=None), ())], {}, more=False)
    assert sheet.parts[0][0] == f"{ID}: Waiting for payment of 49.90 EUR, made Sat 21 Nov 2026, 10:00 CET"


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", "PL0123456789AB: Paid 49.90 EUR, for Invoice 12, made Sat 21 Nov 2026, 10:00 CET"),
        ("fr", "PL0123456789AB : Payé : 49,90 EUR, objet : Invoice 12, créé le sam. 21 nov. 2026, 10:00 CET"),
    ],
)
def test_a_list_dates_the_link_and_not_its_money(language: str, wanted: str) -> None:
    audience = replace(AUDIENCE, texts=Texts(language))
    sheet = listing(audience, "all", [(CLOSED_AS[Closed.PAID], (PAID,))], {}, more=False)
    assert sheet.parts[0][0].replace("\N{NO-BREAK SPACE}", " ") == wanted


@pytest.mark.parametrize(("count", "more"), [(9, False), (10, False), (11, True)])
def test_how_many_lines_were_left_out_is_said_only_where_some_were(count: int, *, more: bool) -> None:
    told = a_reason("paid", count).parts[1]
    assert ("(1 more before these)" in told, len(told)) == (more, count)


def test_what_is_overdue_is_asked_now_and_not_in_the_past() -> None:
    late = Snapshot(link(poll_at=START - timedelta(hours=1)), (), [MADE], INFO, START)
    assert why(AUDIENCE, late, []).parts[-1] == ("FakePay is asked next at Sat 21 Nov 2026, 10:00 CET.",)


@pytest.mark.slow
@given(words)
@examples(max_examples=40)
def test_whatever_is_told_slack_takes_it_and_mentions_nobody(word: str) -> None:
    sheets = [a_list(word), a_reason(word), a_memory(word)]
    said = word if word.strip() else "x"
    answers: list[Answer] = [Told(said), *sheets, Question(ID, said, YES)]
    assert faults_of_view(answer_view(TEXTS, Pending(ID, "Asking…", a_memory(word)))) == []
    for answer in answers:
        blocks = answer_blocks(answer)  # type: ignore[arg-type]
        assert faults_of_message(answer_text(answer), blocks) == []
        assert faults_of_view(answer_view(TEXTS, answer)) == []
        assert "<@" not in str(blocks)
        assert "<!" not in str(blocks)


@pytest.mark.parametrize("verb", [Verb.EDIT, Verb.EXTEND])
@pytest.mark.parametrize("word", [HOSTILE, LONG, ""])
def test_what_is_still_to_be_known_is_a_valid_form(verb: Verb, word: str) -> None:
    wanted = Wanted(ID, in_button(verb), word or "?", word or "?", (word,), word, word)
    assert faults_of_view(answer_view(TEXTS, wanted)) == []


@pytest.mark.slow
@given(words)
@examples(max_examples=40)
def test_whatever_is_told_telegram_takes_it_in_one_message(word: str) -> None:
    for sheet in (a_list(word), a_reason(word), a_memory(word)):
        read = telegram_html.read(sheet_html(sheet))
        assert read.faults == ()
        assert len(read.words.encode("utf-16-le", "surrogatepass")) // 2 <= 4096
        assert sheet.parts[-1][-1] in read.words


FIELDS = {each.key: each for name in BACKENDS for each in form_for(declared_by(name), WHERE, {}).fields}
OF_LINKS = [
    *map(in_button, Verb),
    YES.argument,
    in_button(Verb.EXTEND) + "=?",
    in_button(Verb.HISTORY, "provider"),
    in_button(Verb.CANCEL, sure=True),
]
PICKS = [
    *(f"{each.key}={option}" for each in FIELDS.values() for option in each.options),
    *(f"amount={spell(Money(LARGEST - 1, code))} {code}" for code in EXPONENTS),
    *(f"backend={name}-{'x' * 20}" for name in DECLARED),
]


@pytest.mark.parametrize(
    ("act", "version", "arguments"),
    [
        (Act.MANAGE, 0, OF_LINKS),
        (Act.WITHDRAW, 0, [""]),
        (Act.EDIT, 99_999_999, FIELDS),
        (Act.SKIP, 99_999_999, FIELDS),
        (Act.USE, 99_999_999, [ID]),
        (Act.PICK, 99_999_999, PICKS),
    ],
)
def test_telegram_takes_every_button_and_gives_it_back_whole(
    act: Act, version: int, arguments: Iterable[str]
) -> None:
    for argument in arguments:
        keyboard: Any = keyboard_of(ID, version, ((Button("x", act=act, argument=argument),),))
        data = keyboard.inline_keyboard[0][0].callback_data
        assert len(data.encode()) <= 64, data
        assert read_button_data(data) == (ID, version, act, argument)


def test_no_account_is_called_longer_than_a_button_can_say() -> None:
    names = [f"{name}-{'x' * length}" for name in DECLARED for length in (20, 21)]
    good, wrong = named_in(",".join(names))
    assert (len(good), len(wrong)) == (len(DECLARED), len(DECLARED))


def test_a_button_of_an_earlier_version_names_its_account_as_it_did() -> None:
    assert read_button_data(f"p1:{ID}:3:pick:backend=checkout-eu")[3] == "backend=checkout-eu"


def test_every_button_fits_and_a_question_fits_an_alert() -> None:
    keyboard: Any = keyboard_of(ID, 0, ((YES,),))
    assert len(keyboard.inline_keyboard[0][0].callback_data) <= 64
    question = TEXTS(
        "sure.extend_anew",
        backend="Checkout.com",
        until="Wed 30 Sep 2026, 10:00 CEST",
        earlier="Wed 30 Sep 2026, 10:00 CEST",
    )
    assert note(question) == question
