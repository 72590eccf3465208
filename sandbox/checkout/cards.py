"""Test cards: https://www.checkout.com/docs/developer-resources/testing/test-cards.

Any expiry in the future and any CVV of the right length go with them. Real cards fail.
"""

from dataclasses import dataclass
from typing import Any

from sandbox.checkout.ids import new_id


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the issuer answers; `advice` is what the payer is told (None: approved)."""

    code: str
    summary: str
    advice: str | None = None

    @property
    def approved(self) -> bool:
        return self.advice is None


APPROVED = Verdict("10000", "Approved")
DO_NOT_HONOUR = Verdict(
    "20005", "Declined - Do Not Honour", "Your bank declined this payment. Try another card."
)
FAILED_3DS = Verdict(
    "20151",
    "Cardholder failed 3D-Secure authentication",
    "Your bank could not confirm that it is you. Try again or use another card.",
)
EXPIRED_3DS = Verdict(
    "20151",
    "Cardholder failed 3D-Secure authentication",
    "Your bank waited for you to confirm, and the time is over. Try again.",
)
_DECLINED = "Your bank declined this payment. Try another card, or ask your bank."
_NUMBER = "This card number is not accepted. Check it, or try another card."

TEST_CARDS: dict[str, tuple[str, Verdict]] = {
    "4242424242424242": ("VISA", APPROVED),
    "4543474002249996": ("VISA", APPROVED),
    "5436031030606378": ("MASTERCARD", APPROVED),
    "345678901234564": ("AMEX", APPROVED),
    "4544249167673670": (
        "VISA",
        Verdict("20051", "Insufficient Funds", "There is not enough money on this card. Try another one."),
    ),
    "4724117215951699": (
        "VISA",
        Verdict("20054", "Expired Card", "This card has expired. Try another one."),
    ),
    "4897453568485113": ("VISA", Verdict("20059", "Suspected Fraud", _DECLINED)),
    "4024007103573027": ("VISA", Verdict("20012", "Invalid Transaction", _DECLINED)),
    "4818924250131070": ("VISA", Verdict("20062", "Restricted Card", _DECLINED)),
    "4095254802642505": (
        "VISA",
        Verdict(
            "20068", "Response Received Too Late / Timeout", "Your bank did not answer in time. Try again."
        ),
    ),
    "4734868958733862": (
        "VISA",
        Verdict(
            "200N7", "Decline for CVV2 Failure", "The security code is not right. Check it and try again."
        ),
    ),
    "4111111111111129": ("VISA", Verdict("20001", "Refer to Card Issuer", _DECLINED)),
    "4485381577182090": ("VISA", Verdict("20014", "Invalid Account Number (No Such Number)", _NUMBER)),
}

DEMO_CARD = "4242424242424242"  # behind wallets, and behind payments that a control makes


def card_source(number: str, month: int, year: int) -> dict[str, Any]:
    """A test card as payments and events name it; never the number itself."""
    return {
        "id": new_id("src"),
        "type": "card",
        "expiry_month": month,
        "expiry_year": year,
        "scheme": TEST_CARDS[number][0],
        "last_4": number[-4:],
        "bin": number[:6],
        "card_type": "CREDIT",
    }
