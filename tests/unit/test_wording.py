"""Every problem has words that name the way out, and every text is wanted by somebody."""

import re
import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.engine import Open, advance, understand
from bot.conversation.form import form_for
from bot.conversation.wording import answer_in, explain, prompt
from bot.ports.expectation import LinkKind
from bot.ports.model import Problem
from bot.texts import LANGUAGES, Texts, words_of
from bot.texts.en import WORDS as EN
from tests.fakes import INFO
from tests.unit.talking import ASKED, INFOS, LOCALITY

AT_HOME = replace(LOCALITY, currency="EUR", region=None)
BAHRAIN = frozenset({"BHD"})
STRICT = replace(INFO, takes=frozenset({"goods", "quantity"}), in_tens=BAHRAIN)
FORM = form_for(STRICT, AT_HOME, INFOS | {"fakepay": STRICT})
MANY = replace(
    INFO,
    kinds=frozenset({LinkKind.PAYMENT, LinkKind.SUBSCRIPTION}),
    ranges=True,
    most_uses=20,
    takes=frozenset({"price", "suggested", "trial_days"}),
)
WHOLE_FORM = form_for(MANY, AT_HOME, INFOS)  # of an account that can more
ROOT = Path(__file__).parents[2]
SOURCE = "\n".join(
    path.read_text()
    for package in ("bot", "adapters")
    for path in sorted((ROOT / package).rglob("*.py"))
    if path.parent.name != "texts" or path.name == "__init__.py"
)
TEXTS = Texts("en")
GAPS = re.compile(r"[{}]|  |: \.|: ,|Type \.|like \.|\(\)|^ | $")

