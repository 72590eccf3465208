"""Answers in, next question out: however they come, in one go or one by one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import engine
from bot.conversation.engine import Open, Ready, prefill
from bot.conversation.expecting import Answers
from bot.conversation.form import Form, form_for
from bot.money import Money, unpack
from bot.ports.model import Problem
from tests.fakes import INFO
from tests.unit.records import BACKENDS, FORM, FORM_IN_EUR, FORM_WITH_COUNTRY
from tests.unit.talking import ASKED, INFOS, LOCALITY

UNASKED = dict.fromkeys(("phone", "reference", "expires", "backend"), "")
ALL = UNASKED | {
    "amount": "49.90",
    "currency": "EUR",
    "email": "jane@example.com",
    "name": "Jane",
    "description": "Invoice",
}
TYPED = {
    "amount": [
        "49.90",
        "1,234",
        "1.234,5",
        "$25",
        "49.90 EUR",
        "25 XYZ",
        "10.5",
        "0",
        "-5",
        "5m",
        "five",
        "",
    ],
    "currency": ["EUR", "eur", "JPY", "KWD", "CLP", "CAD", "dollar", "€", "XYZ", "euro zone", ""],
    "email": ["jane@example.com", "JANE@EXAMPLE.COM", "jane@", "jane", ""],
    "phone": ["+49 171 2345678", "0171 2345678", "12", "call me", ""],
    "name": ["Jane Doe", " Jane   Doe ", "x" * 101, "<b>", ""],
    "country": ["DE", "de", "XX", "Germany", "EU", ""],
    "description": ["Invoice 12", "x" * 100, "x" * 101, ""],
    "reference": ["INV-12", "x" * 51, ""],
    "expires": ["3d", "friday", "until friday", "yesterday", "1/2/2027", "9999d", "soon", ""],
    "backend": ["fakepay", "FAKEPAY", "FakePay", "stripe", ""],
}
ANSWERS = st.fixed_dictionaries({key: st.sampled_from(texts) for key, texts in TYPED.items()})


def advance(form: Form, answers: Answers, new: Answers) -> Open | Ready:
    return engine.advance(form, answers, new, ASKED)


def understand(form: Form, text: str) -> Open | Ready:
    return engine.understand(form, text, ASKED)


def test_a_text_that_would_take_long_to_read_is_asked_about_like_none() -> None:
    """A message in Slack can have 40,000 characters, and everybody who writes waits while one is read."""
    line = f"49.90 EUR {'chairs ' * 1000}"
    assert understand(FORM, line).answers["minor"] == "4990"
    assert understand(FORM, line + "and " * 1000) == understand(FORM, "")


def keys(outcome: Open | Ready) -> list[str]:
    return [field.key for field in outcome.fields] if isinstance(outcome, Open) else []


def problems(outcome: Open | Ready) -> dict[str, str]:
    kept = outcome.problems if isinstance(outcome, Open) else {}
    return {field: problem.key for field, problem in kept.items()}


READABLE = st.sampled_from(["49.90", "1,234", "1.234,5", "$25", "49.90 EUR", "10.5", ""])
FORMS = st.sampled_from([FORM, FORM_IN_EUR, FORM_WITH_COUNTRY])


def contradicts(answers: dict[str, str]) -> bool:
    """Two currencies, or one that is taken away: one answer in one go, a correction one by one."""
    unknown = answers["amount"].endswith("XYZ")
    return unknown or (answers["currency"] not in {"EUR", "eur", "€"} and answers["amount"].endswith("EUR"))


def both_ways(form: Form, typed: dict[str, str]) -> tuple[Open | Ready, Open | Ready]:
    """What comes of the answers in one go, and one by one."""
    typed = {field.key: typed[field.key] for field in form.fields}
    one_by_one = advance(form, {}, {})
    for key, text in typed.items():
        one_by_one = advance(form, one_by_one.answers, {key: text})
    return advance(form, {}, typed), one_by_one


@given(ANSWERS, READABLE, FORMS)
def test_one_by_one_or_all_at_once_come_to_the_same(typed: dict[str, str], amount: str, form: Form) -> None:
    typed = {**typed, "amount": amount}
    if contradicts(typed):
        return
    at_once, one_by_one = both_ways(form, typed)
    assert (one_by_one.answers, keys(one_by_one)) == (at_once.answers, keys(at_once))


@given(ANSWERS, FORMS)
def test_whatever_is_wrong_both_ways_agree_on_whether_it_is_ready(typed: dict[str, str], form: Form) -> None:
    if contradicts(typed):
        return
    at_once, one_by_one = both_ways(form, typed)
    assert type(one_by_one) is type(at_once)
    assert isinstance(at_once, Open) or one_by_one == at_once


@given(ANSWERS)
def test_a_field_is_either_answered_or_still_asked(typed: dict[str, str]) -> None:
    outcome = advance(FORM_WITH_COUNTRY, {}, typed)
    assert {*keys(outcome), *(outcome.answers.keys() - {"minor"})} == {*typed}
    assert not outcome.answers.keys() & {*keys(outcome)}


@given(st.dictionaries(st.sampled_from(list(TYPED)), st.text(max_size=30)))
def test_no_answer_crashes_the_form(typed: dict[str, str]) -> None:
    assert advance(FORM_WITH_COUNTRY, {}, typed).answers is not None


def test_the_questions_come_in_the_forms_order() -> None:
    assert keys(advance(FORM_WITH_COUNTRY, {}, {})) == [
        *("amount", "currency", "email", "phone", "name", "country", "description"),
        *("reference", "expires", "backend"),
    ]


def test_the_country_is_asked_only_where_a_backend_needs_it_and_the_account_has_none() -> None:
    needs_nothing = form_for(replace(INFO, requires=frozenset()), replace(LOCALITY, region=None), BACKENDS)
    assert "country" not in [field.key for field in needs_nothing.fields]
    assert "country" not in [field.key for field in FORM.fields]
    assert FORM_WITH_COUNTRY.field("country").required


def test_all_answers_make_it_ready_with_the_exact_amount() -> None:
    outcome = advance(FORM, {}, ALL)
    assert isinstance(outcome, Ready)
    assert outcome.amount == Money(4990, "EUR")
    assert outcome.answers == {**ALL, "minor": "4990"}


def test_answers_to_an_earlier_form_are_kept_and_what_it_did_not_ask_is_asked() -> None:
    earlier = advance(FORM_IN_EUR, {}, ALL).answers | {"asked_no_more": "x"}
    assert isinstance(advance(FORM_IN_EUR, earlier, {}), Ready)
    assert keys(advance(FORM_WITH_COUNTRY, earlier, {})) == ["country"]


def test_optional_questions_may_be_passed_over() -> None:
    outcome = advance(FORM, {}, UNASKED | {"amount": "49.90 EUR", "email": "", "name": "", "description": ""})
    assert isinstance(outcome, Ready)


@pytest.mark.parametrize("field", ["amount", "currency", "country"])
def test_required_questions_may_not(field: str) -> None:
    form = FORM_WITH_COUNTRY if field != "currency" else FORM
    assert keys(advance(form, {}, {**ALL, "country": "DE", field: ""}))[0] == field


def test_the_currency_may_be_answered_after_the_amount() -> None:
    first = advance(FORM, {}, {"amount": "1,234.50"})
    assert (first.answers["amount"], keys(first)[0], problems(first)) == ("1,234.50", "currency", {})
    second = advance(FORM, first.answers, {"currency": "usd"})
    assert (second.answers["minor"], second.answers["currency"]) == ("123450", "USD")


def test_an_amount_is_read_again_in_the_currency_answered_later() -> None:
    first = advance(FORM, {}, {"amount": "1,234"})
    assert problems(advance(FORM, first.answers, {"currency": "KWD"})) == {"amount": "amount_ambiguous"}
    assert advance(FORM, first.answers, {"currency": "JPY"}).answers["minor"] == "1234"


def test_where_only_one_currency_is_taken_it_is_not_asked_for() -> None:
    in_rupees = replace(INFO, currencies=frozenset({"INR"}))
    outcome = advance(form_for(in_rupees, LOCALITY, INFOS), ALL | {"currency": ""}, {"amount": "1500"})
    assert isinstance(outcome, Ready)
    assert outcome.amount == Money(150_000, "INR")
    elsewhere = form_for(in_rupees, replace(LOCALITY, currency="EUR"), INFOS)
    assert problems(advance(elsewhere, {}, {"amount": "1500"})) == {"currency": "currency_not_offered"}


def test_a_bare_dollar_keeps_the_amount_and_asks_the_currency() -> None:
    first = advance(FORM, {}, {"amount": "$25"})
    assert (problems(first), keys(first)[0]) == ({"currency": "currency_ambiguous"}, "currency")
    assert advance(FORM, first.answers, {"currency": "CAD"}).answers["minor"] == "2500"


@pytest.mark.parametrize(("typed", "amount"), [("25 USD", "2500 USD"), ("€ 1.250,50", "125050 EUR")])
def test_a_currency_answered_with_an_amount_is_both(typed: str, amount: str) -> None:
    """Whoever reads "it does not take EUR, choose another" types the whole amount again."""
    for before in ("4990 CLP", "$30", "30"):
        outcome = advance(FORM, advance(FORM, ALL, {"amount": before}).answers, {"currency": typed})
        assert isinstance(outcome, Ready)
        assert outcome.amount == unpack(amount)


def test_a_currency_answered_with_an_amount_of_two_readings_asks_which() -> None:
    before = advance(FORM, ALL, {"amount": "$30"}).answers
    assert problems(advance(FORM, before, {"currency": "1,234 KWD"})) == {"amount": "amount_ambiguous"}


@pytest.mark.parametrize("typed", ["25", "25 USD for lunch", "25 XYZ", "jane@example.com"])
def test_what_is_no_currency_and_no_whole_amount_leaves_the_currency_open(typed: str) -> None:
    outcome = advance(FORM, advance(FORM, ALL, {"amount": "4990 CLP"}).answers, {"currency": typed})
    assert problems(outcome)["currency"] == "currency_unknown"


@pytest.mark.parametrize("line", ["0 EUR lunch", "99999999999 EUR lunch"])
def test_a_currency_beside_an_amount_that_cannot_be_taken_is_not_asked_for_again(line: str) -> None:
    first = understand(FORM, line)
    assert keys(first) == ["amount"]
    assert advance(FORM, first.answers, {"amount": "5"}).answers["minor"] == "500"


def test_a_corrected_amount_keeps_the_currency() -> None:
    outcome = advance(FORM, advance(FORM, {}, ALL).answers, {"amount": "51"})
    assert isinstance(outcome, Ready)
    assert outcome.amount == Money(5100, "EUR")


def test_an_amount_corrected_with_its_currency_changes_both() -> None:
    outcome = advance(FORM, advance(FORM, {}, ALL).answers, {"amount": "51 USD"})
    assert isinstance(outcome, Ready)
    assert outcome.amount == Money(5100, "USD")


def test_a_corrected_currency_keeps_the_amount() -> None:
    outcome = advance(FORM, advance(FORM, {}, ALL).answers, {"currency": "GBP"})
    assert isinstance(outcome, Ready)
    assert outcome.amount == Money(4990, "GBP")


@pytest.mark.parametrize("bad", ["5m", "-5", "0", "10 100", "5 million"])
def test_a_bad_correction_never_leaves_the_old_amount_standing(bad: str) -> None:
    outcome = advance(FORM, advance(FORM, {}, ALL).answers, {"amount": bad})
    assert isinstance(outcome, Open)
    assert not {"amount", "minor"} & outcome.answers.keys()


def test_a_corrected_word_changes_nothing_else() -> None:
    outcome = advance(FORM, advance(FORM, {}, ALL).answers, {"name": "John"})
    assert outcome.answers == {**ALL, "minor": "4990", "name": "John"}


def test_two_currencies_in_one_form_are_a_conflict_that_names_both() -> None:
    outcome = advance(FORM, {}, {"amount": "49.90 USD", "currency": "EUR"})
    assert isinstance(outcome, Open)
    assert outcome.problems["amount"].key == "currency_conflict"
    assert [money.currency for money in outcome.problems["amount"].readings] == ["EUR", "USD"]
    assert "minor" not in outcome.answers


def test_a_currency_that_the_backend_does_not_take_is_asked_again() -> None:
    outcome = advance(FORM, {}, {"amount": "4990 CLP"})
    assert isinstance(outcome, Open)
    assert outcome.problems == {"currency": Problem("currency_not_offered", "CLP", currency="CLP")}
    assert "minor" not in outcome.answers


def test_amounts_that_the_backend_only_takes_in_tens_are_asked_again() -> None:
    form = replace(FORM, info=replace(FORM.info, in_tens=frozenset({"KWD"}), ranges=True))
    for typed in ("01.235 KWD", "01.235-02.000 KWD", "01.000-02.005 KWD"):
        outcome = advance(form, {}, {"amount": typed})
        assert isinstance(outcome, Open)
        assert (outcome.problems["amount"].key, "minor" in outcome.answers) == ("amount_in_tens", False)
    assert advance(form, {}, {"amount": "01.230 KWD"}).answers["minor"] == "1230"
    assert advance(FORM, {}, {"amount": "01.235 KWD"}).answers["minor"] == "1235"


def asked_about(outcome: Open | Ready) -> tuple[str, list[int]]:
    problem = outcome.problems["amount"]
    return problem.key, [money.minor for money in problem.readings]


STRICT = replace(INFO, in_tens=frozenset({"KWD"}))
IN_TENS = replace(FORM, info=STRICT, infos={"fakepay": STRICT})
MEANT = ("amount_ambiguous", [1_234_000])


def test_a_reading_that_the_backend_never_takes_is_not_offered_and_the_other_is_still_asked_about() -> None:
    assert asked_about(advance(IN_TENS, {}, {"amount": "1.234 KWD"})) == MEANT
    assert asked_about(understand(IN_TENS, "1.234 KWD lunch")) == MEANT
    assert asked_about(advance(IN_TENS, {}, {"amount": "1.230 KWD"}))[1] == [1230, 1_230_000]
    assert asked_about(advance(FORM, {}, {"amount": "1.234 KWD"}))[1] == [1234, 1_234_000]


def test_a_reading_that_another_account_takes_is_offered_unless_one_was_named() -> None:
    form = replace(IN_TENS, infos={"fakepay": STRICT, "other": INFO})
    assert asked_about(understand(form, "1.234 KWD"))[1] == [1234, 1_234_000]
    assert asked_about(understand(form, "1.234 KWD via fakepay")) == MEANT
    assert asked_about(advance(form, {"backend": "fakepay"}, {"amount": "1.234 KWD"})) == MEANT


@pytest.mark.parametrize(
    ("text", "answer", "amount"),
    [
        ("USD 2026 membership 49.90", "49.90", "4990 USD"),
        ("20 USD or 25 USD", "25", "2500 USD"),
        ("20 or 25", "25", "2500 EUR"),
    ],
)
def test_the_currency_that_was_written_is_that_of_the_amount_that_is_chosen(
    text: str, answer: str, amount: str
) -> None:
    """Never the account's instead."""
    outcome = advance(FORM_IN_EUR, understand(FORM_IN_EUR, text).answers, {"amount": answer})
    assert isinstance(outcome, Ready)
    assert outcome.amount == unpack(amount)


