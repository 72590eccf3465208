"""What is asked again keeps its answer, to the cent; what was refused is told where it belongs."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.conversation import steps
from bot.conversation.expecting import least_of
from bot.money import Money
from bot.ports.model import Problem
from tests.unit.records import FORM, link
from tests.unit.test_draft_cards import draft

RANGE = {"amount": "50", "minor": "5000", "least": "1000", "currency": "EUR"}
EXACT = {key: value for key, value in RANGE.items() if key != "least"}


@pytest.mark.parametrize(
    ("asked", "kept", "answer"),
    [
        ("amount", RANGE, {"amount": "10.00-50.00 EUR"}),
        ("amount", EXACT, {"amount": "50.00 EUR"}),
        ("amount", {"amount": "50"}, {"amount": "50"}),
        ("email", {**EXACT, "email": "jane@example.com"}, {"email": "jane@example.com"}),
        ("email", EXACT, {}),
        ("email", {"email": ""}, {}),
        (None, EXACT, {}),
    ],
)
def test_a_question_that_is_asked_again_has_its_own_answer_of_before(
    asked: str | None, kept: Mapping[str, str], answer: Mapping[str, str]
) -> None:
    assert steps.kept_answer(replace(draft(), kept=kept), asked) == answer


def test_a_range_that_is_asked_again_is_kept_as_a_range() -> None:
    of = steps.chosen(draft(answers={**draft("5 EUR").answers, **RANGE}), "amount")
    assert steps.asking(FORM, of) == "amount"
    assert Money(int(of.kept["minor"]), of.kept["currency"]) == Money(5000, "EUR")
    assert least_of(of.kept) == Money(1000, "EUR")


@pytest.mark.parametrize(
    ("named", "told"),
    [("email", {"email": Problem("rejected", "email_invalid")}), ("phone", {}), ("", {})],
)
def test_what_a_backend_refused_stands_at_its_field_where_that_was_answered(
    named: str, told: Mapping[str, Problem]
) -> None:
    refused = link(trouble={"key": "rejected", "field": named, "codes": "email_invalid"})
    assert steps.refused(refused, {"email": "jane@"}) == told


@pytest.mark.parametrize(
    ("asks", "choosing", "further"),
    [("email", False, 1), ("amount", False, 0), ("amount", True, 1), (None, False, 0)],
)
def test_back_leads_past_a_question_that_was_asked_once_more(
    asks: str | None, further: int, *, choosing: bool
) -> None:
    before = replace(draft(), choosing=choosing)
    assert len(steps.went_on(before, draft("5 EUR"), "amount", asks).earlier) == further


def test_a_form_has_no_way_back() -> None:
    assert steps.went_on(draft(), draft(desk={"view_id": "V1"}), "amount", "email").earlier == ()


def test_what_was_wrong_with_an_amount_is_no_news_once_its_currency_was_given() -> None:
    wrong = {"amount": Problem("amount_unreadable"), "email": Problem("email_invalid")}
    (step,) = steps.went_on(draft(problems=wrong), draft("5 EUR"), "currency", "email").earlier
    assert step.problems == {"email": wrong["email"]}
