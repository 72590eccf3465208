"""Rupees as EximPe writes them; inside the stand-in an amount is an integer of paise."""

import re
from typing import Any

CURRENCY = "INR"

# Of the order page. Elsewhere the regulation is quoted as 25 lakh (2,500,000.00) per payment.
MOST = 1_000_000_000

_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")


def paise_of(value: Any) -> int | None:
    """`"1500.5"` or the JSON number 1500.5 -> 150050; None for what is not such an amount."""
    if type(value) not in {str, int, float} or not _DECIMAL.fullmatch(str(value)):
        return None
    units, _, fraction = str(value).partition(".")
    return int(units) * 100 + int(fraction.ljust(2, "0"))


def decimal_text(paise: int) -> str:
    """150050 -> `1500.50`, as the API answers."""
    return f"{paise // 100}.{paise % 100:02d}"


def json_number(paise: int) -> int | float:
    """150000 -> 1500, as webhooks have it; two decimals survive a float of this size."""
    return paise / 100 if paise % 100 else paise // 100


def in_figures(paise: int) -> str:
    """123456789 -> `₹12,34,567.89`, as people in India read it."""
    units = str(paise // 100)
    head, tail = units[:-3], units[-3:]
    groups = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    return f"\N{INDIAN RUPEE SIGN}{','.join([*groups, tail])}.{paise % 100:02d}"
