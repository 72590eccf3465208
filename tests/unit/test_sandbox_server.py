"""The stand-ins' web server cuts a connection without complaining of it."""

import logging

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from sandbox.server import cut, serving


async def test_a_request_that_was_cut_off_is_not_complained_of(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, _: Receive, __: Send) -> None:
        await cut(scope)

    async with serving(app) as url, httpx.AsyncClient(trust_env=False) as client:
        with caplog.at_level(logging.ERROR), pytest.raises(httpx.TransportError):
            await client.get(url)
    assert caplog.messages == []
