"""Until when a link can be paid: durations, days and moments, in the account's time zone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.parse import Understood, parse
from bot.money import Money

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)  # a Monday
BERLIN = ZoneInfo("Europe/Berlin")


def understand(text: str, *, now: datetime = NOW, zone: tzinfo = UTC) -> Understood:
    return parse(text, now=now, zone=zone)


def end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), UTC)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("3d", timedelta(days=3)),
        ("48h", timedelta(hours=48)),
        ("30m", timedelta(minutes=30)),
        ("2w", timedelta(weeks=2)),
        ("3j", timedelta(days=3)),
        ("until in a week", timedelta(days=7)),
        ("valable pendant une semaine", timedelta(days=7)),
        ("expires 3d", timedelta(days=3)),
        ("expires in 3 days", timedelta(days=3)),
        ("valid for 2 weeks", timedelta(weeks=2)),
        ("exp 1 hour", timedelta(hours=1)),
        ("exp: 90 min", timedelta(minutes=90)),
        ("expiry:1d12h", timedelta(hours=36)),
        ("expires in 1 day and 2 hours", timedelta(hours=26)),
        ("expire dans 3 jours", timedelta(days=3)),
        ("expire 3 jours", timedelta(days=3)),
        ("valable pendant 48h", timedelta(hours=48)),
        ("valid for 17h", timedelta(hours=17)),
    ],
)
def test_a_duration_begins_now(text: str, passes: timedelta) -> None:
    understood = understand(f"49.90 EUR {text} lunch")
    assert understood.expires == NOW + passes
    assert (understood.amount, understood.description) == (Money(4990, "EUR"), "lunch")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("until friday", "2026-06-19"),
        ("until Fri", "2026-06-19"),
        ("till this friday", "2026-06-19"),
        ("until monday", "2026-06-22"),
        ("until today", "2026-06-15"),
        ("until tomorrow", "2026-06-16"),
        ("until 2026-12-31", "2026-12-31"),
        ("expire le 31 décembre", "2026-12-31"),
        ("valable jusqu'au 31/12", "2026-12-31"),
        ("until 2026/12/31", "2026-12-31"),
        ("until 31.12.2026", "2026-12-31"),
        ("until 31.12.26", "2026-12-31"),
        ("until 31. 12. 2026", "2026-12-31"),
        ("until 31.12.", "2026-12-31"),
        ("until 1.3.", "2027-03-01"),
        ("until 15.6.", "2026-06-15"),
        ("until 31 Dec", "2026-12-31"),
        ("until 31st of December", "2026-12-31"),
        ("until Dec 31 2026", "2026-12-31"),
        ("until Dec 31, 2026", "2026-12-31"),
        ("until 12/31/2026", "2026-12-31"),
        ("until 31/12/2026", "2026-12-31"),
        ("until 31-12-2026", "2026-12-31"),
        ("until 07/07/2026", "2026-07-07"),
        ("until 12/31", "2026-12-31"),
        ("valid until 31 Dec", "2026-12-31"),
        ("expires on friday", "2026-06-19"),
        ("exp 31.12.", "2026-12-31"),
        ("Expires: 2026-12-31", "2026-12-31"),
        ("until (friday),", "2026-06-19"),
    ],
)
def test_a_day_means_its_last_second(text: str, day: str) -> None:
    understood = understand(f"49.90 EUR {text} Lunch")
    assert understood.expires == end_of(day)
    assert (understood.description, understood.errors) == ("Lunch", {})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("until 2026-12-31 17:00", "2026-12-31T17:00:00+01:00"),
        ("until 2026-12-31T17:00", "2026-12-31T17:00:00+01:00"),
        ("until 2026-12-31T17:00:30Z", "2026-12-31T18:00:30+01:00"),
        ("until 2026-12-31 17:00 UTC", "2026-12-31T18:00:00+01:00"),
        ("until 2026-12-31T17:00+05:30", "2026-12-31T12:30:00+01:00"),
        ("until friday 17:00", "2026-06-19T17:00:00+02:00"),
        ("until friday at 5 pm", "2026-06-19T17:00:00+02:00"),
        ("until friday 1pm", "2026-06-19T13:00:00+02:00"),
        ("until 5pm tomorrow", "2026-06-16T17:00:00+02:00"),
        ("until 17:00 on friday", "2026-06-19T17:00:00+02:00"),
        ("until 12 Jul 12am", "2026-07-12T00:00:00+02:00"),
        ("until 12pm 12 Jul", "2026-07-12T12:00:00+02:00"),
        ("until monday 17:00", "2026-06-15T17:00:00+02:00"),  # today, still to come
        ("until monday 9:00", "2026-06-22T09:00:00+02:00"),  # today, over
        ("until 17:00", "2026-06-15T17:00:00+02:00"),
        ("until 17h", "2026-06-15T17:00:00+02:00"),
        ("valid until 17h30", "2026-06-15T17:30:00+02:00"),
        ("gültig bis 19.6. 17:00", "2026-06-19T17:00:00+02:00"),
    ],
)
def test_a_time_is_read_in_the_accounts_zone_unless_it_names_one(text: str, moment: str) -> None:
    expires = understand(f"{text} 49.90 EUR", zone=BERLIN).expires
    assert expires is not None
    assert expires.isoformat() == moment


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("until 03/04/2026", "expires_ambiguous"),
        ("until 10/11", "expires_ambiguous"),
        ("until 10/11/12", "expires_ambiguous"),
        ("until next friday", "expires_ambiguous"),
        ("until 2026-06-14", "expires_past"),
        ("until 01.01.2020", "expires_past"),
        ("until 9:00", "expires_past"),
        ("expires 0d", "expires_past"),
        ("until further notice", "expires_unreadable"),
        ("until 31.02.2027", "expires_unreadable"),
        ("until 2026-13-01", "expires_unreadable"),
        ("until 13/13/2026", "expires_unreadable"),
        ("until friday 25:00", "expires_unreadable"),
        ("until friday 13 pm", "expires_unreadable"),
        ("until friday 0 pm", "expires_unreadable"),
        ("until friday evening", "expires_unreadable"),
        ("until friday 25h", "expires_unreadable"),
        ("until friday at noon", "expires_unreadable"),
        ("until friday at 5", "expires_unreadable"),
        ("until 19 June in the evening", "expires_unreadable"),
        ("until tomorrow 17:00 CET", "expires_unreadable"),
        ("until 2026-12-31T17:00+15:00", "expires_unreadable"),
        ("expires 1000000d", "expires_unreadable"),
        ("exp soon", "expires_unreadable"),
        ("until friday until sunday", "expires_several"),
        ("3d 48h", "expires_several"),
        ("1d 12h", "expires_several"),
    ],
)
def test_what_is_not_certain_is_an_error_and_keeps_what_was_typed(text: str, error: str) -> None:
    understood = understand(f"49.90 EUR {text}")
    assert understood.expires is None
    assert understood.errors == {"expires": error}
    typed = understood.typed["expires"].replace(",", "").split()
    assert [word for word in text.split() if word not in {"until", "expires", "exp"}] == typed
    assert understood.amount == Money(4990, "EUR")


@pytest.mark.parametrize("text", ["until", "49.90 EUR until", "until 49.90 EUR"])
def test_a_label_with_nothing_behind_it_is_unreadable(text: str) -> None:
    assert understand(text).errors["expires"] == "expires_unreadable"


@pytest.mark.parametrize("text", ["30m EUR", "EUR 30m", "€30m", "30m", "30m jane@example.com"])
def test_thirty_minutes_are_never_read_where_thirty_million_can_be_meant(text: str) -> None:
    understood = understand(text)
    assert understood.expires is None
    assert understood.errors == {"amount": "amount_unreadable"}


@pytest.mark.parametrize("text", ["49.90 EUR 30m", "30m, 49.90 EUR", "49.90 EUR 30m lunch"])
def test_beside_a_whole_amount_thirty_minutes_are_an_expiry(text: str) -> None:
    understood = understand(text)
    assert (understood.expires, understood.amount) == (NOW + timedelta(minutes=30), Money(4990, "EUR"))


@pytest.mark.parametrize(
    "text",
    [
        *("3h consulting", "24h pass", "Consulting 3h", "45m session", "Boat for 2h"),
        *("Consulting 45m", "Consulting, massage 90m"),
        *("Vol de 10h à", "2h lesson, 1h break"),
    ],
)
def test_in_front_of_the_amount_hours_beside_a_word_are_what_is_paid_for(text: str) -> None:
    understood = understand(f"{text} 50 EUR jane@example.com")
    assert (understood.expires, understood.description) == (None, text.removesuffix(" à"))
    assert (understood.amount, understood.email) == (Money(5000, "EUR"), "jane@example.com")


@pytest.mark.parametrize(
    "text",
    [
        *("48h 50 EUR lunch", "48h, lunch 50 EUR", "lunch, 48h 50 EUR", "jane@example.com 48h 50 EUR lunch"),
        *("48h via checkout 50 EUR lunch", "48h unlimited uses 50 EUR lunch", "48h ref: A1 50 EUR lunch"),
        *("48h tel +49 171 2345678 50 EUR lunch", "48h name: Jane, 50 EUR lunch", "lunch 50 EUR 48h"),
    ],
)
def test_a_duration_that_stands_by_itself_is_an_expiry_wherever_it_stands(text: str) -> None:
    understood = parse(text, now=NOW, backends={"checkout": "checkout"})
    assert (understood.expires, understood.amount) == (NOW + timedelta(hours=48), Money(5000, "EUR"))
    assert (understood.description or "").strip(",") == "lunch"


@pytest.mark.parametrize("text", ["Zoom call 45m", "table 19h", "Massage 1h with oil", "lunch 30m"])
def test_less_than_a_day_behind_a_word_is_what_is_paid_for(text: str) -> None:
    understood = understand(f"50 EUR {text}")
    assert (understood.expires, understood.description) == (None, text)


@pytest.mark.parametrize(
    "text",
    [
        "2h",
        "Invoice 12 2h",
        "lunch, 2h",
        "jane@example.com 2h",
        "lunch 24h",
        "name: Jane 2h",
        "via one 2h",
        "Logo design 24h",
    ],
)
def test_behind_anything_else_or_longer_it_is_an_expiry(text: str) -> None:
    hours = 24 if "24h" in text else 2
    assert parse(f"50 EUR {text}", now=NOW, backends={"one": "one"}).expires == NOW + timedelta(hours=hours)


def test_a_word_behind_the_end_of_another_detail_is_what_is_paid_for() -> None:
    understood = understand("50 EUR lunch, name: Jane, cleaning 2h")
    assert (understood.expires, understood.name) == (None, "Jane")
    assert understood.description == "lunch, cleaning 2h"


@pytest.mark.parametrize(
    "text", ["vendredi 17h", "vendredi, 17h", "12/06 17h", "à 17h repas", "fermeture à 24h"]
)
def test_a_time_of_day_is_no_number_of_hours(text: str) -> None:
    understood = understand(f"50 EUR {text}")
    assert (understood.expires, understood.description, understood.errors) == (None, text, {})


def test_hours_behind_another_duration_are_a_second_one() -> None:
    assert understand("50 EUR 3d 17h").errors == {"expires": "expires_several"}


@pytest.mark.parametrize(
    "text", ["30m EUR lunch", "EUR 30m lunch", "5 lamps, 30m EUR", "5 lamps EUR 30m", "30m"]
)
def test_what_can_be_millions_is_no_number_of_minutes(text: str) -> None:
    understood = understand(text)
    assert (understood.expires, understood.errors) == (None, {"amount": "amount_unreadable"})


def test_up_to_an_amount_is_until_no_moment() -> None:
    understood = understand("lunch jusqu'à 40 EUR")
    assert (understood.expires, understood.errors, understood.description) == (None, {}, "lunch")


def test_what_follows_a_moment_and_a_comma_changes_nothing_about_it() -> None:
    understood = understand("50 EUR until friday, evening party")
    assert (understood.expires, understood.description) == (end_of("2026-06-19"), "evening party")
    assert understand("50 EUR until friday evening party").errors == {"expires": "expires_unreadable"}


@pytest.mark.parametrize("text", ["in 2h", "valid 2h", "within 2h", "sous 2h", "dans 2h", "valable 2h"])
def test_what_leads_to_a_duration_goes_with_it(text: str) -> None:
    understood = understand(f"50 EUR Invoice {text}")
    assert (understood.expires, understood.description) == (NOW + timedelta(hours=2), "Invoice")


def test_how_long_a_trial_lasts_is_no_expiry() -> None:
    understood = understand("49 EUR kind: subscription price: price_9 trial: 14d")
    assert (understood.expires, understood.trial_days, understood.description) == (None, "14d", None)


@pytest.mark.parametrize(
    "text", ["3D print", "3d print", "3d modelling", "2h @ 80", "x3d", "3days", "0d", "3d-print", "A4 3dm"]
)
def test_only_a_whole_word_is_a_bare_duration(text: str) -> None:
    understood = understand(f"49.90 EUR {text}")
    assert (understood.expires, understood.description) == (None, text)


def test_what_is_unreadable_ends_before_the_amount() -> None:
    understood = understand("until further notice 49.90 EUR")
    assert understood.typed == {"expires": "further notice"}
    assert understood.amount == Money(4990, "EUR")
    assert understand("until jane@example.com 49.90 EUR").typed == {"expires": "until"}


@pytest.mark.parametrize(("said", "minor"), [("5", 500), ("49.90", 4990)])
def test_an_amount_behind_a_day_is_no_time_of_it(said: str, minor: int) -> None:
    understood = understand(f"until friday at {said} EUR")
    assert (understood.expires, understood.amount) == (end_of("2026-06-19"), Money(minor, "EUR"))


def test_a_labelled_moment_leaves_bare_durations_to_the_description() -> None:
    understood = understand("49.90 EUR LinkRig 2d until friday")
    assert (understood.expires, understood.description) == (end_of("2026-06-19"), "LinkRig 2d")


def test_the_amount_behind_a_date_is_not_its_year() -> None:
    understood = understand("until 31 Dec 2026 EUR lunch")
    assert (understood.expires, understood.amount) == (end_of("2026-12-31"), Money(202600, "EUR"))
    for day in ("31 Dec 2026", "31 december"):
        understood = understand(f"until {day} EUR 50")
        assert (understood.expires, understood.amount) == (end_of("2026-12-31"), Money(5000, "EUR"))


def test_without_a_clock_no_expiry_is_looked_for() -> None:
    understood = parse("49.90 EUR until friday 3d")
    assert (understood.expires, understood.description) == (None, "until friday 3d")
