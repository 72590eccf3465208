"""A kill -9 between any two steps of conversation and delivery loses nothing and doubles nothing."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from sandbox.server import listen, reserve, serving_on, url_of
from tests import loopback
from tests.faults.scale import SCALE
from tests.scenario.fronts import Ambush, Doorway, Step
from tests.scenario.mortal import Keeper, kept
from tests.scenario.outside import outside
from tests.scenario.story import IN_SLACK, IN_TELEGRAM, SAID_AGAIN, Ending, Story, lost_messages

_CHOSEN = random.Random(9)  # noqa: S311 - the same moments every time
MOMENTS = [0.0, *sorted(_CHOSEN.random() for _ in range(60 if SCALE.long else 5)), 1.0]
CALLS = {
    "views.open": ("",),
    "payment-links": ("'amount': 4990", "'amount': 6000"),
    "chat.postMessage": ("Waiting for payment", "asks you to pay", "authorised", "Paid 49.90"),
    "chat.update": ("not yet taken", "Paid 49.90"),
    "views.update": ("ready and posted", "Paid 49.90"),
    "getMe": ("",),
    "getUpdates": ("",),
    "sendMessage": ("How much?", "asks you to pay", "authorised", "Paid 60.00"),
    "editMessageText": ("e-mail address?", "check the amount", "Waiting for payment", "Paid 60.00"),
    "deleteMessage": ("",),
    "answerCallbackQuery": ("",),
    # The other way round: what the service is asked, killed before it hears or once it has answered.
    "events": ("/paylink", "view_submission"),
    "checkout": ("payment_approved", "payment_captured"),
}
# What cannot simply be repeated: killed after it, and nobody knows that it has happened.
TELLING = {"payment-links", "chat.postMessage", "sendMessage", "getUpdates", "events", "checkout"}
STEPS = [
    step
    for name, words in CALLS.items()
    for said in words
    for step in (Step(name, said, acted=False), Step(name, said, acted=True))
    if SCALE.long or (step.acted and name in TELLING)
]

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Outcome:
    """How both chats and the backend look in the end; `readings`: of the clock, in one undisturbed life."""

    slack: Ending
    telegram: Ending
    attempts: tuple[tuple[str, ...], tuple[str, ...]]
    lost: int
    readings: int


@contextlib.asynccontextmanager
async def told_in(folder: Path, dies_at: int | None, step: Step | None) -> AsyncIterator[Story]:
    keepers: list[Keeper] = []

    async def kill() -> None:
        await keepers[0].kill()

    def front(app: ASGIApp) -> ASGIApp:
        return Ambush(app, step, kill) if step else app

    socket, reserved = listen(), reserve()
    url = url_of(reserved)
    async with (
        contextlib.AsyncExitStack() as held,
        loopback.client(url, timeout=30) as service,
        serving_on(front(Doorway(service)), socket),
        outside(folder, url_of(socket), front, PORT=url.rsplit(":", 1)[1]) as around,
        kept(around.written, folder / "service.log", dies_at) as keeper,
    ):
        held.enter_context(reserved)
        keepers.append(keeper)
        yield Story(around.stage, keeper)


async def outcome_of(folder: Path, dies_at: int | None = None, step: Step | None = None) -> Outcome:
    """Play the story to its end, with one death on the way; one that is long in coming is waited for."""
    async with told_in(folder, dies_at, step) as story:
        await story.play()
        readings = story.keeper.readings
        if dies_at or step:
            async with asyncio.timeout(20):
                await story.keeper.died.wait()
                await story.keeper.up.wait()
        await story.stage.nothing_owed()
        return Outcome(
            slack=await story.slack_ending(),
            telegram=await story.telegram_ending(),
            attempts=(await story.attempts(IN_SLACK), await story.attempts(IN_TELEGRAM)),
            lost=lost_messages(folder / "paylink.db"),
            readings=readings,
        )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return asyncio.run(outcome_of(tmp_path_factory.mktemp("undisturbed")))


def nothing_lost_nothing_doubled(outcome: Outcome, undisturbed: Outcome) -> None:
    """Beside an undisturbed run: only what was in flight may be missing, or be there twice and say so."""
    missing = 0
    for now, then in ((outcome.slack, undisturbed.slack), (outcome.telegram, undisturbed.telegram)):
        again = [line for line in now.lines.elements() if SAID_AGAIN in line]
        assert now.cards[-1:] == then.cards, "the newest card tells how it ended"
        assert len(now.cards) - 1 + len(again) <= 1, "one message at most was cut off, and came once more"
        said = now.lines - Counter(again)
        assert said <= then.lines, "no line is there twice unless it says so"
        unsaid = then.lines - said
        assert sum("Paid" in line for line in unsaid) <= len(again)
        assert (now.typed, now.desk) == (then.typed, then.desk)
        missing += unsaid.total() - sum("Paid" in line for line in unsaid)
    assert missing <= outcome.lost, "what is missing is known to be lost"
    for references in outcome.attempts:
        assert len({reference[:14] for reference in references}) == 1, "one intent, one link"
        assert len(references) <= 2, "one creation at most was cut off, and tried once more"


def test_an_undisturbed_run_says_everything_once(undisturbed: Outcome) -> None:
    for ending in (undisturbed.slack, undisturbed.telegram):
        assert len(ending.cards) == 1
        assert set(ending.lines.values()) == {1}
        assert sum("Paid" in line for line in ending.lines) == 1
    assert "Paid" in undisturbed.slack.desk
    assert undisturbed.telegram.typed == ("/paylink",)
    assert [len(references) for references in undisturbed.attempts] == [1, 1]
    assert undisturbed.lost == 0
    nothing_lost_nothing_doubled(undisturbed, undisturbed)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_kill_between_two_readings_of_the_clock(
    moment: float, undisturbed: Outcome, tmp_path: Path
) -> None:
    dies_at = 1 + round(moment * (undisturbed.readings - 1))
    nothing_lost_nothing_doubled(await outcome_of(tmp_path, dies_at=dies_at), undisturbed)


@pytest.mark.parametrize("step", STEPS, ids=str)
async def test_a_kill_at_a_call_to_the_outside(step: Step, undisturbed: Outcome, tmp_path: Path) -> None:
    nothing_lost_nothing_doubled(await outcome_of(tmp_path, step=step), undisturbed)
