"""The Telegram stand-in: the Bot API below `/telegram/bot{token}/`, and the people on the other side.

Its controls below `/telegram/_control/` (JSON in and out; answers also have `"ok": true`):

| call | body or query | answer |
|---|---|---|
| POST message | chat, user, text or contact; reply_to, topic (optional) | message_id |
| POST start | user, payload (optional) | message_id |
| POST press | chat, message_id, button, user | answer |
| POST block, unblock | user | |
| POST kick, add, promote, demote | chat | |
| POST topic | chat, topic, state: `closed`, `open` or `deleted`; error (optional) | |
| POST migrate | chat | chat: its new id |
| GET messages | chat | messages |
| GET people | | bot, people, chats |
| GET commands | | commands: per scope and language |
"""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.faults import Faults
from sandbox.standin import World, new_call_log
from sandbox.telegram.administration import Administration
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
    """One bot, three people with a private chat each, a group and a forum; everything in memory."""

    name = "telegram"

    def __init__(self, world: World) -> None:
        self.faults = Faults()
        self.calls = new_call_log()
        self._world = world
        state = State(world.clock)
        queue = UpdateQueue(world.clock, self.faults)
        self._deliveries = Deliveries(queue, world.clock)
        people = People(state, queue, Administration(state, queue))
        profile = Profile(state)
        self.api: Sequence[BaseRoute] = BotApi(
            Intake(queue, self._deliveries), Sending(state), profile
        ).routes
        self.controls = people.controls
        self.readings = {**people.readings, "commands": profile.commands}

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
