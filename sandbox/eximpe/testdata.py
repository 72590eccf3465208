"""What can be paid with: https://docs.eximpe.com/api-reference/v1/test-data. Nothing real is accepted.

Declines are not documented: here a wrong one-time password, or "Decline" in the UPI app, is one.
"""

import re

CARDS = {
    "5123456789012346": "Mastercard, credit",
    "4012001037141112": "Visa, credit",
    "5497774415170603": "Mastercard, credit",
    "6082015309577308": "RuPay, credit",
    "5118700000000003": "Mastercard, debit",
    "4594538050639999": "Visa, debit",
}
CVV = "123"
CVV_OF = {"5497774415170603": "412"}
EXPIRY = "05/30"
OTP = "123456"  # the data of version 2 says 111000; EximPe's own proof-reader flags the conflict
BANK_USER = BANK_PASSWORD = "payu"  # noqa: S105 - documented for everybody

VPAS = ("anything@payu", "9999999999@payu")
_VPA = re.compile(r"[A-Za-z0-9._-]{1,64}@payu")


def is_vpa(text: str) -> bool:
    """A UPI address of the test bank."""
    return _VPA.fullmatch(text) is not None


def cvv_of(number: str) -> str:
    return CVV_OF.get(number, CVV)
