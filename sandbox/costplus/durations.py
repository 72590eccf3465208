"""ISO 8601 durations. What a month or a year is to Cost+ is not documented: 30 and 365 days here."""

import re
from datetime import timedelta

_N = "([0-9]{1,9})"
_DURATION = re.compile(
    rf"P(?=[0-9T])(?:{_N}Y)?(?:{_N}M)?(?:{_N}W)?(?:{_N}D)?"
    rf"(?:T(?=[0-9])(?:{_N}H)?(?:{_N}M)?(?:{_N}(?:\.[0-9]+)?S)?)?"
)
_SECONDS = [days * 86_400 for days in (365, 30, 7, 1)] + [3600, 60, 1]


def duration_of(text: str) -> timedelta | None:
    """`P30D`, `PT1H30M`, `PT604800S`; None for anything else. Fractions of a second are dropped."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    parts = zip(found.groups(default="0"), _SECONDS, strict=True)
    try:
        return timedelta(seconds=sum(int(count) * seconds for count, seconds in parts))
    except OverflowError:
        return None
