"""What the benchmarks measure against works with the tables as they are today."""

import hashlib
import hmac
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text
from starlette.types import ASGIApp

from bench import filling, floors
from bench.webhooks import SECRET, body_of
from tests.databases import new_database, new_file

_LINKS = 3


@pytest.fixture
def file(tmp_path: Path) -> str:
    return new_file(tmp_path / "paylink.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return str(request.getfixturevalue("file"))
    return new_database(request.getfixturevalue("postgresql"))


def test_a_database_is_filled(url: str) -> None:
    filling.open_links(url, 0, _LINKS)
    filling.old_links(url, 1_000, _LINKS, events=5 * _LINKS)
    filling.drafts(url, 2_000, _LINKS, "http://127.0.0.1:9/response")
    assert _counted(url, "SELECT state, count(*) FROM links GROUP BY 1") == {"open": 3, "closed": 3}
    assert _counted(url, "SELECT state, count(*) FROM drafts GROUP BY 1") == {"open": 3}
    assert _counted(url, "SELECT kind, count(*) FROM events GROUP BY 1") == {"ignored": 15}


async def test_webhooks_are_applied_by_hand(file: str) -> None:
    filling.open_links(file, 0, _LINKS)
    assert await _sent(floors.by_hand_applied(file)) == [200] * _LINKS
    filling.until_applied(file)
    assert _counted(file, "SELECT closed, count(*) FROM links GROUP BY 1") == {"paid": 3}
    owed = "SELECT say, count(*) FROM outbox WHERE state = 'owed' GROUP BY 1"
    assert _counted(file, owed) == {"reply": 3}  # the cards of links that were there were said


async def test_what_cannot_be_stored_by_hand_is_refused(file: str) -> None:
    """Or the measurement would wait for its answer for ever."""
    filling.open_links(file, 0, 1)
    assert await _sent(floors.by_hand_applied(file)) == [200, 500, 500]


async def _sent(app: ASGIApp) -> list[int]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        return [await _post(client, body_of(number)) for number in range(_LINKS)]


async def _post(client: httpx.AsyncClient, body: bytes) -> int:
    proof = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    answer = await client.post("/webhooks/checkout", content=body, headers={"Cko-Signature": proof})
    return answer.status_code


def _counted(url: str, query: str) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text(query)).all()
    engine.dispose()
    return {row[0]: row[1] for row in rows}
