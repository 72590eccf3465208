"""What providers write for "never" can be counted with, and its link is looked at all the same."""

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.backends._shapes import moment
from bot.links.schedule import PAID_FOR
from tests.unit.watching_rig import WatchingRig
from tests.unit.world import World

NEVER = ["9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-12:00", "9999-12-31"]
LONG_AGO = ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-01"]


@pytest.mark.parametrize("told", [*NEVER, *LONG_AGO])
def test_it_can_be_counted_with_and_shown_anywhere(told: str) -> None:
    found = moment(told)
    assert abs(found - moment("2026-11-21T09:00:00Z")) > timedelta(days=365)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert (found + PAID_FOR - 2 * PAID_FOR).astimezone(ZoneInfo(zone))


def test_any_other_moment_is_as_it_is_told() -> None:
    assert moment("2026-11-21T09:00:00.1234567").isoformat() == "2026-11-21T09:00:00.123456+00:00"
    assert moment("2099-12-31T23:59:59+02:00").astimezone(UTC).isoformat() == "2099-12-31T21:59:59+00:00"


async def test_a_link_that_never_ends_is_looked_at_from_time_to_time(world: World) -> None:
    outlook = WatchingRig(world)
    await outlook.begin()
    found = outlook.shows()
    outlook.backend.links[found.provider_id] = replace(found, expires_on=moment(NEVER[0]))
    for days in (0, 1, 30):
        world.clock.advance(days=days)
        poll_at = (await outlook.look()).poll_at
        assert poll_at is not None
        assert poll_at > world.clock.now()
