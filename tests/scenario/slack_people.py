"""What people do and see in Slack beyond one channel and its newest card."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sandbox.slack.identity import APP_TOKEN
from tests.scenario.stage import ALICE, SLACK, Stage, stage_in

Json = dict[str, Any]

BOB, GUEST, OUTSIDER = "U0BOB", "U0GUEST", "U0OUTSIDER"
QUIET, PRIVATE, SHARED = "C0QUIET", "C0PRIVATE", "C0SHARED"
ORDER = "49.90 EUR jane@example.com Invoice 12"


async def command(stage: Stage, text: str = ORDER, user: str = ALICE, channel: str = SLACK) -> Json:
    return _taken(await stage.control("slack/command", channel=channel, user=user, text=text))


async def answer(stage: Stage, text: str, user: str = ALICE) -> str:
    """The one line that a command is answered with."""
    (message,) = (await command(stage, text, user))["messages"]
    return str(message["text"])


async def press(stage: Stage, on: Json, act: str, user: str = ALICE, channel: str = SLACK) -> Json:
    """Press the first button of this kind on a message or in a view."""
    action = next(name for name in actions_of(on) if name.startswith(f"paylink_{act}_"))
    place = {"view": on["id"]} if "id" in on else {"channel": channel, "ts": on["ts"]}
    return _taken(await stage.control("slack/press", action_id=action, user=user, **place))


async def create(stage: Stage, text: str = ORDER, user: str = ALICE, channel: str = SLACK) -> Json:
    """Type a whole command and confirm it; gives the press's answer."""
    (shown,) = (await command(stage, text, user, channel))["messages"]
    return await press(stage, shown, "create", user, channel)


def _taken(answer: Json) -> Json:
    """Slack shows a mistake of ours to whoever is not answered with exactly 200."""
    assert answer["status"] == 200, answer
    return answer


async def messages(stage: Stage, channel: str = SLACK) -> list[Json]:
    return list((await stage.reading("slack/messages", channel=channel))["messages"])


async def card(stage: Stage, *words: str, channel: str = SLACK) -> Json:
    """The newest card of ours at a channel's top once it holds all these words."""

    async def look() -> Json | None:
        found = [message for message in await messages(stage, channel) if message["user"] == "U0PAYLINK"]
        return found[-1] if found and all(word in str(found[-1]) for word in words) else None

    return await stage.until(look)


async def thread(stage: Stage, *words: str, below: str, channel: str = SLACK) -> list[Json]:
    """The replies to a message once each of these words is in one of them."""

    async def look() -> list[Json] | None:
        (root,) = [message for message in await messages(stage, channel) if message["ts"] == below]
        replies = list(root["replies"])
        return replies if all(any(word in str(reply) for reply in replies) for word in words) else None

    return await stage.until(look)


async def desk(stage: Stage, *words: str, user: str = ALICE, channel: str = SLACK) -> Json:
    """The newest message that only this person sees once it holds all these words."""

    async def look() -> Json | None:
        found = (await stage.reading("slack/ephemerals", channel=channel, user=user))["messages"]
        return found[-1] if found and all(word in str(found[-1]) for word in words) else None

    return await stage.until(look)


async def window(stage: Stage, *words: str, user: str = ALICE) -> Json:
    """The modal that this person looks at once it holds all these words."""

    async def look() -> Json | None:
        view = await stage.view(user)
        return view if view and all(word in str(view["blocks"]) for word in words) else None

    return await stage.until(look)


def actions_of(on: Json) -> list[str]:
    """Every button of a message or a view."""
    return [
        element["action_id"]
        for block in on["blocks"]
        for element in block.get("elements", [])
        if "action_id" in element
    ]


def filled_in(view: Json) -> dict[str, str]:
    """What a form shows in its fields."""
    shown = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        chosen = element.get("initial_option", {}).get("value")
        if value := element.get("initial_value") or chosen:
            shown[block["block_id"]] = value
    return shown


def reference_of(message: Json) -> str:
    """The reference of the link that a card shows."""
    text = str(message["blocks"])
    at = text.index("PL", text.index("*Reference*"))
    return text[at : at + 14]


@asynccontextmanager
async def socket_stage(folder: Path) -> AsyncIterator[Stage]:
    """A stage whose service opens the connection itself, and has no door for Slack."""
    async with stage_in(folder, SLACK_APP_TOKEN=APP_TOKEN, SLACK_SIGNING_SECRET="") as stage:
        await connected(stage)
        yield stage


async def connected(stage: Stage) -> None:
    async def look() -> bool:
        return bool((await stage.reading("slack/sockets"))["connections"])

    await stage.until(look)
