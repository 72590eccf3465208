"""A moment as people write it after `until` or `expires`: a duration, a day, a day with a time.

A day without a time means its last second, in the account's time zone. A duration is time that passes:
`1d` is 24 hours, also on the day the clocks change. Days and months are read in English and French; a date
in numbers is read day first with dots, and with slashes or dashes only where one order is possible. Behind a
day, `à` or `until`, `17h` and `17h30` are times of day.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from bot.conversation.digits import without_accents

# In each language, without accents.
WEEKDAYS = tuple(
    names.split()
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
    )
)
MONTHS = tuple(
    names.split()
    for names in (
        "january february march april may june july august september october november december",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    )
)
_SPANS = {"m": "minutes", "h": "hours", "d": "days", "j": "days", "w": "weeks", "s": "weeks"}
_UNIT = r"(?:m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?|eures?)?|d(?:ays?)?|j(?:ours?)?|w(?:eeks?)?|sem(?:aines?)?)"
_DURATION = re.compile(rf"(?:in |dans )?[0-9]{{1,5}} ?{_UNIT}(?:(?: and| et)? ?[0-9]{{1,5}} ?{_UNIT})*")
_ONE = re.compile(r"\b(?:a|an|one|une?) (?=(?:hour|day|week|heure|jour|semaine)\b)")
_PART = re.compile(r"([0-9]+) ?([mhdjws])")
_TIME = (
    r"(?P<hour>(?:[01]?[0-9]|2[0-3])(?=h)|[0-9]{1,2}(?!h))"
    r"(?:(?::|h)(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?|(?P<full>h))?"
    r"(?: ?(?P<half>[ap]m))?"
    r"(?: ?(?P<zone>z|utc|gmt|[+-][0-9]{2}:?[0-9]{2}))?"
)
_TIMES = (
    re.compile(rf"(?P<day>.*?)(?:^|[ t])(?:at |a )?{_TIME}"),
    re.compile(rf"{_TIME} (?:on )?(?P<day>.+)"),
)
_HOURS = re.compile(r"[0-9]{1,2}h[0-9]{2}")  # by itself it may as well be time that passes
_LAST_SECOND = time(23, 59, 59, fold=1)
_NOON = 12
_FULL, _CENTURY = 100, 2000  # a year below the one is meant to be in the other
_FARTHEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Moment:
    """When, or the key of what is wrong: expires_past, expires_unreadable, expires_ambiguous."""

    at: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day, and its zone where one was written."""

    time: time
    zone: tzinfo | None


class _Ambiguous(ValueError):
    """More than one day can be meant."""


def read_moment(text: str, now: datetime, zone: tzinfo) -> Moment | None:
    """The moment that a text means as seen from `now`, in whole seconds; None if it is not like one."""
    small = _plain(text)
    if not small:
        return None
    try:
        found = _after(small, now) if _DURATION.fullmatch(small) else _on_day(small, now, zone)
    except _Ambiguous:
        return Moment(problem="expires_ambiguous")
    except ValueError:
        return Moment(problem="expires_unreadable")
    if found is None:
        return None
    whole = found.replace(microsecond=0).astimezone(zone)
    return Moment(whole) if whole > now else Moment(problem="expires_past")