@pytest.mark.parametrize("form", [FORM, FORM_IN_EUR])
@pytest.mark.parametrize(
    ("answers", "amount"),
    [
        (("1,234 KWD", "49.9O USD", "49.90"), Money(4990, "USD")),
        (("1,234 KWD", "oh wait 60 USD", "60"), Money(6000, "USD")),
        (("1,234 KWD", "forty-nine", "49.90"), Money(49900, "KWD")),
        (("49.9O USD", "49.90"), Money(4990, "USD")),
    ],
)
def test_the_currency_that_was_typed_last_is_meant_even_beside_what_cannot_be_read(
    form: Form, answers: tuple[str, ...], amount: Money
) -> None:
    outcome: Open | Ready = Open({}, ())
    for typed in answers:
        outcome = advance(form, outcome.answers, {"amount": typed})
    assert (int(outcome.answers["minor"]), outcome.answers["currency"]) == (amount.minor, amount.currency)


@pytest.mark.parametrize(
    "typed",
    [
        *("jane@example.com 📧", "Jane Doe <jane@example.com>", '"Doe, Jane" <jane@example.com>'),
        *(
            "e-mail: jane@example.com",
            "mail jane@example.com",
            "<mailto:jane@example.com>",
            "jane@example.com.",
        ),
    ],
)
def test_an_address_is_taken_as_it_was_copied(typed: str) -> None:
    assert advance(FORM, {}, {"email": typed}).answers["email"] == "jane@example.com"


