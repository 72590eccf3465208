"""A link's id: of its day, in the order of days, and nobody can tell the next one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.ids import is_reference, link_of, new_link_id

MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
# The days of an id begin anew in September 2059.
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2058, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - hypothesis adds them


def test_links_of_a_day_begin_alike_and_are_different() -> None:
    made = [new_link_id(MIDNIGHT + timedelta(hours=hour)) for hour in range(24)]
    assert {each[:5] for each in made} == {"PLM9A"}
    assert len(set(made)) == len(made)


@given(MOMENTS, st.timedeltas(timedelta(days=1), timedelta(days=300)))
def test_a_later_day_sorts_behind(moment: datetime, later: timedelta) -> None:
    first, then = new_link_id(moment), new_link_id(moment + later)
    assert first < then
    assert is_reference(first)
    assert link_of(f"{then}-2") == then