def is_duration(text: str) -> bool:
    """Is it time that passes, like `3d`, and not a day?"""
    return _DURATION.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    """In small letters without accents, a space between words, `a week` as `1 week`."""
    spelt = text.lower().replace(",", " ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return _ONE.sub("1 ", " ".join(without_accents(spelt).split()))


def _after(text: str, now: datetime) -> datetime:
    spans = (timedelta(**{_SPANS[unit]: int(count)}) for count, unit in _PART.findall(text))
    return now.astimezone(UTC) + sum(spans, timedelta())


def _on_day(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    written, clock = _apart(text)
    place = clock.zone if clock and clock.zone else zone
    for pattern, days_of in _DAYS:
        if match := pattern.fullmatch(written):
            days = sorted(set(days_of(match, now.astimezone(place).date())))
            moments = [_moment(day, clock, place) for day in days]
            if days_of is _weekday:  # today counts only with a time that is still to come
                return moments[0] if clock and moments[0] > now else moments[-1]
            return _the_only(moments, text)
    return None


def _the_only(moments: Sequence[datetime], text: str) -> datetime:
    if len(moments) > 1:
        raise _Ambiguous(text)
    if not moments:
        raise ValueError(text)
    return moments[0]


def _moment(day: date, clock: _Clock | None, zone: tzinfo) -> datetime:
    """In a gap of the clocks the time moves on by the gap; of an hour that comes twice the first is meant."""
    return datetime.combine(day, clock.time if clock else _LAST_SECOND, zone).astimezone(UTC)


def _apart(text: str) -> tuple[str, _Clock | None]:
    """The words of the day, and the time of day if one is written."""
    if _HOURS.fullmatch(text):
        return text, None
    for pattern in _TIMES:
        match = pattern.fullmatch(text)
        if match is None or not (match["minute"] or match["half"] or match["full"]):
            continue
        hour, half = int(match["hour"]), match["half"]
        if half and not 1 <= hour <= _NOON:
            raise ValueError(text)
        hour = hour % _NOON + (_NOON if half == "pm" else 0) if half else hour
        moment = time(hour, int(match["minute"] or 0), int(match["second"] or 0))
        return match["day"].strip(), _Clock(moment, _zone(match["zone"]))
    return text, None


def _zone(text: str | None) -> tzinfo | None:
    if text is None or text in {"z", "utc", "gmt"}:
        return UTC if text else None
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    if offset > _FARTHEST_ZONE:
        raise ValueError(text)
    return timezone(-offset if text[0] == "-" else offset)


def _weekday(match: re.Match[str], today: date) -> Iterator[date]:
    """The next such day; where that is today, also the same day next week."""
    ahead = (_index(match["name"], WEEKDAYS) - today.weekday()) % 7
    yield today + timedelta(days=ahead)
    if ahead == 0:
        yield today + timedelta(days=7)


def _next_weekday(match: re.Match[str], today: date) -> Iterator[date]:
    """`next friday`: the coming one for some, the one after it for others."""
    first = max(_weekday(match, today))
    yield from (first, first + timedelta(days=7))


def _either_order(match: re.Match[str], today: date) -> Iterator[date]:
    first, second, year = int(match["first"]), int(match["second"]), match["year"]
    yield from _dates(year, second, first, today)
    yield from _dates(year, first, second, today)


def _by_name(match: re.Match[str], today: date) -> Iterator[date]:
    yield from _dates(match["year"], _index(match["name"], MONTHS) + 1, int(match["day"]), today)


def _by_number(match: re.Match[str], today: date) -> Iterator[date]:
    yield from _dates(match["year"], int(match["month"]), int(match["day"]), today)


def _any_order(match: re.Match[str], _: date) -> Iterator[date]:
    """`10/11/12`: not even the year is certain."""
    raise _Ambiguous(match[0])


def _dates(year: str | None, month: int, day: int, today: date) -> Iterator[date]:
    """The date, if it exists; without a year the next such date from today on."""
    years = [_full(int(year))] if year else [today.year, today.year + 1]
    existing = (_date(candidate, month, day) for candidate in years)
    coming = [found for found in existing if found and (year or found >= today)]
    yield from coming[:1]


def _full(year: int) -> int:
    return year if year >= _FULL else year + _CENTURY


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _index(name: str, languages: Sequence[Sequence[str]]) -> int:
    return next(at for names in languages for at, full in enumerate(names) if full.startswith(name))


def _short_or_full(languages: Sequence[Sequence[str]]) -> str:
    """`fri`, `frid`... `friday`, any length from three letters on, unless two of a language begin so."""
    short = [name[:end] for names in languages for name in names for end in range(3, len(name) + 1)]
    alone = {text for text in short if all(_begin(names, text) <= 1 for names in languages)}
    return "|".join(sorted(alone, reverse=True))


def _begin(names: Sequence[str], text: str) -> int:
    """How many of these begin with it."""
    return sum(name.startswith(text) for name in names)


_YEAR = r"(?P<year>(?:19|20|21)[0-9]{2})"
_SHORT_YEAR = r"(?P<year>(?:(?:19|20|21)[0-9]{2})|[0-9]{2})"
_DAY = r"(?P<day>[0-9]{1,2})"
_MONTH_NAME = rf"(?P<name>{_short_or_full(MONTHS)})"
_WEEKDAY_NAME = rf"(?P<name>{_short_or_full(WEEKDAYS)})"
_TWO = r"(?P<first>[0-9]{1,2})[/-](?P<second>[0-9]{1,2})"

# How a day is written, and the days that it can mean.
_DAYS: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], date], Iterator[date]]]] = tuple(
    (re.compile(pattern), days_of)
    for pattern, days_of in (
        (r"|today|tonight|aujourd'hui|ce soir", lambda _, today: iter([today])),
        (r"yesterday|hier", lambda _, today: iter([today - timedelta(days=1)])),
        (r"tomorrow|demain", lambda _, today: iter([today + timedelta(days=1)])),
        (rf"(?:on |this |le |ce )?{_WEEKDAY_NAME}\.?", _weekday),
        (rf"next {_WEEKDAY_NAME}\.?", _next_weekday),
        (rf"{_WEEKDAY_NAME} prochain", _next_weekday),
        (rf"{_YEAR}([-/.])(?P<month>[0-9]{{1,2}})\2{_DAY}", _by_number),
        (rf"{_DAY}\. ?(?P<month>[0-9]{{1,2}})\.? ?{_SHORT_YEAR}", _by_number),
        (rf"{_DAY}\. ?(?P<month>[0-9]{{1,2}})\.?(?P<year>)", _by_number),
        (rf"{_TWO}[/-]{_YEAR}", _either_order),
        (rf"{_TWO}(?P<year>)", _either_order),
        (rf"{_TWO}[/-][0-9]{{2}}", _any_order),
        (rf"(?:the |le )?{_DAY}(?:st|nd|rd|th|er|\.)? ?(?:of )?{_MONTH_NAME}\.?(?: {_YEAR})?", _by_name),
        (rf"{_MONTH_NAME}\.? {_DAY}(?:st|nd|rd|th)?(?: {_YEAR})?", _by_name),
    )
)
