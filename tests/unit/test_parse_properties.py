"""Whatever is typed: no crash, one outcome, and never another amount than the one that was written."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.amounts import LARGEST, spell
from bot.conversation.money_words import NAMES, SIGNS
from bot.conversation.parse import Understood, parse
from bot.money import EXPONENTS, Money
from tests.unit.records import FORMATS, written

CODES = sorted(EXPONENTS)
AMOUNTS = st.builds(Money, st.integers(min_value=1, max_value=LARGEST), st.sampled_from(CODES))
CONFIRMED = st.sampled_from([None, *FORMATS])
ACCOUNTS = st.sampled_from([None, "EUR", "JPY", "KWD"])
AROUND: list[Callable[[str, str], str]] = [
    lambda numeral, code: f"{numeral} {code}",
    lambda numeral, code: f"{code} {numeral}",
    lambda numeral, code: f"{numeral}{code}",
    lambda numeral, code: f"{code}{numeral}",
    lambda numeral, code: f"Invoice for {numeral} {code}, thanks",
]
NUMERIC = [
    "49.90",
    "1,234",
    "1.234",
    "25",
    "0",
    "-5",
    "5k",
    "1'000",
    "٢٥",
    "25€",
    "$25",
    "EUR25",
    "+5",
    "007",
    "3x",
    "x3",
]
AMOUNT_WORDS = [
    *NUMERIC,
    "or",
    "x",
    "times",
    "-",
    "million",
    "cents",
    "USD",
    "eur",
    "XYZ",
    "usdt",
    *SIGNS,
    *NAMES,
]
DETAIL_WORDS = [
    *(
        "jane@example.com",
        "a@",
        "<j@example.com>",
        "email:",
        "name:",
        "customer:",
        "Jane",
        "Doe,",
        '"Jane',
        'Doe"',
    ),
    *("+49", "171", "2345678", "(030)", "0171", "00", "tel:", "tel", "+1", "617-253-5000", "via", "checkout"),
    *(
        "until",
        "friday",
        "3d",
        "30m",
        "31.12.",
        "2026",
        "Dec",
        "17:00",
        "expires",
        "in",
        "valid",
        "03/04/2026",
    ),
    *("ref", "ref:", "#4711", "#", "Invoice", ",", ";", "via:", "until:", "chekout", "next", "CET"),
]
WORDS = st.sampled_from([*AMOUNT_WORDS, *DETAIL_WORDS])
PLACES = st.fixed_dictionaries(
    {
        "currency": ACCOUNTS,
        "confirmed": CONFIRMED,
        "region": st.sampled_from([None, "DE", "US"]),
        "now": st.sampled_from([None, datetime(2026, 6, 15, 12, tzinfo=UTC)]),
        "zone": st.sampled_from([UTC, ZoneInfo("Europe/Berlin")]),
        "backends": st.sampled_from([{}, {"checkout": "Checkout.com"}]),
    }
)


def readings_of(understood: Understood) -> set[Money]:
    asked = understood.question.readings if understood.question else ()
    return {*asked, *((understood.amount,) if understood.amount else ())}


@given(AMOUNTS, st.sampled_from(list(FORMATS)), st.sampled_from(AROUND), ACCOUNTS)
def test_an_amount_written_with_its_code_is_read_back_or_offered(
    money: Money, name: str, around: Callable[[str, str], str], account: str | None
) -> None:
    understood = parse(around(written(money, name), money.currency), currency=account)
    assert money in readings_of(understood)
    assert understood.amount in {money, None}


@given(AMOUNTS, st.sampled_from(list(FORMATS)), st.sampled_from(AROUND))
def test_in_the_confirmed_format_an_amount_with_its_code_is_taken(
    money: Money, name: str, around: Callable[[str, str], str]
) -> None:
    text = around(written(money, name), money.currency)
    assert parse(text, currency="EUR", confirmed=name).amount == money


@given(AMOUNTS, CONFIRMED, st.sampled_from(AROUND), ACCOUNTS)
def test_a_spelling_with_its_code_is_taken_whatever_is_confirmed(
    money: Money, confirmed: str | None, around: Callable[[str, str], str], account: str | None
) -> None:
    text = around(spell(money), money.currency)
    assert parse(text, currency=account, confirmed=confirmed).amount == money


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=8).map(" ".join)), PLACES)
def test_every_text_has_exactly_one_of_amount_question_and_error(text: str, place: dict[str, Any]) -> None:
    understood = parse(text, **place)
    outcomes = [understood.amount is not None, understood.question is not None, "amount" in understood.errors]
    assert outcomes.count(True) == 1


@given(st.lists(WORDS, max_size=8).map(" ".join), PLACES)
def test_a_detail_is_understood_or_wrong_and_what_is_wrong_is_kept(text: str, place: dict[str, Any]) -> None:
    understood = parse(text, **place)
    for field, error in understood.errors.items():
        assert getattr(understood, field) is None
        assert error == "required" or understood.typed[field]


@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=6), PLACES)
def test_no_word_that_means_nothing_to_us_is_lost(
    before: list[str], after: list[str], place: dict[str, Any]
) -> None:
    understood = parse(" ".join([*before, "xyzzy", *after]), **place)
    kept = (understood.description, understood.name, understood.reference, *understood.typed.values())
    assert any("xyzzy" in text for text in kept if text)


@given(st.lists(WORDS, max_size=6).map(" ".join), PLACES)
def test_an_amount_that_is_taken_can_be_charged(text: str, place: dict[str, Any]) -> None:
    for money in readings_of(parse(text, **place)):
        assert 0 < money.minor <= LARGEST


@given(
    AMOUNTS,
    CONFIRMED,
    ACCOUNTS,
    st.sampled_from(["3x", "3X", "x3", "3\N{MULTIPLICATION SIGN}", "3 x", "3*", "3 times"]),
)
def test_an_amount_that_may_be_multiplied_is_never_taken_in_silence(
    money: Money, confirmed: str | None, account: str | None, many: str
) -> None:
    for text in (
        f"{many} {spell(money)} {money.currency} lamp",
        f"lamp {many} {spell(money)} {money.currency}",
    ):
        understood = parse(text, currency=account, confirmed=confirmed)
        assert understood.amount is None
        assert money in readings_of(understood)


@given(st.sampled_from(CODES), st.sampled_from(CODES), ACCOUNTS)
def test_two_different_codes_are_never_settled_in_silence(one: str, two: str, account: str | None) -> None:
    taken = parse(f"{one} 25 {two}", currency=account).amount
    assert taken is None or one == two == taken.currency


TORN = st.tuples(
    AMOUNTS,
    st.sampled_from(list(FORMATS)),
    st.sampled_from(AROUND[:4]),
    st.sampled_from([" ", "  ", " \N{NO-BREAK SPACE}"]),
)


@given(TORN, ACCOUNTS, st.booleans(), st.data())
def test_a_stray_space_in_a_numeral_never_changes_the_amount_in_silence(
    torn: tuple[Money, str, Callable[[str, str], str], str],
    account: str | None,
    confirmed: bool,  # noqa: FBT001
    data: st.DataObject,
) -> None:
    money, name, around, gap = torn
    text = around(written(money, name), money.currency)
    digits = [at for at, character in enumerate(text) if character.isdigit()]
    at = data.draw(st.integers(digits[0], digits[-1]))
    for line in (f"{text[:at]}{gap}{text[at:]}", f"{text[:at]}{gap}{text[at:]} lamp"):
        assert parse(line, currency=account, confirmed=name if confirmed else None).amount in {money, None}


@given(
    AMOUNTS,
    st.sampled_from([*",;:./+-=&|(*_~'\"\N{HORIZONTAL ELLIPSIS}\N{RIGHT SINGLE QUOTATION MARK}"]),
    st.sampled_from(["lamp", "VAT", "2", ""]),
    ACCOUNTS,
)
def test_what_is_glued_to_a_currency_never_makes_it_the_accounts(
    money: Money, mark: str, word: str, account: str | None
) -> None:
    for text in (
        f"{money}{mark}{word}",
        f"{money.major} {mark}{money.currency}",
        f"{money}{mark}{word} lamp",
    ):
        assert parse(text, currency=account).amount in {money, None}
