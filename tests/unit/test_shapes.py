"""Numbers out of a provider's JSON: exact, or none at all."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.backends._shapes import from_major, whole
from bot.money import Money, TooManyDecimals

NO_NUMBERS = [True, None, "", "12,50", " 1", "1e3", 1.5, [], {}]


@pytest.mark.parametrize("value", [*NO_NUMBERS, "1", Decimal(1)])
def test_a_whole_number_is_an_integer_and_nothing_that_is_like_one(value: Any) -> None:
    assert whole(7) == 7
    with pytest.raises(TypeError, match="not a whole number"):
        whole(value)


@pytest.mark.parametrize("value", [49, "49", "49.00", Decimal("49.0")])
def test_major_units_are_digits_with_or_without_a_fraction(value: Any) -> None:
    assert from_major(value, "EUR") == Money(4900, "EUR")


@pytest.mark.parametrize("value", [*NO_NUMBERS, -1, "-1", Decimal("-0.5")])
def test_what_is_no_amount_is_none(value: Any) -> None:
    with pytest.raises(TypeError, match="not an amount"):
        from_major(value, "EUR")


def test_a_fraction_that_the_currency_does_not_have_is_not_rounded() -> None:
    with pytest.raises(TooManyDecimals):
        from_major("0.001", "EUR")


@pytest.mark.parametrize("minor", [2**63, 10**30])
def test_an_amount_that_cannot_be_stored_is_none(minor: int) -> None:
    with pytest.raises(ValueError, match="amount"):
        from_major(minor, "JPY")
