"""What a link expects of whoever opens it."""

from enum import StrEnum


class LinkKind(StrEnum):
    """What kind of payment a link is for."""

    PAYMENT = "payment"  # exactly the amount, or what the payer chooses between two
    SUBSCRIPTION = "subscription"  # the amount again and again, as the recurring price says
    SETUP = "setup"  # no money: a means of payment is kept for later
