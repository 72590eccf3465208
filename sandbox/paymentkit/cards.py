"""Test cards: they are those of the processor behind the account; here it is Stripe (assumed)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the processor answers; `advice` is what the payer is told (None: approved)."""

    code: str
    message: str
    advice: str | None = None


APPROVED = Verdict("approved", "Approved")
DECLINED = Verdict(
    "card_declined", "Your card was declined.", "Your bank declined this payment. Try another card."
)

TEST_CARDS: dict[str, Verdict] = {
    "4242424242424242": APPROVED,
    "5555555555554444": APPROVED,
    "4000000000000002": DECLINED,
    "4000000000009995": Verdict(
        "insufficient_funds",
        "Your card has insufficient funds.",
        "There is not enough money on this card. Try another one.",
    ),
    "4000000000000069": Verdict(
        "expired_card", "Your card has expired.", "This card has expired. Try another one."
    ),
    "4000000000000127": Verdict(
        "incorrect_cvc",
        "Your card's security code is incorrect.",
        "The security code is not right. Check it and try again.",
    ),
}
