"""One answer to one field: what is kept of it, and what is said about it otherwise."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.answers import Asked, read_answer
from bot.conversation.form import Form, form_for
from bot.ports.model import Problem
from tests.fakes import INFO, START
from tests.unit.talking import INFOS, LOCALITY

FORM = form_for(replace(INFO, longest_expiry_s=86_400 * 60), replace(LOCALITY, region=None), INFOS)
BERLIN = replace(FORM, locality=replace(LOCALITY, zone=ZoneInfo("Europe/Berlin")))
# Clocks of real machines have fractions of a second.
ODD = START + timedelta(microseconds=123456)


def kept(field: str, text: str, form: Form = FORM, now: datetime = START) -> str:
    """The answer, or the key of the problem with a question mark."""
    taken = read_answer(form, form.field(field), text, Asked(now))
    return f"{taken.key}?" if isinstance(taken, Problem) else taken


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        ("email", "jane@example.com", "jane@example.com"),
        ("email", "Jane@EXAMPLE.com", "Jane@example.com"),
        ("email", "Jane.Doe@Example.COM.", "Jane.Doe@example.com"),
        ("email", "<jane@example.com>", "jane@example.com"),
        ("email", "mailto:jane@example.com", "jane@example.com"),
        ("email", "(jane@example.com),", "jane@example.com"),
        ("email", "jane@", "email_invalid?"),
        ("email", "jane@example.com bob@example.com", "email_invalid?"),
        ("phone", "+49 171 2345678", "+491712345678"),
        ("phone", "0049 171 2345678", "+491712345678"),
        ("phone", "171", "phone_invalid?"),
        ("phone", "call me", "phone_invalid?"),
        ("country", "de", "DE"),
        ("country", "EU", "country_unknown?"),
        ("country", "UK", "country_unknown?"),
        ("country", "276", "country_unknown?"),
        ("name", "  Jane \n Doe ", "Jane Doe"),
        ("name", "x" * 100, "x" * 100),
        ("name", "x" * 101, "too_long?"),
        ("reference", "x" * 51, "too_long?"),
        ("backend", "otherpay", "other"),
        ("backend", "OTHER", "other"),
        ("backend", "stripe", "backend_unknown?"),
        ("expires", "3d", "2026-11-24T09:00:00+00:00"),
        ("expires", "in 3 days", "2026-11-24T09:00:00+00:00"),
        ("expires", "until friday", "2026-11-27T23:59:59+00:00"),
        ("expires", "2026-12-31", "2026-12-31T23:59:59+00:00"),
        ("expires", "2026-11-20", "expires_past?"),
        ("expires", "0m", "expires_past?"),
        ("expires", "yesterday", "expires_past?"),
        ("expires", "until yesterday 17:00", "expires_past?"),
        ("expires", "hier", "expires_past?"),
        ("expires", "61d", "expires_too_far?"),
        ("expires", "60d", "2027-01-20T09:00:00+00:00"),
        ("expires", "10/11/12", "expires_ambiguous?"),
        ("expires", "soon", "expires_unreadable?"),
    ],
)
def test_an_answer_is_kept_in_one_spelling_or_refused(field: str, text: str, wanted: str) -> None:
    assert kept(field, text) == wanted


def test_a_refused_answer_keeps_what_was_typed() -> None:
    assert read_answer(FORM, FORM.field("email"), "jane@", Asked(START)) == Problem("email_invalid", "jane@")


def test_a_day_ends_where_the_account_is() -> None:
    assert kept("expires", "friday", BERLIN) == "2026-11-27T23:59:59+01:00"


@pytest.mark.parametrize("now", [START, ODD])
@pytest.mark.parametrize("form", [FORM, BERLIN])
@pytest.mark.parametrize("text", ["3d", "90m", "friday", "2026-12-31 17:00"])
def test_a_moment_that_was_kept_is_read_again_as_itself(form: Form, text: str, now: datetime) -> None:
    """A form shows it to be changed, and sends it back as it was."""
    once = kept("expires", text, form, now)
    again = datetime.fromisoformat(kept("expires", once, form, now))
    assert abs(again - datetime.fromisoformat(once)) < timedelta(seconds=1)


@given(st.sampled_from(sorted({"email", "phone", "country", "name", "description", "reference", "backend"})))
def test_no_field_takes_nothing_for_an_answer(field: str) -> None:
    assert kept(field, "\u200b") != ""


@given(
    st.sampled_from([field.key for field in FORM.fields if field.key not in {"amount", "currency"}]),
    st.text(min_size=1, max_size=40) | st.from_regex(r"[0-9/.: +-]{1,20}", fullmatch=True),
)
def test_any_text_is_an_answer_or_a_problem_that_keeps_it(field: str, text: str) -> None:
    taken = read_answer(FORM, FORM.field(field), text, Asked(START))
    assert taken.typed == text if isinstance(taken, Problem) else isinstance(taken, str)


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=900)))
def test_no_moment_beyond_what_the_backend_keeps_is_ever_taken(beyond: timedelta) -> None:
    later = START + timedelta(days=60, seconds=beyond // timedelta(seconds=1))
    assert kept("expires", later.isoformat()) == "expires_too_far?"
