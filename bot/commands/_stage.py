"""People in front of the stand-ins, acting through their controls."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from bot.texts import Texts

Echo = Callable[[str], object]
_PATIENCE_S = 20.0
_LOOK_AFTER_S, _LOOK_EVERY_S, _LESS_OFTEN = 0.03, 0.2, 1.4  # what takes long is looked at less often
_CHANNEL, _ALICE = "C0SALES", "U0ALICE"
_CHAT = 1001
_REFERENCE = re.compile(r"PL[0-9A-HJKMNP-TV-Z]{12}")
_WORDS = Texts("en")
# What the customer is, for whatever a backend asks; what is not here is passed over.
_ANSWERS = {
    "email": "jane@example.com",
    "phone": "+919812345678",
    "name": "Jane Doe",
    "address": "12 MG Road",
    "city": "Pune",
    "state": "Maharashtra",
    "postal_code": "411001",
    "country": "DE",
}


_NOTHING = "nothing"
_QUESTIONS = ("amount", "description", *_ANSWERS)


class ScenarioFailed(Exception):
    """A thread did not end as the scenario says."""


@dataclass(frozen=True, slots=True)
class Thread:
    """One link's thread as a reader sees it."""

    chat: str
    card: str
    replies: tuple[str, ...]


class Stage:
    """People in front of the stand-ins, acting through their controls."""

    def __init__(
        self, client: httpx.AsyncClient, backend: str, echo: Echo, amount: str = "49.90 EUR"
    ) -> None:
        self._client, self._backend, self._echo, self._amount = client, backend, echo, amount

    async def ask_in_slack(self) -> str:
        """Fill in the form that `/paylink` opens; gives the link's reference once its card is posted."""
        self._echo(f"Slack    Alice: /paylink          (form: {self._amount}, Jane, Invoice 12)")
        await self._post("/slack/_control/command", {"channel": _CHANNEL, "user": _ALICE, "text": ""})
        view = await self._until("a form in Slack", self._view)
        asked = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        amount, currency = self._amount.split()
        known = _ANSWERS | {"amount": amount, "currency": currency, "description": "Invoice 12"}
        values = {key: value for key, value in known.items() if key in asked}
        answer = await self._post("/slack/_control/submit", {"view": view["id"], "values": values})
        if answer["errors"]:
            raise ScenarioFailed(f"the form was refused: {answer['errors']}")
        reference: str = view["private_metadata"]
        await self._until("a card in Slack", lambda: self._slack_thread(reference))
        return reference

    async def ask_in_telegram(self) -> str:
        """Answer one question after the other; gives the link's reference once its card shows a link."""
        before = await self._telegram_references()
        await self._say_in_telegram("/paylink")
        answers, answered = {"amount": self._amount, **_ANSWERS}, set[str]()
        while (
            asked := await self._until("a question in Telegram", partial(self._asked, answered))
        ) != _NOTHING:
            answered.add(asked)
            if asked in answers:
                await self._say_in_telegram(answers[asked])
            else:
                await self._press_in_telegram(_WORDS(f"field.{asked}.prompt"), "Skip")
        await self._press_in_telegram("check the amount", "Create link")

        async def new_one() -> str | None:
            return next(iter(await self._telegram_references() - before), None)

        return str(await self._until("a card in Telegram", new_one))

    async def _say_in_telegram(self, text: str) -> None:
        self._echo(f"Telegram Alice: {text}")
        await self._post("/telegram/_control/message", {"chat": _CHAT, "user": _CHAT, "text": text})

    async def _asked(self, answered: set[str]) -> str | None:
        """The field that is asked for now, or _NOTHING; None if that is not known yet."""
        messages = [one for one in await self._telegram_messages() if one["from"] != _CHAT]
        text = messages[-1]["text"] if messages else ""
        if "check the amount" in text:
            return _NOTHING
        open_ = [key for key in _QUESTIONS if key not in answered and _WORDS(f"field.{key}.prompt") in text]
        return next(iter(open_), None)

    async def cancel_in_slack(self, reference: str) -> None:
        """Press the card's own button."""
        self._echo("Slack    Alice: [Cancel link]")
        message = await self._slack_message(reference)
        actions = [each for block in message["blocks"] for each in block.get("elements", ())]
        button = next(
            each for each in actions if str(each.get("action_id", "")).startswith("paylink_withdraw")
        )
        press = {"channel": _CHANNEL, "ts": message["ts"], "user": _ALICE, "action_id": button["action_id"]}
        await self._post("/slack/_control/press", press | {"value": button["value"]})

    async def cancel_in_telegram(self, reference: str) -> None:
        """Press the card's own button, and once more to be sure."""
        for label in ("Cancel link", "Cancel link"):
            self._echo(f"Telegram Alice: [{label}]")
            await self._until("a press to be taken", partial(self._is_taken, reference, label))
            await self._until("to be asked whether that is meant", partial(self._asked_to_be_sure, reference))

    async def _is_taken(self, reference: str, label: str) -> bool:
        """Press; an alert in place of a question asks whoever presses too soon to wait."""
        message = await self._telegram_message(reference)
        press = {"chat": _CHAT, "message_id": message["message_id"], "button": label, "user": _CHAT}
        told = (await self._post("/telegram/_control/press", press))["answer"] or {}
        return not told.get("show_alert") or await self._asked_to_be_sure(reference)

    async def pass_time(self, days: int) -> None:
        """At the backend; then the operator has the service poll it."""
        self._echo(f"{days} days pass")
        await self._post(f"/{self._backend}/_control/clock", {"advance_s": days * 86_400})

    async def happen(self, reference: str, outcome: str) -> None:
        """Make something happen to a link at the backend."""
        self._echo(f"Customer {reference}: {outcome}")
        await self._post(f"/{self._backend}/_control/pay", {"link": reference, "outcome": outcome})

    async def choke_chats(self) -> None:
        """Both chats refuse every message for now."""
        for chat, methods in (
            ("slack", ("chat.postMessage", "chat.update")),
            ("telegram", ("sendMessage", "editMessageText")),
        ):
            for method in methods:
                fault = {"match": method, "fault": "status", "status": 429, "retry_after": 1}
                await self._post(f"/{chat}/_control/faults", fault)

    async def relieve_chats(self) -> None:
        for chat in ("slack", "telegram"):
            (await self._client.delete(f"/{chat}/_control/faults")).raise_for_status()

    async def webhooks_accepted(self) -> None:
        """Wait until the service has acknowledged every webhook so far."""

        async def all_delivered() -> bool:
            answer = await self._get(f"/{self._backend}/_control/deliveries")
            return all(delivery["delivered"] for delivery in answer["deliveries"])

        await self._until("every webhook to be accepted", all_delivered)

    async def thread(self, chat: str, reference: str, complete: Callable[[Thread], bool]) -> Thread:
        """The thread of a link once it is complete, or as it is when patience ends."""
        read = self._slack_thread if chat == "Slack" else self._telegram_thread

        async def finished() -> Thread | None:
            found = await read(reference)
            return found if found and complete(found) else None

        try:
            found: Thread = await self._until("the thread", finished)
        except ScenarioFailed:
            return await read(reference) or Thread(chat, "", ())
        return found

    async def _view(self) -> dict[str, Any] | None:
        view: dict[str, Any] | None = (await self._get("/slack/_control/view", user=_ALICE))["view"]
        return view

    async def _slack_thread(self, reference: str) -> Thread | None:
        message = await self._slack_message(reference)
        replies = tuple(reply["text"] for reply in message["replies"]) if message else ()
        return Thread("Slack", message["text"], replies) if message else None

    async def _slack_message(self, reference: str) -> dict[str, Any]:
        messages = (await self._get("/slack/_control/messages", channel=_CHANNEL))["messages"]
        return next((message for message in messages if reference in str(message["blocks"])), {})

    async def _telegram_thread(self, reference: str) -> Thread | None:
        message = await self._telegram_message(reference)
        if not message:
            return None
        others = await self._telegram_messages()
        replies = [other["text"] for other in others if other["reply_to"] == message["message_id"]]
        return Thread("Telegram", message["text"].splitlines()[0], tuple(replies))

    async def _telegram_message(self, reference: str) -> dict[str, Any]:
        messages = await self._telegram_messages()
        return next((message for message in messages if reference in message["text"]), {})

    async def _asked_to_be_sure(self, reference: str) -> bool:
        message = await self._telegram_message(reference)
        labels = [button["text"] for row in message["keyboard"] or [] for button in row]
        return "Keep it" in labels or "Cancelled" in message["text"]

    async def _telegram_references(self) -> set[str]:
        """Of all links whose address is there."""
        texts = [message["text"] for message in await self._telegram_messages() if "http" in message["text"]]
        return {reference for text in texts for reference in _REFERENCE.findall(text)}

    async def _telegram_messages(self) -> list[dict[str, Any]]:
        messages = (await self._get("/telegram/_control/messages", chat=_CHAT))["messages"]
        return [message for message in messages if not message.get("deleted")]

    async def _press_in_telegram(self, question: str, label: str) -> None:
        """Press a button once the question is there that it answers: an older one's would be stale."""

        async def message_with_button() -> int | None:
            messages = await self._telegram_messages()
            newest: dict[str, Any] = messages[-1] if messages else {"keyboard": [], "text": ""}
            labels = [button["text"] for row in newest["keyboard"] or [] for button in row]
            return newest["message_id"] if label in labels and question in newest["text"] else None

        message_id = await self._until(f"a button '{label}' in Telegram", message_with_button)
        self._echo(f"Telegram Alice: [{label}]")
        press = {"chat": _CHAT, "message_id": message_id, "button": label, "user": _CHAT}
        await self._post("/telegram/_control/press", press)

    async def _until(self, what: str, look: Callable[[], Awaitable[Any]]) -> Any:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                pause = _LOOK_AFTER_S
                while not (found := await look()):  # what is waited for is in another process
                    await asyncio.sleep(pause)
                    pause = min(pause * _LESS_OFTEN, _LOOK_EVERY_S)
        except TimeoutError:
            raise ScenarioFailed(f"waited in vain for {what}") from None
        return found

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return _ok(await self._client.post(path, json=body))

    async def _get(self, path: str, **query: str | int) -> dict[str, Any]:
        return _ok(await self._client.get(path, params=query))


def _ok(response: httpx.Response) -> dict[str, Any]:
    answer: dict[str, Any] = response.json()
    if not answer["ok"]:
        raise ScenarioFailed(f"{response.request.url.path}: {answer['error']}")
    return answer
