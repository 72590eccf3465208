"""Who may make links: members of the workspace, and whom the settings let in."""

from pathlib import Path

import pytest

from bot.ports.clock import SystemClock
from bot.ports.model import Standing
from storage.engine import SqlStorage
from tests.scenario.slack_people import (
    GUEST,
    OUTSIDER,
    SHARED,
    actions_of,
    answer,
    card,
    command,
    create,
    desk,
    messages,
    press,
    reference_of,
    window,
)
from tests.scenario.stage import Stage, stage_in

REFUSED = "Payment links are for members of this workspace"
PLACES = [(GUEST, "C0SALES"), (OUTSIDER, SHARED)]


@pytest.mark.parametrize(("user", "channel"), PLACES)
async def test_a_guest_or_an_outsider_is_refused_before_any_backend_hears_of_it(
    stage: Stage, user: str, channel: str
) -> None:
    await create(stage, user=user, channel=channel)
    await desk(stage, REFUSED, user=user, channel=channel)
    assert await stage.provider_links() == []
    assert await messages(stage, channel) == [], "the channel is spared"


async def test_whoever_was_refused_is_known_from_then_on(stage: Stage) -> None:
    await create(stage, user=GUEST)
    shown = await desk(stage, REFUSED, user=GUEST)
    assert REFUSED in await answer(stage, "", GUEST)
    assert await stage.view(GUEST) is None, "no form is opened"
    assert not any("again" in action for action in actions_of(shown)), "it would be refused once more"
    asked = await stage.control("slack/say", channel="C0SALES", user="U0BOB", text="49.90 EUR")
    chosen = await stage.control("slack/shortcut", channel="C0SALES", user=GUEST, ts=asked["ts"])
    assert REFUSED in str(chosen["view"]["blocks"])
    chosen = await stage.control("slack/shortcut", user=GUEST)
    assert REFUSED in str(chosen["view"]["blocks"])
    await stage.fault("slack", "views.open", "status", status=503, times=1)
    chosen = await stage.control("slack/shortcut", channel="C0SALES", user=GUEST, ts=asked["ts"])
    assert chosen["status"] == 200
    assert len(await stage.calls("slack", "/users.info")) == 1


async def test_in_the_form_a_guest_is_refused_too(stage: Stage) -> None:
    view = (await command(stage, "", GUEST))["view"]
    await stage.submit(view["id"], amount="5", currency="EUR")
    await window(stage, REFUSED, user=GUEST)
    assert await messages(stage) == []


@pytest.mark.parametrize(("user", "channel"), PLACES)
async def test_whom_the_settings_name_is_let_in(tmp_path: Path, user: str, channel: str) -> None:
    async with stage_in(tmp_path, SLACK_ADMITTED=f"U0SINGLE, {user}") as stage:
        await create(stage, user=user, channel=channel)
        posted = await card(stage, "Waiting for payment", channel=channel)
        await press(stage, posted, "withdraw", user, channel)
        await card(stage, "Cancelled: 49.90 EUR", channel=channel)


async def test_somebody_once_refused_is_let_in_as_soon_as_the_settings_say_so(
    stage: Stage, tmp_path: Path
) -> None:
    await create(stage, user=GUEST)
    await desk(stage, REFUSED, user=GUEST)
    await stage.stop_service()
    await stage.start_service()
    assert REFUSED in await answer(stage, "5 EUR", GUEST), "and by no other start"
    await stage.stop_service()
    async with stage_in(tmp_path, SLACK_ADMITTED=GUEST) as later:
        await create(later, user=GUEST)
        await card(later, "Waiting for payment")


async def test_who_is_refused_since_presses_no_button_of_their_own_link(stage: Stage) -> None:
    await create(stage)
    posted = await card(stage, "Waiting for payment")
    reference = reference_of(posted)
    made = await stage.rows(lambda tx: tx.links.get(reference))
    assert made is not None
    storage = SqlStorage(stage.settings.database_url, SystemClock(), lambda _: None)
    await storage.write(lambda tx: tx.people.put(made.creator, Standing.REFUSED))
    await storage.close()
    for button in ("withdraw", "reveal", "manage"):
        pressed = await press(stage, posted, button)
        assert REFUSED in str(pressed["view"]["blocks"])
    assert await stage.rows(lambda tx: tx.links.get(reference)) == made


async def test_while_slack_cannot_tell_who_somebody_is_nothing_is_made(stage: Stage) -> None:
    await stage.fault("slack", "users.info", "status", status=503)
    await create(stage)
    await desk(stage, "could not find out yet who asked")
    assert await stage.provider_links() == []
