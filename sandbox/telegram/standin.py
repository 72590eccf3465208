"""The Telegram stand-in: the Bot API below `/telegram/bot{token}/`, and the people on the other side.

Its controls below `/telegram/_control/` (JSON in and out; answers also have `"ok": true`):

| call | body or query | answer |
|---|---|---|
| POST message | chat, user, text or contact; reply_to, topic (optional) | message_id |
| POST start | user, payload (optional) | message_id |
| POST startgroup | user, chat, payload (optional): the bot comes, if it is not there | message_id |
| POST press | chat, message_id, button, user | answer |
| POST inline | user, query; chat, offset (optional) | results or null, button, next_offset |
| POST choose | user, result, chat; topic (optional) | message_id, inline_message_id or null |
| POST block, unblock | user | |
| POST kick, add, promote, demote | chat | |
| POST topic | chat, topic, state: `closed`, `open` or `deleted`; error (optional) | |
| POST migrate | chat | chat: its new id |
| POST botfather | inline, inline_feedback, privacy: true or false (optional) | all three |
| POST limits | on: true or false | on |
| GET messages | chat | messages |
| GET people | | bot, people, chats: with members, roles, topics |
| GET commands | | commands: per scope and language |
| GET ignored | | ignored: parameters that the Bot API does not know |

A message's photo is at its `photo.url` for everybody: the page has no token. The offers of inline mode
are `results`; the bot hears of a choice once `inline_feedback` is on.
"""

import re
from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.faults import Faults
from sandbox.standin import World, new_call_log
from sandbox.telegram.administration import Administration
from sandbox.telegram.answers import refusal
from sandbox.telegram.callbacks import Callbacks
from sandbox.telegram.commands import Commands
from sandbox.telegram.controls import People
from sandbox.telegram.editing import Editing
from sandbox.telegram.files import Files
from sandbox.telegram.gestures import Gestures
from sandbox.telegram.inline import Inline
from sandbox.telegram.intake import Intake
from sandbox.telegram.methods import BotApi, Method
from sandbox.telegram.parameters import PARAMETERS
from sandbox.telegram.people import ALICE, TOKEN
from sandbox.telegram.profile import Profile
from sandbox.telegram.sending import Sending
from sandbox.telegram.session import Session
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
        state, files = State(world.clock), Files(world.clock)
        queue = UpdateQueue(world.clock, self.faults)
        self._deliveries = Deliveries(queue, world.clock)
        administration = Administration(state, queue)
        people, inline = People(state, queue, administration), Inline(state, queue, files)
        intake, commands = Intake(queue, self._deliveries), Commands(state)
        session = Session(world.clock, intake.forget)
        parts = (
            *(Profile(state), Sending(state), Editing(state), Gestures(state), Callbacks(state)),
            *(administration, inline, intake, commands, session, files),
        )
        api = BotApi(_methods(parts), intake, session, files)
        self.api: Sequence[BaseRoute] = api.routes
        self.controls = {**people.controls, **inline.controls}
        self.readings = {**people.readings, "commands": commands.commands, "ignored": api.ignored}

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


def _methods(parts: Sequence[object]) -> dict[str, Method]:
    """Every method by its name in the Bot API: `sendMessage` is somebody's `send_message`."""
    found = {name: re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name) for name in PARAMETERS}
    return {
        name: getattr(part, own_name)
        for name, own_name in found.items()
        for part in parts
        if hasattr(part, own_name)
    }
