"""What a link expects, answered: it is asked only where the account can, and its parts must fit."""

from dataclasses import replace
from typing import Any

import pytest

from bot.conversation import engine
from bot.conversation.engine import Open, Ready
from bot.conversation.expecting import kind_of, least_of, missing, uses_of
from bot.conversation.form import Form, form_for
from bot.money import Money
from bot.ports.backend import BackendInfo
from bot.ports.expectation import LinkKind
from tests.fakes import INFO
from tests.unit.talking import ASKED, INFOS, LOCALITY

AT_HOME = replace(LOCALITY, currency="EUR")
DETAILS = frozenset({"price", "quantity", "suggested", "trial_days", "coupon"})
ABLE = replace(INFO, kinds=frozenset(LinkKind), ranges=True, most_uses=None, takes=DETAILS)
FORM = form_for(ABLE, AT_HOME, INFOS)
RANGE = {"amount": "10-50", "currency": "EUR"}


def answered(new: dict[str, str], form: Form = FORM, known: dict[str, str] | None = None) -> Open | Ready:
    return engine.advance(form, known or {}, new, ASKED)


def whole(new: dict[str, str], form: Form = FORM) -> Open | Ready:
    """With every other question passed over."""
    return answered({each.key: "" for each in form.fields} | new, form)


def problems(outcome: Open | Ready) -> dict[str, str]:
    return {key: problem.key for key, problem in outcome.problems.items()}


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, set()),
        ({"kinds": frozenset({LinkKind.PAYMENT, LinkKind.SETUP})}, {"kind"}),
        ({"most_uses": 5}, {"uses"}),
        ({"most_uses": None}, {"uses"}),
        ({"takes": DETAILS}, DETAILS),
    ],
)
def test_only_what_the_account_can_is_a_question(changes: dict[str, Any], asked: set[str]) -> None:
    form = form_for(replace(INFO, **changes), AT_HOME, INFOS)
    assert {each.key for each in form.fields} & (DETAILS | {"kind", "uses"}) == asked


def test_only_the_accounts_own_kinds_are_offered() -> None:
    info = replace(INFO, kinds=frozenset({LinkKind.SETUP, LinkKind.PAYMENT}))
    assert form_for(info, AT_HOME, INFOS).field("kind").options == ("payment", "setup")


def test_none_of_it_is_asked_in_a_dialogue() -> None:
    assert not any(each.asked for each in FORM.fields if each.key in DETAILS | {"kind", "uses"})


def test_a_range_is_answered_like_an_amount() -> None:
    outcome = whole({"amount": "10-50 EUR"})
    assert isinstance(outcome, Ready)
    assert (outcome.amount, least_of(outcome.answers)) == (Money(5000, "EUR"), Money(1000, "EUR"))
    exact = answered({"amount": "20 EUR"}, known=outcome.answers)
    assert (exact.answers["minor"], least_of(exact.answers)) == ("2000", None)


def test_a_range_in_a_currency_that_is_chosen_apart_is_read_when_both_are_known() -> None:
    first = answered({"amount": "10-50"}, form_for(ABLE, LOCALITY, INFOS))
    assert "minor" not in first.answers
    both = answered({"currency": "USD"}, known=first.answers)
    assert least_of(both.answers) == Money(1000, "USD")


@pytest.mark.parametrize(
    ("typed", "uses"),
    [
        *(("", 1), ("1", 1), ("20", 20), ("20 uses", 20), ("unlimited", None), ("Unlimited uses", None)),
        *(("20 fois", 20), ("1 utilisation", 1), ("Sans limite", None), ("illimité", None)),
    ],
)
def test_uses_are_a_number_or_any_number(typed: str, uses: int | None) -> None:
    outcome = whole(RANGE | {"uses": typed})
    assert (problems(outcome), uses_of(outcome.answers)) == ({}, uses)


@pytest.mark.parametrize("typed", ["0", "-1", "2.5", "many", "1e3", "20 apples", "٢"])
def test_what_is_no_number_of_uses_is_refused(typed: str) -> None:
    assert problems(whole(RANGE | {"uses": typed})) == {"uses": "count_unreadable"}


@pytest.mark.parametrize(("typed", "refused"), [("5", False), ("6", True), ("unlimited", True)])
def test_an_account_for_a_few_uses_takes_no_more(typed: str, *, refused: bool) -> None:
    form = form_for(replace(ABLE, most_uses=5), AT_HOME, INFOS)
    assert problems(whole(RANGE | {"uses": typed}, form)) == ({"uses": "uses_too_many"} if refused else {})


