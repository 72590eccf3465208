"""Mobile money numbers: Congo-Brazzaville's, and the test numbers with what comes of them.

The guides' test overview; later texts call PAYER_NOT_FOUND PAYEE_NOT_FOUND. No cards.
"""

import re
from dataclasses import dataclass

OPERATORS = "MTN, Airtel"
DELAYED_S = 15  # PAYER_DELAYED: how long this payer takes to answer the prompt; assumed
PROMPT_S = 90  # how long any payer has ("about 90 to 100 seconds")


@dataclass(frozen=True, slots=True)
class Reaction:
    """`status` of the payment intent, at once or after `after_s`; `code` says why it failed."""

    status: str
    code: str | None = None
    after_s: int = 0


ACCEPTED = Reaction("succeeded")
DECLINED = Reaction("failed", "APPROVAL_REJECTED")
TIMED_OUT = Reaction("expired", "TIMEOUT", PROMPT_S)
TEST_NUMBERS: dict[str, Reaction] = {
    "242066000001": ACCEPTED,
    "46733123454": Reaction("succeeded", None, DELAYED_S),
    "242050017890": Reaction("failed", "INTERNAL_PROCESSING_ERROR"),
    "46733123450": Reaction("failed", "INTERNAL_PROCESSING_ERROR"),
    "46733123451": DECLINED,
    "46733123452": Reaction("failed", "EXPIRED"),
    "46733123453": TIMED_OUT,
    "46733123455": Reaction("failed", "PAYER_NOT_FOUND"),
    "46733123456": Reaction("failed", "PAYEE_NOT_ALLOWED_TO_RECEIVE"),
    "46733123457": Reaction("failed", "NOT_ALLOWED"),
}
_CONGOLESE = re.compile(r"242\d{9}")


class NumberRefused(ValueError):
    """The number cannot be asked for money; the text tells the payer why."""


def read_number(typed: str) -> str:
    """Digits of an international number, with or without +; raises NumberRefused. A local one is refused."""
    digits = re.sub(r"[\s.()-]", "", typed).removeprefix("+")
    if digits in TEST_NUMBERS or _CONGOLESE.fullmatch(digits):
        return digits
    raise NumberRefused("Write the number with its country code: 242 and nine digits, like 242 06 600 00 01.")


def reaction_of(msisdn: str) -> Reaction:
    """Any number that is not in the list pays at once."""
    return TEST_NUMBERS.get(msisdn, ACCEPTED)
