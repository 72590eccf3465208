"""Test cards: https://docs.costplus.io/docs/getting-started/testing; those with a code: NoPayn's SDK README.

A refusal's `code` is one of Rapyd's names, as transactions have them; which card gets which is assumed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the bank answers: `advice` tells the payer why not (empty: approved), `code` the merchant."""

    name: str
    code: str = ""
    advice: str = ""
    password: str = ""  # the bank asks for this one first


_APPROVED = Verdict("Accepted")
DECLINED = Verdict("Declined", "ERROR_CARD_NOT_VALID", "Your bank declined this payment.")
NOT_CONFIRMED = Verdict(
    "Not confirmed", "ERROR_CARD_AUTHENTICATION_FAILURE", "Your bank could not confirm that it is you."
)

TEST_CARDS: dict[str, Verdict] = {
    "4111111111111111": _APPROVED,
    "5544330000000037": _APPROVED,
    "4462030000000000": _APPROVED,
    "4018810000100036": _APPROVED,
    "5420711000210016": _APPROVED,
    "4018810000150015": Verdict("Asks for a code: 0101", password="0101"),  # noqa: S106 - printed on the page
    "5299910010000015": Verdict("Asks for a code: 4445", password="4445"),  # noqa: S106 - printed on the page
    "4111111111111105": DECLINED,
    "4111111111111143": Verdict(
        "Reported stolen", "ERROR_CARD_INFORMATION_NOT_VALID", "This card cannot be used."
    ),
    "4111111111111151": Verdict(
        "Not enough money", "ERROR_CARD_NOT_VALID", "There is not enough money on this card."
    ),
}


def details_of(number: str, month: int, year: int) -> dict[str, str]:
    """`payment_method_details` of a transaction."""
    return {"truncated_pan": f"{number[:6]}******{number[-4:]}", "card_expiry": f"{month:02d}{year}"}
