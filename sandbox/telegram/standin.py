"""The Telegram stand-in: the Bot API below `/telegram/bot{token}/`, and the people on the other side."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.faults import Faults
from sandbox.standin import World, new_call_log
from sandbox.telegram.answers import refusal
from sandbox.telegram.controls import People
from sandbox.telegram.intake import Intake
from sandbox.telegram.methods import BotApi
from sandbox.telegram.people import ALICE, TOKEN
from sandbox.telegram.profile import Profile
from sandbox.telegram.sending import Sending
from sandbox.telegram.state import State
from sandbox.telegram.updates import UpdateQueue
from sandbox.telegram.webhook import Deliveries


class TelegramStandIn:
    """One bot, two people, two private chats, a group and a forum; everything in memory."""

    name = "telegram"

    def __init__(self, world: World) -> None:
        self.faults = Faults()
        self.calls = new_call_log()
        self._world = world
        state = State(world.clock)
        queue = UpdateQueue(world.clock, self.faults)
        self._deliveries = Deliveries(queue, world.clock)
        people = People(state, queue)
        self.api: Sequence[BaseRoute] = BotApi(
            Intake(queue, self._deliveries), Sending(state), Profile(state)
        ).routes
        self.controls, self.readings = people.controls, people.readings

    def env(self) -> dict[str, str]:
        """The service's settings that point it at this stand-in."""
        return {
            "PAYLINK_TELEGRAM_BOT_TOKEN": TOKEN,
            "PAYLINK_TELEGRAM_MODE": "polling",
            "PAYLINK_TELEGRAM_API_URL": f"{self._world.url}/telegram",
            "PAYLINK_TELEGRAM_ADMITTED": str(ALICE.id),
        }

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """Telegram's words for an answer of that status; 429 says how many seconds to wait."""
        return refusal(status, retry_after)

    async def run(self) -> None:
        """Deliver updates to the webhook, while there is one."""
        await self._deliveries.run()