@pytest.mark.parametrize(
    "typed", ["jane@example.com Invoice 12", "jane@example.com joe@example.com", "to jane"]
)
def test_what_says_more_than_an_address_is_asked_about(typed: str) -> None:
    assert problems(advance(FORM, {}, {"email": typed})) == {"email": "email_invalid"}


def test_so_it_is_in_the_line_that_begins_a_link() -> None:
    line = understand(FORM_IN_EUR, "49.9O USD jane@example.com lunch")
    assert problems(line) == {"amount": "amount_unreadable"}
    assert advance(FORM_IN_EUR, line.answers, {"amount": "49.90"}).answers["currency"] == "USD"


def test_where_two_currencies_were_written_none_is_known() -> None:
    assert "currency" not in understand(FORM, "49.90€ or 10.5 JPY").answers


def test_text_beside_the_amount_is_not_swallowed() -> None:
    assert problems(advance(FORM, {}, {"amount": "49.90 EUR for Jane"})) == {"amount": "amount_unreadable"}


def test_a_command_leaves_optional_questions_unasked() -> None:
    outcome = understand(FORM, "49.90 EUR jane@example.com Invoice 12")
    assert isinstance(outcome, Ready)
    assert (outcome.amount, outcome.answers["description"]) == (Money(4990, "EUR"), "Invoice 12")


