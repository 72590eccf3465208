"""What a command says of how a link is to be used, and words that only look like it."""

import pytest

from bot.conversation.parse import Understood, parse

KEYS = ("kind", "uses", "price", "quantity", "suggested", "trial_days", "coupon")


def extras_of(text: str) -> tuple[dict[str, str], str | None]:
    understood = parse(text)
    assert outcomes(understood) == [True, False, False], text
    found = {key: value for key in KEYS if (value := getattr(understood, key)) is not None}
    return found, understood.description


def outcomes(understood: Understood) -> list[bool]:
    return [understood.amount is not None, understood.question is not None, bool(understood.errors)]


@pytest.mark.parametrize(
    ("text", "found", "description"),
    [
        ("49.90 EUR 20 uses", {"uses": "20"}, None),
        ("20 uses 49.90 EUR lunch", {"uses": "20"}, "lunch"),
        ("49.90 EUR uses 20", {"uses": "20"}, None),
        ("49.90 EUR uses:20 lunch", {"uses": "20"}, "lunch"),
        ("49.90 EUR quantity 2 uses 20", {"uses": "20"}, "quantity 2"),
        ("49.90 EUR qty: 2 uses 20", {"quantity": "2", "uses": "20"}, None),
        ("49.90 EUR 1 use", {"uses": "1"}, None),
        ("49.90 EUR unlimited uses", {"uses": "unlimited"}, None),
        ("49.90 EUR uses: unlimited", {"uses": "unlimited"}, None),
        ("49.90 EUR any uses", {"uses": "unlimited"}, None),
        ("49.90 EUR Invoice 12 uses: 20", {"uses": "20"}, "Invoice 12"),
        ("49.90 EUR UNLIMITED USES", {"uses": "unlimited"}, None),
        ("49.90 EUR Uses Unlimited", {"uses": "unlimited"}, None),
        ("49 EUR kind: subscription price: price_9", {"kind": "subscription", "price": "price_9"}, None),
        ("49 EUR kind payment lunch", {"kind": "payment"}, "lunch"),
        ("49 EUR Kind: Payment lunch", {"kind": "payment"}, "lunch"),
        ("49 EUR qty: 2 12 lamps", {"quantity": "2"}, "12 lamps"),
        ("150 EUR price price_9 quantity: 3", {"price": "price_9", "quantity": "3"}, None),
        ("150 EUR price: price_bag_00eur", {"price": "price_bag_00eur"}, None),
        ("150 EUR price: price_eur_9", {"price": "price_eur_9"}, None),
        ("150 EUR price:P9X qty:3 lamps", {"price": "P9X", "quantity": "3"}, "lamps"),
        ("49 EUR trial: 14 coupon: SUMMER", {"trial_days": "14", "coupon": "SUMMER"}, None),
        ("10-50 EUR suggested: 10;20;50 tip", {"suggested": "10;20;50"}, "tip"),
        ("10-50 EUR suggested: 10; 20; 50 tip", {"suggested": "10; 20; 50"}, "tip"),
        ("10-50 EUR suggested: 10, 20, 50 tip", {"suggested": "10, 20, 50"}, "tip"),
        ("10-50 EUR suggested: 10 20 50, tip", {"suggested": "10 20 50"}, "tip"),
        ("suggested: 10, 20, 10-50 EUR tip", {"suggested": "10, 20"}, "tip"),
        ("suggested: 10, 20 50 EUR", {"suggested": "10, 20"}, None),
        ("49 EUR trial: 14 days gym", {"trial_days": "14 days"}, "gym"),
        ("49 EUR trial: 2 weeks", {"trial_days": "2 weeks"}, None),
        ("49 EUR coupon: SUMMER days out", {"coupon": "SUMMER"}, "days out"),
    ],
)
def test_what_is_wished_for_is_taken_out_of_the_text(
    text: str, found: dict[str, str], description: str | None
) -> None:
    assert extras_of(text) == (found, description)


@pytest.mark.parametrize(
    "description",
    [
        *("Uses of power", "many uses", "subscription March", "kind regards", "setup of the stage"),
        *("price of lunch", "price list 2026", "quantity 3", "trial 14", "coupon SUMMER", "suggested 10"),
    ],
)
def test_words_that_people_use_otherwise_stay_description(description: str) -> None:
    assert extras_of(f"49.90 EUR {description}") == ({}, description)


@pytest.mark.parametrize("text", ["uses 20 EUR", "price 20 EUR", "price: 20 EUR", "price: EUR20"])
def test_an_amount_is_no_number_of_uses_and_no_price(text: str) -> None:
    assert extras_of(text)[0] == {}
    assert parse(text).amount is not None


@pytest.mark.parametrize(
    ("text", "field", "key"),
    [
        ("5 EUR 20 uses 30 uses", "uses", "value_several"),
        ("5 EUR 1000001 uses", "uses", "uses_too_many"),
        ("5 EUR kind: setup kind: payment", "kind", "value_several"),
        ("5 EUR price: price_1 price: price_2", "price", "value_several"),
        ("5 EUR coupon: A1 coupon: B2", "coupon", "value_several"),
    ],
)
def test_two_that_differ_are_not_guessed(text: str, field: str, key: str) -> None:
    understood = parse(text)
    assert (understood.errors, getattr(understood, field)) == ({field: key}, None)
    assert understood.typed[field]


@pytest.mark.parametrize("text", ["kind: setup", "kind: setup Invoice 12", "kind:setup jane@example.com"])
def test_saving_a_means_of_payment_has_neither_amount_nor_question_nor_error(text: str) -> None:
    understood = parse(text, currency="EUR")
    assert (understood.kind, outcomes(understood)) == ("setup", [False, False, False])


def test_saving_a_means_of_payment_may_name_its_currency() -> None:
    assert (parse("kind: setup EUR").currency, parse("kind: setup EUR").description) == ("EUR", None)


@pytest.mark.parametrize("text", ["kind: setup 49 EUR", "kind: setup 10-50 EUR"])
def test_saving_a_means_of_payment_takes_no_amount(text: str) -> None:
    assert parse(text).errors == {"amount": "setup_amount"}