def test_suggested_amounts_are_kept_as_decimals_of_the_links_currency() -> None:
    outcome = whole(RANGE | {"suggested": "10; 20,5 ;50"})
    assert outcome.answers["suggested"] == "10.00;20.50;50.00"
    yen = whole({"amount": "1000-5000", "currency": "JPY", "suggested": "1000;2000"})
    assert yen.answers["suggested"] == "1000;2000"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("10, 20, 50", "10.00;20.00;50.00"), ("10,5, 20;50", "10.50;20.00;50.00"), ("10 20", None)]
    + [(typed, None) for typed in ("10,20,50", "10, twenty", "10; 20; Donation")],
)
def test_suggested_amounts_may_stand_between_commas_but_none_is_guessed(typed: str, kept: str | None) -> None:
    outcome = whole(RANGE | {"suggested": typed})
    assert problems(outcome) == ({} if kept else {"suggested": "suggested_unclear"})
    assert outcome.answers.get("suggested") == kept


@pytest.mark.parametrize(
    ("typed", "days"), [("14 days", "14"), ("14d", "14"), ("14 jours", "14"), ("2 weeks", None), ("2w", None)]
)
def test_a_trial_is_counted_in_days(typed: str, days: str | None) -> None:
    wanted = {"kind": "subscription", "amount": "49 EUR", "price": "price_9", "trial_days": typed}
    outcome = whole(wanted)
    assert problems(outcome) == ({} if days else {"trial_days": "count_unreadable"})
    assert outcome.answers.get("trial_days") == days


def test_suggested_amounts_are_read_anew_for_another_range() -> None:
    outcome = whole(RANGE | {"suggested": "10;20"})
    smaller = answered({"amount": "15-50 EUR"}, known=dict(outcome.answers))
    assert problems(smaller) == {"suggested": "suggested_outside"}


def test_a_subscription_takes_one_amount_and_needs_its_price() -> None:
    wanted = {"kind": "subscription", "currency": "EUR"}
    assert problems(whole(wanted | {"amount": "49"})) == {"price": "price_needed"}
    assert problems(whole(wanted | {"amount": "10-50", "price": "price_9"})) == {"amount": "range_of_price"}
    outcome = whole(wanted | {"amount": "49", "price": "price_9"})
    assert isinstance(outcome, Ready)
    assert kind_of(outcome.answers) is LinkKind.SUBSCRIPTION


def test_a_refused_range_leaves_no_figure_behind() -> None:
    outcome = whole(RANGE | {"price": "price_9"})
    assert not {"amount", "minor", "least"} & outcome.answers.keys()


def test_saving_a_means_of_payment_has_no_amount_and_takes_none() -> None:
    outcome = whole({"kind": "setup"})
    assert isinstance(outcome, Ready)
    assert outcome.amount == Money(0, "EUR")
    assert problems(whole({"kind": "setup", "amount": "49 EUR"})) == {"amount": "setup_amount"}


def test_another_kind_asks_for_an_amount_again() -> None:
    setup = whole({"kind": "setup"})
    payment = answered({"kind": "payment"}, known=dict(setup.answers))
    assert isinstance(payment, Open)
    assert "amount" in {each.key for each in payment.fields}


def test_the_amount_may_be_left_out_of_a_form_only_where_a_link_may_have_none() -> None:
    assert FORM.may_be_empty(FORM.field("amount"))
    ordinary = form_for(INFO, AT_HOME, INFOS)
    assert not ordinary.may_be_empty(ordinary.field("amount"))
    assert ordinary.may_be_empty(ordinary.field("email"))


@pytest.mark.parametrize(
    ("answers", "info", "why"),
    [
        ({}, INFO, None),
        ({"uses": "1", "kind": "payment", "quantity": "1"}, INFO, None),
        ({"kind": "setup"}, INFO, "setup"),
        ({"kind": "subscription"}, INFO, "subscription"),
        ({"uses": "2"}, INFO, "uses"),
        ({"uses": "unlimited"}, replace(INFO, most_uses=5), "uses"),
        ({"uses": "5"}, replace(INFO, most_uses=5), None),
        ({"least": "1000"}, INFO, "range"),
        ({"currency": "CLP"}, INFO, "currency"),
        ({"coupon": "SUMMER"}, INFO, "details"),
        ({"coupon": "SUMMER", "least": "1000", "uses": "unlimited", "kind": "setup"}, ABLE, None),
    ],
)
def test_why_an_account_cannot_make_a_link_is_one_word(
    answers: dict[str, str], info: BackendInfo, why: str | None
) -> None:
    assert missing(info, answers) == why
