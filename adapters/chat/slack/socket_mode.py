"""Socket Mode: Slack's requests through a WebSocket that we open, so that we need no public address.

https://docs.slack.dev/apis/events-api/using-socket-mode. The SDK's client keeps one connection; when the
next one is opened, and how soon, is decided here.
"""

import asyncio
import time
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack.client import calling, found
from bot.errors import ChatError, ChatUnavailable

log = structlog.get_logger(__name__)

_PING_S = 5.0
_OPENING_S = 4.0  # less than the SDK waits before it tries the same, used-up address again
_FINISHING_S = 3.0  # what Slack gives a request
_LONGEST_PAUSE_S = 60.0
_LASTING_S = 30.0  # a connection that has lived for so long was no failure


class _Connection(SocketModeClient):
    """One connection. When the SDK would open the next one by itself, it is `over` instead."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient) -> None:
        super().__init__(app_token, web_client=client, ping_interval=_PING_S)
        self._app = app
        self._serving: set[asyncio.Task[Any] | None] = set()
        self.over = asyncio.Event()
        self.socket_mode_request_listeners.append(self._serve)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the SDK's
        """Told to leave, or cut off."""
        self.over.set()

    async def begin(self, url: str) -> None:
        """Open it; raises ChatUnavailable."""
        self.wss_uri = url
        try:
            async with asyncio.timeout(_OPENING_S):
                await self.connect()  # type: ignore[no-untyped-call]
        except TimeoutError as error:
            raise ChatUnavailable("no connection", sent="no") from error

    async def finish(self) -> None:
        """Close it, once everything that came through it is acknowledged."""
        if serving := {task for task in self._serving if task}:
            await asyncio.wait(serving, timeout=_FINISHING_S)
        await self.close()  # type: ignore[no-untyped-call]

    async def _serve(self, _: Any, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        self._serving.add(task)
        try:
            answer = await run_async_bolt_app(self._app, request)
            await send_async_response(self, request, answer, time.time())
        finally:
            self._serving.discard(task)


class SocketMode:
    """Serves a Bolt application for as long as it runs."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient) -> None:
        """`client` makes the calls; its own token is not used."""
        self._app, self._token, self._client = app, app_token, client
        self._failing = False

    async def answers(self) -> bool:
        """Whether the last attempt to open a connection has not failed."""
        return not self._failing

    async def run(self) -> None:
        """Stay connected until cancelled. A new connection is there before the old one is closed."""
        failures = 0
        last: _Connection | None = None
        try:
            while True:
                try:
                    fresh = await self._open()
                except ChatError as error:
                    failures, self._failing = failures + 1, True
                    await _pause(failures, error)
                    continue
                self._failing = False
                if last is not None:
                    await last.finish()
                last = fresh
                failures = 0 if await _lasted(fresh) else failures + 1
                if failures > 1:
                    await _pause(failures - 1)
        finally:
            if last is not None:
                await last.finish()

    async def _open(self) -> _Connection:
        """A connection; raises ChatError."""
        url = await _new_url(self._client, self._token)
        connection = _Connection(self._app, self._token, self._client)
        try:
            await connection.begin(url)
        except (ChatUnavailable, asyncio.CancelledError):
            await connection.finish()
            raise
        log.info("slack.socket_open")
        return connection


async def check_app_token(client: AsyncWebClient, app_token: str) -> str:
    """Ask for an address and leave it unused; gives a line for the operator, raises ChatError."""
    await _new_url(client, app_token)
    return "connections can be opened (Socket Mode)"


async def _new_url(client: AsyncWebClient, app_token: str) -> str:
    return found(await calling(client.apps_connections_open(app_token=app_token)), str, "url")


async def _lasted(connection: _Connection) -> bool:
    """Wait for the end of a connection; False if it came too soon to be a usual renewal."""
    began = time.monotonic()
    await connection.over.wait()
    return time.monotonic() - began >= _LASTING_S


async def _pause(failures: int, error: ChatError | None = None) -> None:
    """A second, doubled with each failure in a row; as long as Slack asks for if that is longer."""
    asked = error.retry_after if isinstance(error, ChatUnavailable) else None
    pause = max(min(2.0 ** (failures - 1), _LONGEST_PAUSE_S), asked or 0)
    log.warning("slack.socket_failed", reason=str(error or "closed at once"), pause_s=pause)
    await asyncio.sleep(pause)