PROBLEMS = [  # field, what was answered, the problem, what its words must hold
    ("amount", {"amount": ""}, "required", ["fill this in"]),
    ("amount", {"amount": "5m"}, "amount_unreadable", ["49.90"]),
    ("amount", {"amount": "1,234 KWD"}, "amount_ambiguous", ["1,234.000 KWD", "1.234 KWD", "01.234", "1234"]),
    ("amount", {"amount": "1.234 BHD"}, "amount_ambiguous", ["Is 1,234.000 BHD meant?", "1234"]),
    ("amount", {"amount": "1 234,56 EUR"}, "amount_ambiguous", ["1234.56 for the first", "234.56 for the"]),
    ("amount", {"amount": "1 234,567 KWD"}, "amount_several", ["1,234.567", "234.567", "234,567.000 KWD"]),
    ("amount", {"amount": "20 EUR or 25 USD"}, "amount_several", ["20.00 EUR", "25.00 USD"]),
    ("amount", {"amount": "11 JPY please"}, "amount_unreadable", ["like 499 or 1,234,"]),
    ("amount", {"amount": "11 KWD please"}, "amount_unreadable", ["like 49.90 or 1,234.500,"]),
    ("amount", {"amount": "5m", "currency": "JPY"}, "amount_unreadable", ["like 499 or 1,234,"]),
    ("amount", {"amount": "10.5 JPY"}, "amount_decimals", ["JPY has no decimals.", "like 499."]),
    ("amount", {"amount": "1.2345 USD"}, "amount_decimals", ["2 decimals", "like 49.90."]),
    ("amount", {"amount": "049.901 BHD"}, "amount_in_tens", ["FakePay", "BHD", "is 0"]),
    ("amount", {"amount": "0 EUR"}, "amount_zero", ["more than zero"]),
    ("amount", {"amount": "-5 EUR"}, "amount_negative", ["minus"]),
    ("amount", {"amount": "9999999999999 EUR"}, "amount_too_large", ["too large"]),
    ("amount", {"amount": "5 EUR", "currency": "USD"}, "currency_conflict", ["EUR", "USD"]),
    ("currency", {"amount": "5", "currency": "XYZ"}, "currency_unknown", ["three letters"]),
    ("currency", {"amount": "5", "currency": "dollar"}, "currency_ambiguous", ["dollar", "USD", "CAD"]),
    ("currency", {"amount": "5 CLP"}, "currency_not_offered", ["FakePay", "CLP"]),
    ("email", {"email": "jane@"}, "email_invalid", ["jane@example.com"]),
    ("country", {"country": "XX"}, "country_unknown", ["two letters"]),
    ("description", {"description": "x" * 101}, "too_long", ["100", "101"]),
    ("phone", {"phone": "12"}, "phone_invalid", ["+49"]),
    ("expires", {"expires": "soon"}, "expires_unreadable", ["3d"]),
    ("expires", {"expires": "yesterday"}, "expires_past", ["over already"]),
    ("expires", {"expires": "2020-01-01"}, "expires_past", ["2026-12-31"]),
    ("expires", {"expires": "10/11/12"}, "expires_ambiguous", ["2026-12-31"]),
    ("expires", {"expires": "61d"}, "expires_too_far", ["FakePay", "60 days"]),
    ("goods", {"goods": "cheese"}, "choice_unknown", ["Service", "Physical goods"]),
    ("backend", {"backend": "stripe"}, "backend_unknown", ["FakePay", "OtherPay"]),
]
WHOLE = [  # the same, of an account that can more
    ({"amount": "1,234-5,678 KWD"}, "amount", "range_ambiguous", ["1,234.000 KWD", "1.234 KWD", "like"]),
    ({"amount": "50-10 EUR"}, "amount", "range_order", ["smaller", "10-50"]),
    ({"amount": "10-50 EUR", "price": "price_9"}, "amount", "range_of_price", ["exact", "one amount"]),
    ({"kind": "setup"}, "kind", "kind_not_offered", ["FakePay", "setup"]),
    ({"uses": "21"}, "uses", "uses_too_many", ["FakePay", "21"]),
    ({"uses": "twenty"}, "uses", "count_unreadable", ["20"]),
    ({"trial_days": "731"}, "trial_days", "count_too_large", ["730"]),
    ({"kind": "subscription", "price": ""}, "price", "price_needed", ["recurring price"]),
    ({"amount": "49 EUR", "suggested": "10;20"}, "suggested", "suggested_without_range", ["10-50"]),
    ({"amount": "10-50 EUR", "suggested": "10;60"}, "suggested", "suggested_outside", ["within"]),
    ({"amount": "10-50 EUR", "suggested": "10;x"}, "suggested", "suggested_unclear", ["10.00; 20.00"]),
]
COMMANDS = [  # a problem that only a whole line can have
    ("Invoice 12", "amount", "amount_position", ["12.00 EUR"]),
    ("5 EUR a@example.com b@example.com", "email", "email_several", ["just one"]),
    ("5 EUR +49 171 2345678 tel +49 171 2345679", "phone", "phone_several", ["just one"]),
    ("5 EUR via fakepay via other", "backend", "backend_several", ["just one"]),
    ("25 EUR name: Jane, name: Joe", "name", "name_several", ["just one"]),
    ("25 EUR ref A1 ref A2", "reference", "reference_several", ["A1", "A2"]),
    (f"25 EUR ref:{'1' * 51}", "reference", "reference_too_long", ["50"]),
    ("5 EUR until friday until 3d", "expires", "expires_several", ["just one"]),
    ("5 EUR quantity: 2 quantity: 3", "quantity", "value_several", ["2, 3", "just one"]),
    ("5 EUR kind: setup", "amount", "setup_amount", ["Leave the amount out"]),
    ("10-50 EUR", "amount", "range_not_offered", ["FakePay", "one amount"]),
]
BY_BACKENDS = {"rejected"}
VARIANTS = {"amount_whole", "amount_meant", "wish_unheard"}  # of another problem
BY_CHOOSING = {"wish_not_offered"}  # tests/unit/test_choosing_kinds.py


# Keys that the code puts together: `f"reply.{key}_because"`, `f"needs_{missing}"`.
TEMPLATES = re.findall(r'f"([a-z]+[a-z_.]*\{[^}"]*\}[a-z_.]*)"', SOURCE)
MADE = [
    re.compile(re.sub(r"\\{.*\\}", r"([A-Za-z_.0-9]+)", re.escape(template))) for template in set(TEMPLATES)
]
MADE.append(re.compile("([a-z_.0-9]+)_(?:required|invalid)"))  # of a field that a provider names


def is_made(key: str) -> bool:
    """Is it in the source as it is, or put together of what is?"""
    if f'"{key}"' in SOURCE or key.isdecimal():  # a status of HTTP
        return True
    return any(is_made(match[1]) for template in MADE if (match := template.fullmatch(key)))


def fill(key: str) -> str:
    names = [name for _, name, _, _ in string.Formatter().parse(EN[key]) if name is not None]
    return TEXTS(key, **dict.fromkeys(names, "VALUE"))


