"""Numbers out of a provider's JSON: exact, or none at all."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.backends._shapes import address, from_major, times, whole
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


@pytest.mark.parametrize("count", [0, 1, 100_000])
def test_a_count_is_a_whole_number(count: int) -> None:
    assert times(count) == count


@pytest.mark.parametrize("count", [-1, 100_001, 10**12, 2**64])
def test_a_count_that_nobody_can_mean_is_none(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        times(count)


@pytest.mark.parametrize(
    "url",
    [
        "https://pay.example.com/pl_1?a=b#c",
        "http://127.0.0.1:9000/checkout/pay/pl_1",
        "https://m\u00fcnchen.example/<!channel>|Create",
    ],
)
def test_an_address_is_one_of_the_web(url: str) -> None:
    assert address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,hello",
        "file:///etc/passwd",
        "ftp://pay.example.com/",
        "HTTPS://pay.example.com/",
        "//pay.example.com/pl_1",
        "/pl_1",
        "https://",
        "https://[::1",
        "https://pay.example.com:99999/",
        "https://pay.example.com:0/",
        "https://pay.example.com@evil.example/",
        "https://evil.example\\@pay.example.com/",
        "https://pay.example.com/a b",
        "https://pay.example.com/\r\nSet-Cookie: a=b",
        "https://pay.example.com/\0",
        "https://pay.example.com/\u202egnp",
        "https://pay.example.com/" + "a" * 2000,
    ],
)
def test_an_address_that_nobody_can_be_sent_to_is_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|URL|Port"):
        address(url)