def test_an_empty_command_asks_what_a_dialogue_asks_and_no_more() -> None:
    assert keys(understand(FORM, "  ")) == ["amount", "currency", "email", "description"]


def test_a_command_with_a_broken_address_asks_for_it_and_keeps_the_rest() -> None:
    outcome = understand(FORM, "49.90 EUR jane@nowhere lunch")
    assert (keys(outcome), problems(outcome)) == (["email"], {"email": "email_invalid"})
    assert (outcome.answers["minor"], outcome.answers["description"]) == ("4990", "lunch")


def test_an_input_shows_the_answer_or_what_was_typed_and_not_taken() -> None:
    outcome = advance(FORM, {}, {**ALL, "email": "jane@"})
    assert isinstance(outcome, Open)
    assert prefill(outcome.answers, outcome.problems, "name") == "Jane"
    assert prefill(outcome.answers, outcome.problems, "email") == "jane@"
    assert prefill({}, {}, "name") == ""


def test_amount_and_currency_that_are_both_wrong_are_both_told() -> None:
    outcome = advance(FORM, {}, {"amount": "5m", "currency": "XYZ"})
    assert problems(outcome) == {"amount": "amount_unreadable", "currency": "currency_unknown"}


def test_a_currency_that_is_wrong_keeps_a_good_amount() -> None:
    outcome = advance(FORM, {}, {"amount": "1,234.50", "currency": "XYZ"})
    assert problems(outcome) == {"currency": "currency_unknown"}
    assert advance(FORM, outcome.answers, {"currency": "EUR"}).answers["minor"] == "123450"


def test_a_command_names_its_backend_by_any_name_and_leaves_it_out_of_the_description() -> None:
    form = form_for(INFO, LOCALITY, INFOS)
    for text in ("5 EUR lunch via other", "5 EUR lunch via OtherPay", "5 EUR via OTHER lunch"):
        outcome = understand(form, text)
        assert (outcome.answers["backend"], outcome.answers["description"]) == ("other", "lunch")


def test_a_choice_of_one_is_not_shown() -> None:
    assert "backend" not in [field.key for field in FORM.editable]
    assert "backend" in [field.key for field in form_for(INFO, LOCALITY, INFOS).editable]


def test_a_form_left_without_its_currency_takes_no_old_one() -> None:
    outcome = advance(FORM, advance(FORM, {}, ALL).answers, {**ALL, "currency": ""})
    assert "currency" in keys(outcome)


@pytest.mark.parametrize("bad", ["5m", "51 for lunch"])
def test_a_bad_amount_keeps_the_currency_that_was_known(bad: str) -> None:
    outcome = advance(FORM, advance(FORM, {}, ALL).answers, {"amount": bad})
    assert (keys(outcome), outcome.answers.get("currency")) == (["amount"], "EUR")