@pytest.mark.parametrize(("field", "typed", "key", "wanted"), PROBLEMS)
def test_a_problem_is_explained_with_the_way_out(
    field: str, typed: dict[str, str], key: str, wanted: list[str]
) -> None:
    outcome = advance(FORM, {}, typed, ASKED)
    assert isinstance(outcome, Open)
    assert outcome.problems[field].key == key
    words = explain(TEXTS, FORM, FORM.field(field), outcome.problems[field])
    assert not [part for part in wanted if part not in words], words


@pytest.mark.parametrize(("typed", "field", "key", "wanted"), WHOLE)
def test_a_problem_of_what_a_link_expects_is_explained_with_the_way_out(
    typed: dict[str, str], field: str, key: str, wanted: list[str]
) -> None:
    outcome = advance(WHOLE_FORM, {}, typed, ASKED)
    assert isinstance(outcome, Open)
    assert outcome.problems[field].key == key
    words = explain(TEXTS, WHOLE_FORM, WHOLE_FORM.field(field), outcome.problems[field])
    assert not [part for part in wanted if part not in words], words


@pytest.mark.parametrize(("text", "field", "key", "wanted"), COMMANDS)
def test_a_problem_of_a_whole_line_is_explained_with_the_way_out(
    text: str, field: str, key: str, wanted: list[str]
) -> None:
    outcome = understand(FORM, text, ASKED)
    assert isinstance(outcome, Open)
    assert outcome.problems[field].key == key
    words = explain(TEXTS, FORM, FORM.field(field), outcome.problems[field])
    assert not [part for part in wanted if part not in words], words


@pytest.mark.parametrize("key", ["email_several", "phone_several", "name_several"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_was_typed_of_a_customer_is_not_repeated_where_others_may_read_it(
    key: str, language: str
) -> None:
    field = key.partition("_")[0]
    assert "Jane" not in explain(Texts(language), FORM, FORM.field(field), Problem(key, "Jane, Joe"))


@pytest.mark.parametrize(
    ("language", "key", "typed", "wanted"),
    [
        ("en", "email", "skip", ""),
        ("en", "email", " SKIP ", ""),
        ("fr", "description", "Passer", ""),
        ("en", "amount", "skip", "skip"),
        ("en", "email", "skip@example.com", "skip@example.com"),
        ("en", "description", "skip lorry", "skip lorry"),
    ],
)
def test_what_a_button_says_can_be_typed_where_the_button_is(
    language: str, key: str, typed: str, wanted: str
) -> None:
    assert answer_in(Texts(language), FORM.field(key), {}, typed) == wanted


def test_every_problem_that_has_words_can_happen() -> None:
    worded = {key.removeprefix("problem.") for key in EN if key.startswith("problem.")}
    happen = {key for _, _, key, _ in PROBLEMS + COMMANDS} | {key for _, _, key, _ in WHOLE}
    assert worded == happen | BY_BACKENDS | BY_CHOOSING | VARIANTS


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("key", ["amount_unreadable", "amount_decimals"])
def test_an_amount_that_is_given_as_an_example_is_taken(language: str, currency: str, key: str) -> None:
    said = explain(Texts(language), FORM, FORM.field("amount"), Problem(key, "5m", currency=currency))
    examples = re.findall(r"(?<![^ ])[0-9][0-9.,]*[0-9](?=[,. ])", said)
    assert len(examples) == (2 if key == "amount_unreadable" else 1)
    for numeral in examples:
        assert isinstance(advance(FORM, {}, {"amount": f"{numeral} {currency}"}, ASKED).answers["minor"], str)


def test_how_to_type_each_of_two_readings_is_said_of_each() -> None:
    outcome = advance(FORM, {}, {"amount": "1.234 KWD"}, ASKED)
    said = explain(TEXTS, FORM, FORM.field("amount"), outcome.problems["amount"])
    assert said == (
        "This can mean 1.234 KWD or 1,234.000 KWD. Type 01.234 for the first, 1234.000 for the second."
    )


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("$49", "can be USD, CAD, AUD, NZD or another. Type"),
        ("kr 49", "can be SEK, NOK, DKK, ISK. Type"),
        ("¥49", "can be JPY, CNY. Type"),
    ],
)
def test_that_a_sign_can_be_yet_another_currency_is_said(typed: str, wanted: str) -> None:
    form = replace(FORM, locality=LOCALITY)
    outcome = advance(form, {}, {"amount": typed}, ASKED)
    assert wanted in explain(TEXTS, form, form.field("currency"), outcome.problems["currency"])


