"""What was paid with, as people call it, whatever a backend calls it."""

import pytest

from adapters.backends._checkout_tables import METHODS
from bot.delivery import cards, replies
from bot.delivery.methods import method_of, methods_of
from bot.ports.model import Closed
from bot.texts import Texts
from tests.unit.headlines import CLOSED_AS, MADE, PUBLIC, payment
from tests.unit.records import link

PARAMS = {"amount": "4990 EUR", "paid": "4990 EUR"}


@pytest.mark.parametrize(
    ("told", "english", "french"),
    [
        ("credit-card", "card", "carte"),
        ("credit_card", "card", "carte"),
        ("CARD", "card", "carte"),
        ("credit-card •1111", "card •1111", "carte •1111"),
        ("NET_BANKING", "net banking", "banque en ligne"),
        ("bank_transfer", "bank transfer", "virement"),
        *((word, "Apple Pay", "Apple Pay") for word in ("apple-pay", "apple_pay", "applepay")),
        ("vipps-mobilepay", "Vipps MobilePay", "Vipps MobilePay"),
        ("upi", "UPI", "UPI"),
        ("ideal", "iDEAL", "iDEAL"),
        ("Visa •4242", "Visa •4242", "Visa •4242"),
        ("pay-by_bank", "pay by bank", "pay by bank"),
        ("Cash - at the till", "Cash - at the till", "Cash - at the till"),
        ("", "", ""),
    ],
)
def test_a_method_is_said_in_words(told: str, english: str, french: str) -> None:
    assert [method_of(Texts(language), told) for language in ("en", "fr")] == [english, french]


@pytest.mark.parametrize("name", sorted(METHODS.keys() - {"card"}))
def test_a_method_is_called_alike_where_it_is_offered_and_where_it_was_used(name: str) -> None:
    assert method_of(Texts("en"), name) == METHODS[name].label


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["upi", "card", "UPI", "ideal"], ("UPI", "card", "iDEAL")),
        (["upi", "card", "ideal", "Visa •4242"], ("UPI", "card", "iDEAL", "and 1 more")),
        (
            ["upi", "card", "ideal", *(f"Visa •{digits}" for digits in range(1000, 1009))],
            ("UPI", "card", "iDEAL", "and 9 more"),
        ),
    ],
)
def test_of_many_methods_the_first_few_are_said_and_how_many_more_there_are(
    told: list[str], said: tuple[str, ...]
) -> None:
    assert methods_of(Texts("en"), told) == said


def test_thread_and_card_say_it_alike() -> None:
    for key, words in (("paid", "Paid 49.90 EUR (card •1111)."), ("saved", "was saved (card •1111).")):
        said = replies.reply(PUBLIC, link(), key, {**PARAMS, "method": "credit-card •1111"}).text
        assert words in said
    paid = payment(captured=4990, method="credit-card •1111")
    card = cards.link_card(PUBLIC, CLOSED_AS[Closed.PAID], cards.Shown(MADE, (paid,), "FakePay"))
    assert dict(card.rows)["Paid by"] == "card •1111"
