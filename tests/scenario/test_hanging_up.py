"""A process that ends leaves no connection open, whatever it has come to until then."""

import asyncio
import json
from dataclasses import replace

from bot.bootstrap import running
from bot.roles import Role
from tests.scenario.stage import Stage

_ME = json.dumps({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "x", "username": "x_bot"}})
_ANSWER = f"HTTP/1.1 200 OK\r\nContent-Length: {len(_ME)}\r\n\r\n{_ME}".encode()


async def test_one_that_only_takes_in_and_never_signed_in_to_telegram(stage: Stage) -> None:
    await stage.stop_service()
    asked, hung_up = asyncio.Event(), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        writer.write(_ANSWER)
        await reader.read()
        hung_up.set()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1") as server, asyncio.timeout(10):
        host, port = server.sockets[0].getsockname()
        assert stage.settings.telegram is not None
        telegram = replace(stage.settings.telegram, api_url=f"http://{host}:{port}")
        async with running(replace(stage.settings, telegram=telegram), roles=(Role.WEB,)) as service:
            stage.turnstile.service = service
            assert (await stage.service.get("/readyz")).json() == {"ok": True}
        stage.turnstile.service = None
        assert asked.is_set()
        await hung_up.wait()
