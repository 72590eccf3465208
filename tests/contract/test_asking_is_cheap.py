"""What a request to a backend costs beside the network."""

import sys
from collections.abc import Sequence
from types import ModuleType

import pytest

from adapters.backends._http import BackendHttp, make_client
from tests.rigs import Stage, consulting

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Sought(list[str]):
    """Every module that is looked for in folders: what was imported already is not."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        self.append(name)


async def test_a_request_looks_for_no_module(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    oracle, sought = consulting(stage), Sought()
    async with make_client(oracle.url) as client:
        backend = BackendHttp(client, "request-id")
        await backend.call("GET", "/first")
        monkeypatch.setattr(sys, "meta_path", [sought, *sys.meta_path])
        await backend.call("GET", "/second")
    assert sought == []
