"""Inline mode: people type `@bot ...` in any chat, and choose one of the bot's offers.

https://core.telegram.org/bots/inline. An answer is kept for its `cache_time` (300 seconds unless the bot
says otherwise), for everybody unless it is personal: the same query does not reach the bot meanwhile. The
bot hears which offer was chosen only with inline feedback, and the message's id only if it has buttons.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sandbox.standin import Control, ControlRefused
from sandbox.telegram.answers import Refused, bad_request
from sandbox.telegram.chats import Chat
from sandbox.telegram.fields import check_fields
from sandbox.telegram.files import Files
from sandbox.telegram.finding import chat_of, check_place, open_topic, person_of
from sandbox.telegram.inline_results import Result, read_results
from sandbox.telegram.people import Person
from sandbox.telegram.privacy import bot_sees
from sandbox.telegram.state import QUERY_LIFE, TOO_OLD, State
from sandbox.telegram.updates import UpdateQueue

_ANSWER_WITHIN_S = 10
_MAX_QUERY = 256
_MAX_OFFSET_BYTES = 64
_CACHE_S = 300
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot offered, and until when that is shown without asking it again."""

    results: list[Result]
    about: Mapping[str, Any]
    until: datetime


@dataclass(eq=False)
class InlineQuery:
    """What a person has typed, waiting for the bot's answer."""

    id: str
    person: Person
    query: str
    offset: str
    at: datetime
    answer: Answer | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Inline:
    """The method, which raises Refused, and the controls, which raise ControlRefused."""

    def __init__(self, state: State, queue: UpdateQueue, files: Files) -> None:
        self._state, self._queue, self._files = state, queue, files
        self._ids = count(5_382_000_000_000_000_001)
        self._queries: dict[str, InlineQuery] = {}
        self._kept: dict[tuple[int | None, str, str], Answer] = {}
        self._shown: dict[int, tuple[str, Answer]] = {}
        self.controls: dict[str, Control] = {"inline": self.inline, "choose": self.choose}

    def answer_inline_query(self, given: dict[str, Any]) -> bool:
        results = read_results(given["results"], self._files)
        if len(given.get("next_offset", "").encode()) > _MAX_OFFSET_BYTES:
            raise bad_request("NEXT_OFFSET_INVALID")
        button = given.get("button")
        if button is not None:
            _check_button(button)
        query, now = self._queries.get(given["inline_query_id"]), self._state.clock.now()
        if query is None or query.answer is not None or now > query.at + QUERY_LIFE:
            raise bad_request(TOO_OLD)
        about = {"button": button, "next_offset": given.get("next_offset", "")}
        until = now + timedelta(seconds=max(given.get("cache_time", _CACHE_S), 0))
        query.answer = Answer(results, about, until)
        self._kept[query.person.id if given.get("is_personal") else None, query.query, query.offset] = (
            query.answer
        )
        query.answered.set()
        return True

    async def inline(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"user", "query", "chat"?, "offset"?} -> {"results": [...] or null, "button", "next_offset"}."""
        person, query, offset = person_of(body["user"]), str(body["query"]), str(body.get("offset", ""))
        if not self._state.settings.inline:
            raise ControlRefused("the bot has no inline mode: switch it on with botfather")
        if len(query) > _MAX_QUERY:
            raise ControlRefused(f"a query has {_MAX_QUERY} characters at most")
        chat = chat_of(self._state, body["chat"]) if "chat" in body else None
        answer = self._known(person, query, offset) or await self._ask(person, query, offset, chat)
        if answer is None:
            return {"results": None}
        self._shown[person.id] = query, answer
        return {"results": [result.as_seen() for result in answer.results], **answer.about}

    async def choose(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"user", "result": its id, "chat", "topic"?} -> {"message_id", "inline_message_id" or null}."""
        person, chat = person_of(body["user"]), chat_of(self._state, body["chat"])
        check_place(chat, person)
        query, answer = self._shown.get(person.id, ("", None))
        offers = {result.id: result for result in answer.results} if answer else {}
        result = offers.get(str(body["result"]))
        if result is None:
            raise ControlRefused(f"no such result; there are {', '.join(offers) or 'none'}")
        topic = open_topic(chat, body.get("topic"), None)
        message = self._state.post(
            chat,
            person,
            content=result.content,
            markup=result.markup,
            media=await self._photo(result),
            details=dict(result.details),
            topic=topic,
            via_bot=True,
        )
        if result.markup.inline:
            message.inline_id = f"AgAAInline{next(self._ids)}"
            self._state.inline_messages[message.inline_id] = message
        if bot_sees(message, self._state.settings):
            self._queue.add("message", message.as_json(), chat.id)
        self._tell(person, query, result, message.inline_id)
        return {"message_id": message.message_id, "inline_message_id": message.inline_id or None}

    def _known(self, person: Person, query: str, offset: str) -> Answer | None:
        for whose in (person.id, None):
            answer = self._kept.get((whose, query, offset))
            if answer is not None and answer.until > self._state.clock.now():
                return answer
        return None

    async def _ask(self, person: Person, query: str, offset: str, chat: Chat | None) -> Answer | None:
        asked = InlineQuery(str(next(self._ids)), person, query, offset, self._state.clock.now())
        self._queries[asked.id] = asked
        where = {"chat_type": "sender" if chat.id == person.id else chat.kind} if chat else {}
        about = {"id": asked.id, "from": person.as_json(), "query": query, "offset": offset, **where}
        self._queue.add("inline_query", about, person.id)
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                await asked.answered.wait()
        except TimeoutError:
            pass
        return asked.answer

    async def _photo(self, result: Result) -> Any:
        if not isinstance(result.photo, str):
            return result.photo
        try:
            return (await self._files.resolved({"photo": result.photo}))["photo"]
        except Refused as refused:
            raise ControlRefused(refused.description) from refused

    def _tell(self, person: Person, query: str, result: Result, inline_id: str) -> None:
        if not self._state.settings.inline_feedback:
            return
        chosen = {"result_id": result.id, "from": person.as_json(), "query": query}
        known = {"inline_message_id": inline_id} if inline_id else {}
        self._queue.add("chosen_inline_result", {**chosen, **known}, person.id)


def _check_button(button: dict[str, Any]) -> None:
    check_fields(
        "inline query results button", button, {"text": str, "start_parameter": str, "web_app": dict}
    )
    if not button.get("text"):
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    if ("start_parameter" in button) == ("web_app" in button):
        reason = "InlineQueryResultsButton must have exactly one optional field"
        raise bad_request(f"can't parse inline query results button: {reason}")
    if "start_parameter" in button and not _START.fullmatch(button["start_parameter"]):
        raise bad_request("START_PARAM_INVALID")
