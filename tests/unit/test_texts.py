"""How amounts and moments are written."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.backends._checkout_tables import FIELDS as CHECKOUT_FIELDS
from adapters.backends._costplus_tables import REASONS
from adapters.backends._eximpe_tables import FIELDS
from adapters.backends._yabetoo_tables import FIELDS as YABETOO_FIELDS
from adapters.chat.telegram.cards import card_html, note, prompt_html, reply_html
from bot.money import Money
from bot.ports.chat import Card, Prompt, Reply, Tone
from bot.settings_table import FORMS
from bot.texts import LANGUAGES, Texts, words_of
from bot.texts.en import WORDS as EN
from tests.unit.records import ALICE

ADAPTERS = Path(__file__).parents[2] / "adapters/backends"
OUR_CODES = sorted(
    {
        code
        for module in ADAPTERS.glob("*.py")
        for code in re.findall(r'BackendRejected\(\("([a-z_]+)",\)', module.read_text())
    }
)

COSTPLUS = Path(__file__).parents[1] / "recordings" / "costplus" / "errors"
NOON = datetime(2026, 11, 28, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [
        ("UTC", "Sat 28 Nov 2026, 09:15 UTC"),
        ("Europe/Berlin", "Sat 28 Nov 2026, 10:15 CET"),
        ("Asia/Kolkata", "Sat 28 Nov 2026, 14:45 IST"),
    ],
)
def test_a_moment_is_always_written_with_its_time_zone(zone: str, wanted: str) -> None:
    assert Texts("en").moment(NOON, ZoneInfo(zone)) == wanted


@pytest.mark.parametrize(
    ("amount", "wanted"),
    [
        (Money(123450, "EUR"), "1,234.50 EUR"),
        (Money(1234, "KWD"), "1.234 KWD"),
        (Money(10000, "JPY"), "10,000 JPY"),
    ],
)
def test_an_amount_is_written_with_isos_decimals_and_its_code(amount: Money, wanted: str) -> None:
    assert Texts("en").money(amount) == wanted


def test_french_writes_figures_and_moments_its_own_way_and_parts_no_mark_from_its_word() -> None:
    french = Texts("fr")
    assert french.money(Money(123450, "EUR")) == "1\N{NARROW NO-BREAK SPACE}234,50 EUR"
    assert french.moment(NOON, ZoneInfo("Africa/Brazzaville")) == "sam. 28 nov. 2026, 10:15 WAT"
    assert french("link.paid", kept="49,90 EUR") == "Payé\N{NO-BREAK SPACE}: 49,90 EUR"
    parted = re.compile(" [?!:;]")
    assert [key for key, text in words_of("fr").items() if parted.search(text)] == []


@pytest.mark.parametrize(("language", "colon"), [("en", ":"), ("fr", "\N{NO-BREAK SPACE}:")])
def test_the_colon_between_a_label_and_its_value_is_its_languages(language: str, colon: str) -> None:
    texts = Texts(language)
    label, called = texts("row.amount"), f"{ALICE.name}</a>{colon} "
    card = Card("PL1", 0, "", Tone.NEUTRAL, rows=((label, "49.90 EUR"),))
    assert f"{label}{colon} 49.90 EUR" in card_html(card, texts)
    assert called in reply_html(Reply("OK", Tone.GOOD, loud=True, mention=ALICE), texts)
    assert called in prompt_html(Prompt("OK", "", ALICE), texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_setting_takes_each_language_that_there_is(language: str) -> None:
    is_good, must_be = FORMS["LANGUAGE"]
    assert is_good(language)
    assert language in must_be


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [key for key in EN if key.startswith(("sure.", "refused.", "wrong."))])
def test_what_a_press_is_answered_with_is_told_to_its_end_in_telegram(key: str, language: str) -> None:
    """Only 200 characters are shown; a question ends with until when money can come."""
    moment = "Wed 30 Sep 2026, 08:54 +1245"
    values = {"until": moment, "earlier": moment, "customer": "j…@a-rather-long-name.example.com"}
    told = Texts(language)(key, backend="Checkout.com", **values)
    assert note(told) == told


def test_a_backends_codes_are_worded_where_we_have_words_and_else_shown_as_they_came() -> None:
    worded = "in this currency the amount's last digit must be 0"
    assert Texts("en").codes("zip_invalid, amount_last_digit_not_0") == f"zip_invalid, {worded}"
    assert Texts("en").codes("") == ""


@pytest.mark.parametrize("field", [*CHECKOUT_FIELDS, "unit_amount_atom", "name"])
@pytest.mark.parametrize("what", ["invalid", "required"])
def test_a_field_that_is_refused_by_the_common_rule_is_named_in_words(field: str, what: str) -> None:
    """https://www.checkout.com/docs/resources/codes/error-codes: `country_required`, `country_invalid`."""
    said = Texts("en").codes(f"{field}_{what}")
    assert said.endswith(" is missing or not accepted")
    assert "_" not in said


