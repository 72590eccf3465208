"""Opens, updates and pushes modal views. A listener makes no other calls before it acknowledges.

https://docs.slack.dev/surfaces/modals: a `trigger_id` expires after three seconds, and a view can have two
more on top.
"""

from collections.abc import Awaitable
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack.cards import Block
from adapters.chat.slack.client import calling, found
from adapters.chat.slack.payloads import Body
from bot.errors import ChatError

log = structlog.get_logger(__name__)


async def show(client: AsyncWebClient, body: Body, view: Block) -> str | None:
    """Open a view; if the pressed button was in a view, update that one instead.

    Gives the id of the view; None if none could be opened. An existing view's id is always given: even if the
    answer was lost, it may have been updated.
    """
    if "view" in body:
        view_id: str = body["view"]["id"]
        await _opened(client.views_update(view_id=view_id, view=view))
        return view_id
    return await _opened(client.views_open(trigger_id=body["trigger_id"], view=view))


async def update(client: AsyncWebClient, view_id: str, view: Block) -> None:
    """Update a view; one that was closed meanwhile stays closed. Raises ChatError."""
    await calling(client.views_update(view_id=view_id, view=view))


async def push(client: AsyncWebClient, body: Body, view: Block) -> str | None:
    """Open a view, on top of the one that the pressed button was in, if any. Gives its id, or None."""
    opening = client.views_push if "view" in body else client.views_open
    return await _opened(opening(trigger_id=body["trigger_id"], view=view))


async def _opened(call: Awaitable[Any]) -> str | None:
    try:
        return found(await calling(call), str, "view", "id")
    except ChatError as error:
        log.warning("slack.view_not_opened", reason=str(error))
        return None
