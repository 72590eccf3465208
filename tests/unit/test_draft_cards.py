"""The card of a draft: what is known, the one question that is open, and the buttons that fit."""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.engine import Open, advance, understand
from bot.delivery import cards
from bot.delivery.cards import Setting
from bot.ports.chat import Act, Button, Card
from bot.ports.model import Draft, DraftState, Mode
from bot.texts import Texts
from tests.fakes import START
from tests.unit.records import ACCOUNT, ALICE, FORM

PUBLIC = Setting(Texts("en"), ZoneInfo("UTC"), private=False, mode=Mode.LIVE)


def draft(text: str = "", **changes: object) -> Draft:
    outcome = understand(FORM, text)
    problems: Mapping[str, object] = outcome.problems if isinstance(outcome, Open) else {}
    fields: dict[str, object] = {
        "id": "PL0123456789AB",
        "state": DraftState.OPEN,
        "person": ALICE,
        "destination_id": 1,
        "account_id": ACCOUNT,
        "form_version": 1,
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


def drawn(of: Draft, setting: Setting = PUBLIC) -> Card:
    return cards.draft_card(setting, FORM, of, asking(of))


def buttons(card: Card) -> list[Button]:
    return [button for row in card.buttons for button in row]


def acts(card: Card) -> list[str]:
    return [str(button.act) for button in buttons(card)]


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
        assert advance(FORM, asked.answers, {field: value}).answers["minor"] == str(minor)


def test_a_currency_question_offers_the_codes() -> None:
    picks = [button for button in buttons(drawn(draft("$25"))) if button.act is Act.PICK]
    assert picks[0].label == "USD"
    assert picks[0].argument == "currency=USD"


def test_only_optional_questions_can_be_skipped() -> None:
    assert "skip" not in acts(drawn(draft("")))
    asked = draft(answers={"amount": "5", "currency": "EUR", "minor": "500"})
    assert acts(drawn(asked)) == ["skip", "cancel"]


def test_choosing_what_to_change_offers_every_field() -> None:
    card = drawn(draft("49.90 EUR", choosing=True))
    edits = [button.argument for button in buttons(card) if button.act is Act.EDIT]
    assert edits == [field.key for field in FORM.fields]
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