@pytest.mark.parametrize(
    "code", ["processing_channel_id_required", "processing_channel_id_invalid", "product_id_invalid"]
)
def test_what_only_the_operator_can_mend_is_said_to_be_the_operators(code: str) -> None:
    assert "operator" in Texts("en").codes(code)


@pytest.mark.parametrize("status", ["400", "422"])
def test_a_refusal_without_a_reason_is_said_to_have_none_and_who_knows_more(status: str) -> None:
    assert Texts("en").codes(f"http_{status}") == "it does not say why, please ask the operator"


def test_what_two_codes_say_alike_is_said_once() -> None:
    said = Texts("en").codes("phone_number_invalid, country_phone_code_invalid")
    assert said == "the customer's telephone number is missing or not accepted"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", ["price_id", "description", "quantity"])
def test_a_field_within_a_refused_list_is_named_in_the_same_words_as_by_itself(
    field: str, language: str
) -> None:
    texts = Texts(language)
    said = texts.codes(f"line_items[0].{field}_invalid")
    assert said == texts.codes(f"{field}_invalid")
    assert "_" not in said


@pytest.mark.parametrize("code", OUR_CODES)
def test_every_code_of_ours_has_words(code: str) -> None:
    assert f"code.{code}" in EN


@pytest.mark.parametrize("path", [*FIELDS, *YABETOO_FIELDS])
def test_a_field_that_is_refused_by_its_path_is_named_in_words(path: str) -> None:
    said = Texts("en").codes(path)
    assert said.endswith(" is missing or not accepted")
    assert not {*"._"} & set(said)


@pytest.mark.parametrize("refusal", ["customer-phone-numbers", "expiration-period", "as-text", "amount"])
def test_a_refusal_of_costplus_is_told_in_words(refusal: str) -> None:
    last = json.loads((COSTPLUS / f"{refusal}.expected.json").read_text())["codes"][-1]
    assert " " in Texts("en").codes(last)


@pytest.mark.parametrize("reason", REASONS.values())
def test_why_an_attempt_failed_at_costplus_is_told_in_words(reason: str) -> None:
    assert " " in Texts("en").codes(reason)


def test_refused_fields_are_told_together_and_one_that_nobody_is_asked_for_as_it_came() -> None:
    state, name = (
        f"{what} is missing or not accepted" for what in ("the customer's state", "what it is for")
    )
    told = Texts("en").codes("buyer.address.state, product.name, invoice.date")
    assert told == f"{state}, {name}, invoice.date"


def test_a_code_of_ours_says_its_amounts_and_one_without_them_is_shown_as_it_came() -> None:
    told = Texts("en").codes("price_differs:123450 EUR:4990 EUR, price_differs, strange:1 EUR")
    worded = "the price comes to 1,234.50 EUR, and 49.90 EUR was confirmed"
    assert told == f"{worded}, price_differs, strange:1 EUR"
