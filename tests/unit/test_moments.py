"""Moments: the days the clocks change, and every writing of every day, duration and weekday."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.moments import MONTHS, WEEKDAYS, Moment, read_moment
from bot.conversation.parse import parse

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)  # a Monday
ZONES = [
    ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia")
]
BERLIN, NEW_YORK, BEIRUT = ZONES[1], ZONES[2], ZoneInfo("Asia/Beirut")


@pytest.mark.parametrize(
    ("now", "text", "moment", "zone"),
    [
        ("2026-03-28T12:00+01:00", "until tomorrow", "2026-03-29T23:59:59+02:00", BERLIN),
        ("2026-03-28T12:00+01:00", "expires 24h", "2026-03-29T13:00:00+02:00", BERLIN),
        ("2026-03-28T12:00+01:00", "expires 1d", "2026-03-29T13:00:00+02:00", BERLIN),
        ("2026-03-28T12:00+01:00", "until 29.3. 2:30", "2026-03-29T03:30:00+02:00", BERLIN),  # skipped
        ("2026-10-24T12:00+02:00", "until tomorrow", "2026-10-25T23:59:59+01:00", BERLIN),
        ("2026-10-24T12:00+02:00", "until 25.10. 2:30", "2026-10-25T02:30:00+02:00", BERLIN),  # comes twice
        ("2026-10-24T12:00+02:00", "expires 24h", "2026-10-25T11:00:00+01:00", BERLIN),
        ("2026-10-31T12:00-04:00", "until tomorrow", "2026-11-01T23:59:59-05:00", NEW_YORK),
        ("2026-10-24T12:00+03:00", "until today", "2026-10-24T23:59:59+02:00", BEIRUT),  # the second of two
        ("2026-06-15T23:30+00:00", "until today", "2026-06-16T23:59:59+02:00", BERLIN),  # already tomorrow
    ],
)
def test_the_day_the_clocks_change_is_read_right(now: str, text: str, moment: str, zone: ZoneInfo) -> None:
    expires = parse(f"49.90 EUR {text}", now=datetime.fromisoformat(now), zone=zone).expires
    assert expires is not None
    assert expires.isoformat() == moment


def test_a_day_is_24_hours_also_where_now_is_told_in_local_time() -> None:
    moment = read_moment("1d", datetime(2026, 3, 28, 12, tzinfo=BERLIN), BERLIN)
    assert moment == Moment(datetime(2026, 3, 29, 13, tzinfo=BERLIN))


ENGLISH, FRENCH = MONTHS
DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))
WRITINGS: list[Callable[[date], str]] = [
    lambda day: day.isoformat(),
    lambda day: f"{day.day}.{day.month}.{day.year}",
    lambda day: f"{day.day:02}.{day.month:02}.{day.year % 100:02}",
    lambda day: f"{day.day} {ENGLISH[day.month - 1].title()} {day.year}",
    lambda day: f"{ENGLISH[day.month - 1][:3]} {day.day}, {day.year}",
    lambda day: f"le {day.day} {FRENCH[day.month - 1]} {day.year}",
    lambda day: f"{day.day} {FRENCH[day.month - 1][:4]}. {day.year}",
]


@given(DAYS, st.sampled_from(WRITINGS), st.sampled_from(ZONES), st.integers(1, 300))
def test_a_date_comes_back_from_every_writing(
    day: date, write: Callable[[date], str], zone: ZoneInfo, before: int
) -> None:
    now = datetime.combine(day, time(12), zone) - timedelta(days=before)
    moment = read_moment(write(day), now, zone)
    assert moment is not None
    assert moment.at is not None
    assert (moment.at.date(), moment.at.time()) == (day, time(23, 59, 59))
    assert moment.at.utcoffset() == datetime.combine(day, time(23, 59, 59), zone).utcoffset()


@given(st.integers(1, 28), st.integers(1, 12), st.sampled_from("/-"))
def test_a_date_is_ambiguous_exactly_where_both_orders_are_dates(day: int, month: int, mark: str) -> None:
    moment = read_moment(f"{day}{mark}{month}{mark}2030", NOW, UTC)
    assert moment is not None
    assert (moment.problem == "expires_ambiguous") == (day <= 12 and day != month)
    assert moment.at is None or moment.at.date() == date(2030, month, day)


@given(st.sampled_from(WEEKDAYS), st.integers(0, 6), DAYS, st.sampled_from(ZONES))
def test_a_weekday_is_the_next_one_within_a_week_and_never_today(
    names: Sequence[str], weekday: int, day: date, zone: ZoneInfo
) -> None:
    moment = read_moment(names[weekday], datetime.combine(day, time(12), zone), zone)
    assert moment is not None
    assert moment.at is not None
    assert 1 <= (moment.at.date() - day).days <= 7
    assert moment.at.weekday() == weekday


@given(
    st.integers(1, 9999),
    st.sampled_from("mhdw"),
    st.sampled_from(ZONES),
    st.integers(0, 4 * 365 * 24 * 60),
)
def test_a_duration_is_time_that_passes(count: int, unit: str, zone: ZoneInfo, minutes: int) -> None:
    spans = {
        "m": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "d": timedelta(days=1),
        "w": timedelta(weeks=1),
    }
    now = NOW + timedelta(minutes=minutes)
    moment = read_moment(f"{count}{unit}", now, zone)
    assert moment is not None
    assert moment.at is not None
    assert moment.at.astimezone(UTC) == now + count * spans[unit]


@pytest.mark.parametrize(
    ("french", "english"),
    [
        *(("3j", "3d"), ("3 jours", "3d"), ("dans 2 semaines", "2w"), ("48 heures", "48h")),
        *(("1 jour et 12 heures", "1d 12h"), ("1 sem", "1w"), ("demain", "tomorrow")),
        *(
            ("ce soir", "today"),
            ("aujourd\N{RIGHT SINGLE QUOTATION MARK}hui", "today"),
            ("Vendredi", "friday"),
            ("le ven.", "fri"),
        ),
        *(("mar", "tue"), ("vendredi prochain", "next friday"), ("vendredi 17:30", "friday 17:30")),
        *(("vendredi 17h30", "friday 17:30"), ("demain à 9h", "tomorrow 9 am"), ("à 17h30", "17:30")),
        ("friday 17h", "friday 17:00"),
        *(("1er août", "1 august"), ("31 décembre 2026", "31 december 2026"), ("le 2 fevr.", "2 feb")),
    ],
)
def test_french_means_the_same(french: str, english: str) -> None:
    assert read_moment(french, NOW, BERLIN) == read_moment(english, NOW, BERLIN) != None  # noqa: E711


def test_hours_and_minutes_alone_may_be_a_time_or_a_duration() -> None:
    assert read_moment("1h30", NOW, BERLIN) is None


def test_what_begins_two_months_is_none() -> None:
    assert read_moment("3 jui", NOW, BERLIN) is None


@pytest.mark.parametrize(
    ("text", "expires", "description"),
    [
        ("jusqu'à vendredi 17h30 Facture", "friday 17:30", "Facture"),
        ("jusqu'à demain 9h Facture", "tomorrow 9 am", "Facture"),
        ("jusqu'à 17h Facture", "5 pm", "Facture"),
        ("jusqu'à 17h30 Facture", "17:30", "Facture"),
        ("jusqu'à 48h Facture", "48h", "Facture"),
        ("rendez-vous vendredi 17h", None, "rendez-vous vendredi 17h"),
        ("table à 19h", None, "table à 19h"),
        ("table 19h", None, "table 19h"),
        ("table, 19h", "19h", "table"),
    ],
)
def test_an_hour_of_the_french_clock_is_no_duration(text: str, expires: str | None, description: str) -> None:
    understood = parse(f"49,90 EUR {text}", now=NOW, zone=BERLIN)
    moment = read_moment(expires, NOW, BERLIN) if expires else None
    assert understood.expires == (moment.at if moment else None)
    assert understood.description == description


@pytest.mark.parametrize("text", ["demain midi", "vendredi soir", "vendredi 17h ou samedi"])
def test_what_changes_a_french_day_in_ways_that_are_not_read_is_asked_about(text: str) -> None:
    understood = parse(f"49,90 EUR jusqu'à {text}", now=NOW, zone=BERLIN)
    assert (understood.expires, understood.errors) == (None, {"expires": "expires_unreadable"})


@pytest.mark.parametrize("label", ["jusqu'au", "Jusqu'à", "jusqu\N{RIGHT SINGLE QUOTATION MARK}à"])
def test_a_french_label_is_one(label: str) -> None:
    understood = parse(f"49,90 EUR Facture 12 {label} vendredi", now=NOW, zone=BERLIN)
    moment = read_moment("friday", NOW, BERLIN)
    assert moment is not None
    assert (understood.expires, understood.description) == (moment.at, "Facture 12")


@given(st.text(max_size=30), st.sampled_from(ZONES))
def test_no_text_crashes_and_no_moment_is_in_the_past(text: str, zone: ZoneInfo) -> None:
    moment = read_moment(text, NOW, zone)
    if moment is not None:
        assert (moment.at is None) != (moment.problem is None)
        assert moment.at is None or moment.at > NOW


def test_a_moment_is_in_whole_seconds_and_can_be_typed_back_as_it_is_kept() -> None:
    expires = parse("3d", now=NOW + timedelta(seconds=0.123456), zone=BERLIN).expires
    assert expires == NOW + timedelta(days=3)
    for kept in (expires, expires + timedelta(seconds=0.5)):
        assert read_moment(kept.isoformat(), NOW, BERLIN) == Moment(expires)
