"""The card of a draft: what is known, the one question that is open, and the buttons that fit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.engine import Open, advance, understand
from bot.conversation.form import Field, Form, Kind
from bot.delivery.audience import Audience
from bot.delivery.draft_cards import DraftContext, draft_card, draft_prompt
from bot.ports.backend import Withheld
from bot.ports.chat import Act, Card
from bot.ports.model import Draft, DraftState, Mode, Problem
from bot.texts import Texts
from bot.texts.en import WORDS as EN
from bot.texts.harmless import harmless
from tests.fakes import INFO, START
from tests.unit.records import ACCOUNT, ALICE, FORM, link
from tests.unit.talking import ASKED, TWO_OFFERS, acts, buttons

CHOICE = TWO_OFFERS[0].form  # of two accounts
HOSTILE = "<!channel> *b* _i_ `c` {amount} {0} {} %s <b>&amp; [x](http://e.vil) \u202e"
PUBLIC = Audience(Texts("en"), ZoneInfo("UTC"), private=False, mode=Mode.LIVE)


def draft(text: str = "", **changes: object) -> Draft:
    outcome = understand(FORM, text, ASKED)
    problems: Mapping[str, object] = outcome.problems if isinstance(outcome, Open) else {}
    fields: dict[str, object] = {
        "id": "PL0123456789AB",
        "state": DraftState.OPEN,
        "person": ALICE,
        "destination_id": 1,
        "account_id": ACCOUNT,
        "version": 3,
        "answers": outcome.answers,
        "problems": problems,
        "choosing": False,
        "desk": {},
        "expires_at": START,
    }
    return Draft(**(fields | changes))  # type: ignore[arg-type]


def asking(of: Draft) -> str | None:
    return next((field.key for field in FORM.fields if field.key not in of.answers), None)


def drawn(of: Draft, audience: Audience = PUBLIC, form: Form = FORM, **known: object) -> Card:
    return draft_card(audience, form, of, DraftContext(**{"asking": asking(of), **known}))  # type: ignore[arg-type]


def test_a_finished_draft_offers_to_create_with_the_amount_in_figures() -> None:
    card = drawn(draft("1234.5 EUR"))
    assert "1,234.50 EUR" in card.headline
    assert dict(card.rows)["Amount"] == "1,234.50 EUR"
    assert (acts(card), card.ask, card.version) == (["create", "edit", "cancel"], None, 3)


@pytest.mark.parametrize("text", ["", "49.90", "1,234 KWD", "$25", "5m EUR", "Invoice 12"])
def test_an_unfinished_draft_asks_and_does_not_offer_to_create(text: str) -> None:
    card = drawn(draft(text))
    assert card.ask
    assert "create" not in acts(card)
    assert acts(card)[-1] == "cancel"


def test_a_question_with_readings_offers_each_as_a_button_that_is_read_as_just_that() -> None:
    asked = draft("1,234 KWD")
    picks = [button for button in buttons(drawn(asked)) if button.act is Act.PICK]
    assert [button.label for button in picks] == ["1,234.000 KWD", "1.234 KWD"]
    for button, minor in zip(picks, (1234000, 1234), strict=True):
        field, _, value = button.argument.partition("=")
        assert advance(FORM, asked.answers, {field: value}, ASKED).answers["minor"] == str(minor)


def test_a_currency_question_offers_the_codes() -> None:
    picks = [button for button in buttons(drawn(draft("$25"))) if button.act is Act.PICK]
    assert picks[0].label == "USD"
    assert picks[0].argument == "currency=USD"
    assert len(picks) == 6, "the rest is typed"


def test_only_optional_questions_can_be_skipped() -> None:
    assert "skip" not in acts(drawn(draft("")))
    asked = draft(answers={"amount": "5", "currency": "EUR", "minor": "500"})
    assert acts(drawn(asked)) == ["skip", "cancel"]


def test_choosing_what_to_change_offers_every_field() -> None:
    card = drawn(draft("49.90 EUR", choosing=True), form=CHOICE)
    edits = [button.argument for button in buttons(card) if button.act is Act.EDIT]
    assert edits == [field.key for field in CHOICE.fields]
    assert acts(card)[-2:] == ["create", "cancel"]
    assert "create" not in acts(drawn(draft("", choosing=True)))


@pytest.mark.parametrize("state", [DraftState.CANCELLED, DraftState.EXPIRED])
def test_a_draft_that_is_over_shows_nothing_of_it_and_has_no_buttons(state: DraftState) -> None:
    card = drawn(draft("49.90 EUR jane@example.com", state=state))
    assert (card.rows, card.buttons, card.ask) == ((), (), None)
    assert "nothing was created" in card.headline


def test_a_customer_is_masked_where_others_read_along_and_shown_in_full_in_private() -> None:
    typed = draft("49.90 EUR jane@example.com")
    assert dict(drawn(typed).rows)["Customer"] == "j…@example.com"
    assert dict(drawn(typed, replace(PUBLIC, private=True)).rows)["Customer"] == "jane@example.com"


@pytest.mark.parametrize("text", ["", "5 EUR", "$25"])
def test_test_mode_is_shown_in_every_state_and_only_there(text: str) -> None:
    for mode in Mode:
        notes = drawn(draft(text), replace(PUBLIC, mode=mode)).notes
        assert any("TEST" in note for note in notes) is (mode is Mode.TEST)


@pytest.mark.parametrize("behind", [True, False])
def test_there_is_a_way_back_where_something_was_answered(*, behind: bool) -> None:
    assert ("back" in acts(drawn(draft("49.90"), behind=behind))) is behind


def test_a_moment_that_was_chosen_is_shown_with_its_time_zone() -> None:
    audience = replace(PUBLIC, zone=ZoneInfo("Europe/Berlin"))
    assert dict(drawn(draft("5 EUR 3d"), audience).rows)["Expires"] == "Tue 24 Nov 2026, 10:00 CET"


@pytest.mark.parametrize("choosing", [False, True])
def test_the_usual_expiry_is_shown_before_anything_is_created(*, choosing: bool) -> None:
    audience, usual = replace(PUBLIC, zone=ZoneInfo("Europe/Berlin")), START + timedelta(days=7)
    rows = dict(drawn(draft("5 EUR", choosing=choosing), audience, expires=usual).rows)
    assert rows["Expires"] == "Sat 28 Nov 2026, 10:00 CET"
    chosen = dict(drawn(draft("5 EUR 3d", choosing=choosing), audience, expires=usual).rows)
    assert chosen["Expires"] == "Tue 24 Nov 2026, 10:00 CET"


def test_details_that_nobody_asks_for_are_shown_when_they_were_given() -> None:
    rows = dict(drawn(draft("5 EUR ref INV-13 +49 171 2345678"), replace(PUBLIC, private=True)).rows)
    assert (rows["Your reference"], rows["Customer"]) == ("INV-13", "+491712345678")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("5 EUR jane@example.com +49 171 2345678", "j…@example.com +49…78"),
        ("5 EUR name: Jane", "J…"),
        ("5 EUR name: Jane jane@example.com", "j…@example.com"),
    ],
)
def test_no_part_of_a_customer_is_shown_in_full_where_others_read_along(text: str, shown: str) -> None:
    assert dict(drawn(draft(text)).rows)["Customer"] == shown


def test_a_choice_is_a_button_per_account() -> None:
    asked = drawn(draft("5 EUR", answers={}), form=CHOICE, asking="backend")
    assert [button.argument for button in buttons(asked) if button.act is Act.PICK] == [
        *("backend=fakepay", "backend=other")
    ]


def test_an_account_that_cannot_make_the_link_is_no_button_and_it_says_why() -> None:
    form = replace(CHOICE, infos={ACCOUNT: INFO, "other": replace(INFO, most_uses=None)})
    asked = drawn(draft(answers={"uses": "20"}), form=form, asking="backend")
    assert [button.argument for button in buttons(asked) if button.act is Act.PICK] == ["backend=other"]
    assert [note for note in asked.notes if "not so many uses" in note]
    of = draft("5 EUR")
    complete = drawn(replace(of, answers={**of.answers, "uses": "20"}), form=form)
    assert not [note for note in complete.notes if "not so many uses" in note]


def test_what_no_account_can_do_is_answered_by_choosing_none() -> None:
    in_vain = {"backend": Problem("wish_not_offered", "coupon")}
    asked = drawn(draft(answers={}, problems=in_vain), form=CHOICE, asking="backend")
    assert Act.PICK not in {button.act for button in buttons(asked)}


def test_the_account_is_named_where_there_are_several() -> None:
    assert dict(drawn(draft("5 EUR"), form=CHOICE).rows)["Paid through"] == CHOICE.info.label
    assert "Paid through" not in dict(drawn(draft("5 EUR")).rows)


@pytest.mark.parametrize("private", [True, False])
def test_an_address_is_shown_where_nobody_reads_along(*, private: bool) -> None:
    asked = (Field("address", Kind.TEXT, detail=True), Field("country", Kind.COUNTRY, detail=True))
    of = draft("5 EUR")
    of = replace(of, answers={**of.answers, "address": "1 Long Road", "country": "DE"})
    form = replace(FORM, fields=(*FORM.fields, *asked))
    rows = dict(drawn(of, replace(PUBLIC, private=private), form).rows)
    assert ("1 Long Road" in rows.values(), "DE" in rows.values()) == (private, True)


def test_methods_that_would_not_be_offered_are_told_before_anything_is_created() -> None:
    withheld = (
        *(
            Withheld("Alipay", "needs_email"),
            Withheld("Klarna", "needs_name"),
            Withheld("iDEAL", "reference"),
        ),
        *(
            Withheld("Alipay", "currency", {"currency": "EUR"}),
            Withheld("Alipay", "country", {"country": "DE"}),
        ),
    )
    assert {each.key for each in withheld} == {key[9:] for key in EN if key.startswith("withheld.")}
    notes = drawn(draft("5 EUR"), withheld=withheld).notes
    assert [note for note in notes if "not offered" in note] == [
        "Alipay is not offered: it needs the customer's e-mail address.",
        "Klarna is not offered: it needs the customer's name.",
        "iDEAL is not offered this time: it does not take our reference.",
        "Alipay is not offered: it does not take EUR.",
        "Alipay is not offered to customers billed in DE.",
    ]
    assert not [note for note in drawn(draft("5"), withheld=withheld).notes if "not offered" in note]


def test_an_open_link_for_the_same_is_offered_first_with_its_time() -> None:
    card = drawn(draft("49.90 EUR jane@example.com"), twin=link())
    assert acts(card) == ["use", "create", "edit", "cancel"]
    assert any("PL0123456789AB" in note and "UTC" in note for note in card.notes)
    unfinished = drawn(draft("49.90"), twin=link())
    assert "use" not in acts(unfinished)
    assert not [note for note in unfinished.notes if "PL0123456789AB" in note]


@pytest.mark.parametrize("url", ["https://pay.test/1", None])
def test_a_draft_that_gave_way_to_an_open_link_shows_that_one(url: str | None) -> None:
    used = {**draft("5 EUR").answers, "used": "PL0123456789AB"}
    card = drawn(draft(state=DraftState.CANCELLED, answers=used), twin=link(), twin_url=url)
    assert card.headline == "PL0123456789AB it is: nothing new was created"
    assert (dict(card.rows).get("Link"), dict(card.rows)["Amount"]) == (url, "49.90 EUR")
    assert dict(card.rows)["Reference"] == "PL0123456789AB"
    assert not [note for note in card.notes if "TEST" in note]
    of_test = drawn(
        draft(state=DraftState.CANCELLED, answers=used), replace(PUBLIC, mode=Mode.TEST), twin=link()
    )
    assert [note for note in of_test.notes if "TEST" in note]


@pytest.mark.parametrize("text", ["", "5 EUR", "$25", "5m EUR jane@", "1,234 KWD"])
def test_a_prompt_asks_what_the_card_asks(text: str) -> None:
    of = draft(text)
    if (key := asking(of)) is not None:
        prompt = draft_prompt(PUBLIC, FORM, of, key)
        assert (prompt.text, prompt.person) == (drawn(of).ask, ALICE)


def test_the_first_line_of_a_group_says_how_to_answer() -> None:
    assert "Answer by replying to this message." in drawn(draft("")).notes
    assert "Answer by replying to this message." not in drawn(draft("", choosing=True)).notes
    assert "Answer by replying to this message." not in drawn(draft(""), replace(PUBLIC, private=True)).notes


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("choosing", [True, False])
@pytest.mark.parametrize("key", [field.key for field in CHOICE.fields])
def test_any_field_may_be_open_and_any_answer_hostile(key: str, *, choosing: bool, private: bool) -> None:
    """An amount without its currency, a currency without its amount: the card is drawn all the same."""
    answers = dict.fromkeys((field.key for field in CHOICE.fields), HOSTILE)
    answers |= {"amount": "5", "minor": "500", "currency": "EUR", "expires": START.isoformat()}
    del answers[key]
    of = draft(answers=answers, choosing=choosing, problems={key: Problem("currency_ambiguous", HOSTILE)})
    card = drawn(of, replace(PUBLIC, private=private), CHOICE, asking=key)
    assert card.ask
    if key != "description":
        assert dict(card.rows)["For"] == harmless(HOSTILE)


def test_a_draft_that_was_cancelled_beside_an_open_link_did_not_use_it() -> None:
    card = drawn(draft("5 EUR", state=DraftState.CANCELLED), twin=link(), twin_url="https://pay.test/1")
    assert (card.headline, card.rows) == ("Cancelled, nothing was created", ())


@pytest.mark.parametrize(("uses", "row"), [("1", None), ("20", "20"), ("unlimited", "any number")])
def test_how_often_a_link_is_to_be_used_is_shown_before_it_is_created(uses: str, row: str | None) -> None:
    of = draft("5 EUR")
    assert dict(drawn(replace(of, answers={**of.answers, "uses": uses})).rows).get("Uses") == row


@pytest.mark.parametrize("private", [True, False])
def test_whoever_can_create_a_link_is_asked_to_check_the_amount(*, private: bool) -> None:
    card = drawn(draft("5 EUR"), replace(PUBLIC, private=private), asking=None)
    assert "Please check the amount, then create the link." in card.notes


def test_where_no_money_is_taken_no_amount_is_to_be_checked() -> None:
    saves = replace(draft("5 EUR"), answers={"kind": "setup", "minor": "0", "currency": "EUR"})
    notes = "\n".join(drawn(saves, asking=None).notes)
    assert "Please check this, then create the link. It takes no money." in notes
    assert "amount" not in notes


def test_a_refund_that_the_backend_does_not_report_is_promised_no_news() -> None:
    form = replace(FORM, info=replace(FORM.info, tells_refunds=False))
    notes = drawn(draft("refund 5 EUR"), form=form, asking=None).notes
    assert [note for note in notes if "does not report them, so the thread cannot tell it." in note]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5 EUR cancel fee", "For one that is there, type /paylink cancel with nothing but its reference"),
        ("refund 5 EUR", "Refunds are made at FakePay, not here"),
        ("remboursement 5 EUR jane@example.com", "Refunds are made at FakePay, not here"),
        ("5 EUR list", "For those that are there, type /paylink list alone"),
    ],
)
def test_what_begins_like_an_order_says_how_that_is_typed(text: str, told: str) -> None:
    assert [note for note in drawn(draft(text), asking=None).notes if told in note]
