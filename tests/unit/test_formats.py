"""An answer to "this can mean two amounts" shows how a person writes numbers; nothing else does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.amounts import spell
from bot.conversation.formats import format_shown_by
from bot.money import Money
from tests.unit.records import ALICE, BOB, FORM_IN_EUR, OFFER
from tests.unit.talking import Conversation, picks
from tests.unit.world import World

# The table of what is taken (in minor units) and what is asked, per number format that was confirmed.
TABLE = [
    ("49.90 EUR", "4990", "4990", "4990"),
    ("49,90 EUR", "4990", "4990", "4990"),
    ("1.234,56 EUR", "123456", "123456", "123456"),
    ("1,234 EUR", "123400", "123400", "asks"),
    ("1.234 EUR", "123400", "asks", "123400"),
    ("1,234 KWD", "asks", "1234000", "1234"),
    ("10,000 JPY", "10000", "10000", "asks"),
    ("10.5 JPY", "amount_decimals", "amount_decimals", "amount_decimals"),
    ("1.2345 USD", "amount_decimals", "amount_decimals", "amount_decimals"),
    ("$25", "currency_ambiguous", "currency_ambiguous", "currency_ambiguous"),
    ("25", None, None, None),
    ("20 EUR or 25 USD", "amount_several", "amount_several", "amount_several"),
]
TEACHING = {"en": "1,234.000 KWD", "de": "1.234 KWD"}  # the button that shows each


async def learnt(alice: Conversation) -> str | None:
    return await alice.world.read(lambda tx: tx.people.number_format(alice.person))


async def teach(alice: Conversation, number_format: str) -> None:
    await alice.begin("1,234 KWD")
    asked = picks(await alice.card())
    await alice.push(next(button for button in asked if button.label == TEACHING[number_format]))
    assert await learnt(alice) == number_format


async def understood(alice: Conversation, text: str) -> str | None:
    """The minor units that were taken, `asks`, the problem, or None where only the currency is open."""
    await alice.begin(text)
    key = next(iter(alice.problems.values()), None)
    return alice.draft.answers.get("minor") or ("asks" if key == "amount_ambiguous" else key)


@pytest.mark.parametrize(("text", "nothing", "en", "de"), TABLE)
async def test_the_next_amount_is_read_in_the_format_that_was_shown(
    alice: Conversation, text: str, nothing: str | None, en: str | None, de: str | None
) -> None:
    assert await understood(alice, text) == nothing
    for number_format, wanted in (("en", en), ("de", de)):
        await alice.world.write(lambda tx: tx.people.put_number_format(BOB, "fr"))
        await alice.world.write(lambda tx, known=number_format: tx.people.put_number_format(ALICE, known))  # type: ignore[misc]
        assert await understood(alice, text) == wanted


@pytest.mark.parametrize("number_format", ["en", "de"])
async def test_picking_a_reading_teaches_the_format(alice: Conversation, number_format: str) -> None:
    await teach(alice, number_format)


@pytest.mark.parametrize(("typed", "wanted"), [("1234", "en"), ("1234.000 KWD", "en"), ("01.234", "de")])
async def test_typing_a_reading_teaches_it_too(alice: Conversation, typed: str, wanted: str) -> None:
    await alice.begin("1,234 KWD")
    await alice.reply(f"{typed} KWD" if "KWD" not in typed else typed)
    assert (alice.problems, await learnt(alice)) == ({}, wanted)


@pytest.mark.parametrize(
    ("line", "typed", "minor"),
    [("10 100 EUR", "10100", "1010000"), ("1 234,56 EUR", "1234.56", "123456"), ("5 870", "EUR", None)],
)
async def test_spaces_between_digits_are_taught_by_whoever_says_that_they_are_meant(
    alice: Conversation, line: str, typed: str, minor: str | None
) -> None:
    await alice.begin(line)
    await alice.reply(typed)
    assert (alice.draft.answers.get("minor"), await learnt(alice)) == (minor, "fr" if minor else None)
    assert await understood(alice, "Facture 12 : 5 100 EUR") == ("510000" if minor else "asks")


@pytest.mark.parametrize("known", [None, "en", "de"])
async def test_the_last_digits_alone_teach_nothing_and_what_was_learnt_stays(
    alice: Conversation, known: str | None
) -> None:
    if known:
        await teach(alice, known)
    await alice.begin("Invoice 1 234,56 EUR")
    await alice.push(picks(await alice.card())[1])
    assert (alice.draft.answers["minor"], await learnt(alice)) == ("23456", known)


async def test_a_form_corrected_teaches_it_too(alice: Conversation) -> None:
    await alice.begin(desk={"view": "V1"})
    await alice.submit({"amount": "1,234", "currency": "KWD", "email": "", "description": ""})
    await alice.submit({"amount": "1234", "currency": "KWD", "email": "", "description": ""})
    assert await learnt(alice) == "en"


async def test_a_format_that_was_wrong_is_unlearnt_the_same_way(alice: Conversation) -> None:
    await teach(alice, "en")
    await alice.begin("1.234 EUR")
    (only,) = picks(await alice.card())
    await alice.push(only)
    assert await learnt(alice) == "de"


@pytest.mark.parametrize(
    "texts",
    [
        ("1,234.56 EUR",),
        ("1.234,56 EUR",),
        ("1,234 KWD", "77 KWD"),  # neither of what was asked
        ("1,234 KWD", "1234 EUR"),
        ("1,234 KWD", "1,234 KWD"),
        ("20 EUR or 25 USD", "20 EUR"),
        ("$1,234", "USD"),
        ("5m EUR", "1,234.50 EUR"),
    ],
)
async def test_nothing_else_teaches_it(alice: Conversation, texts: tuple[str, ...]) -> None:
    await alice.begin(texts[0])
    for text in texts[1:]:
        await alice.reply(text)
    assert await learnt(alice) is None


async def test_an_amount_in_an_odd_place_that_is_confirmed_teaches_nothing(world: World) -> None:
    """One reading was possible: taking it is no choice between two."""
    alice = Conversation(world, (replace(OFFER, form=FORM_IN_EUR),))
    await alice.begin("Invoice 1,234")
    assert alice.problems == {"amount": "amount_position"}
    await alice.push(picks(await alice.card())[0])
    assert (alice.draft.answers["minor"], await learnt(alice)) == ("123400", None)


async def test_what_one_person_has_shown_is_not_another_persons(alice: Conversation) -> None:
    await teach(alice, "en")
    bob = Conversation(alice.world, person=BOB)
    assert await learnt(bob) is None
    assert await understood(bob, "1,234 KWD") == "asks"


async def test_a_person_known_by_their_numbers_only_is_not_thereby_admitted(alice: Conversation) -> None:
    await teach(alice, "en")
    assert await alice.world.read(lambda tx: tx.people.standing(ALICE)) is None


@given(
    st.sampled_from(["1,234", "1.234", "12,345.678", "12.345,678"]), st.sampled_from(["KWD", "EUR", "JPY"])
)
def test_a_numeral_that_all_formats_read_alike_shows_none(numeral: str, currency: str) -> None:
    assert format_shown_by(spell(Money(12, currency)).replace(".", ""), Money(1, currency)) is None
    assert format_shown_by(numeral, Money(7, currency)) is None