def test_the_only_reading_is_asked_about_as_one() -> None:
    """It goes against the format that this person has confirmed."""
    outcome = advance(FORM, {}, {"amount": "1,234 EUR"}, replace(ASKED, confirmed="de"))
    said = explain(TEXTS, FORM, FORM.field("amount"), outcome.problems["amount"])
    assert said == "Is 1,234.00 EUR meant? Then type 1234.00."


@pytest.mark.parametrize("text", ["20 or 25", "20 EUR or 25 USD", "lunch 12 for 25", "1,234 KWD", "$25"])
@pytest.mark.parametrize("currency", [None, "EUR"])
def test_an_explanation_has_no_gaps(text: str, currency: str | None) -> None:
    form = replace(FORM, locality=replace(FORM.locality, currency=currency))
    outcome = understand(form, text, ASKED)
    assert isinstance(outcome, Open)
    for field, problem in outcome.problems.items():
        words = explain(TEXTS, form, form.field(field), problem)
        assert not GAPS.search(words), words


@pytest.mark.parametrize("text", ["49,90€ 10,5 JPY", "$20 or $25"])
def test_amounts_that_cannot_all_be_named_are_repeated_as_they_were_typed(text: str) -> None:
    problem = understand(replace(FORM, locality=LOCALITY), text, ASKED).problems["amount"]
    said = explain(TEXTS, FORM, FORM.field("amount"), problem)
    assert said == f"I see more than one amount: {text}. Type just one."


@given(st.dictionaries(st.sampled_from([field.key for field in FORM.fields]), st.text(max_size=30)))
def test_every_problem_that_anything_typed_can_cause_has_words(typed: dict[str, str]) -> None:
    outcome = advance(FORM, {}, typed, ASKED)
    for field, problem in (outcome.problems if isinstance(outcome, Open) else {}).items():
        assert explain(TEXTS, FORM, FORM.field(field), problem)


def test_what_was_typed_is_never_taken_for_a_placeholder() -> None:
    problem = Problem("currency_ambiguous", "{backend}{oops}")
    assert "{backend}{oops}" in explain(TEXTS, FORM, FORM.field("currency"), problem)


def test_every_text_is_used_somewhere() -> None:
    assert not [key for key in EN if not is_made(key)]


def test_every_text_that_is_asked_for_exists() -> None:
    asked_for = set(re.findall(r"texts\(\"([a-z_.]+)\"", SOURCE))
    assert asked_for
    assert not asked_for - EN.keys()


def test_every_text_can_be_filled() -> None:
    filled = {key: fill(key) for key in EN if not key.endswith(".hint")}
    assert not {key: text for key, text in filled.items() if not text or GAPS.search(text)}


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    table = words_of(language)
    assert table.keys() == EN.keys()
    for key, text in table.items():
        assert gaps(text) == gaps(EN[key]), key


def test_an_unknown_language_speaks_english_and_an_unknown_key_is_a_mistake() -> None:
    assert Texts("xx")("button.cancel") == EN["button.cancel"]
    with pytest.raises(KeyError):
        Texts("en")("no.such.key")


@pytest.mark.parametrize(
    ("home", "taken", "amount", "currency"),
    [
        (None, {"INR"}, "49.90 INR", "INR"),
        ("EUR", {"INR"}, "49.90 INR", "INR"),
        ("XAF", {"XAF", "EUR"}, "499 XAF", "XAF"),
        (None, {"XAF", "EUR"}, "49.90 EUR", "EUR"),
        (None, {"KWD", "XAF"}, "49.900 KWD", "KWD"),
    ],
)
def test_examples_are_in_a_currency_that_the_account_takes(
    home: str | None, taken: set[str], amount: str, currency: str
) -> None:
    """Whoever types the example is not told that it is not taken."""
    form = form_for(replace(INFO, currencies=frozenset(taken)), replace(AT_HOME, currency=home), INFOS)
    assert prompt(TEXTS, form, form.field("amount")) == f"How much? For example {amount}"
    assert prompt(TEXTS, form, form.field("currency")).endswith(f" For example {currency}")
    assert prompt(TEXTS, form, form.field("email")) == TEXTS("field.email.prompt")
    for key in ("currency_unknown", "currency_not_offered"):
        said = explain(TEXTS, form, form.field("currency"), Problem(key, "CLP", currency="CLP"))
        assert f" {currency}." in said
