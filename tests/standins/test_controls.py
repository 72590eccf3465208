"""The controls that all stand-ins have: what is wrong with a body is said, as JSON."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from sandbox.registry import STANDINS
from tests.rigs import Stage, playing, staging

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with staging() as made:
        yield made


@pytest.mark.parametrize("name", STANDINS)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"[]", "a JSON object is meant, not []"),
        (b"7", "a JSON object is meant, not 7"),
        (b"null", "a JSON object is meant, not None"),
        (b"{", "Expecting property name"),
        (b"\xff", "can't decode byte"),
        (b"[" * 100_000, "recursion"),
        (b'{"advance_s": "\\ud83d"}', "surrogates not allowed"),
        (b"{}", "missing key: 'advance_s'"),
        (b'{"advance_s": "soon"}', "seconds are meant"),
        (b'{"advance_s": null}', "seconds are meant"),
        (b'{"advance_s": NaN}', "seconds are meant"),
        (b'{"advance_s": 1e300}', "a century of them at most"),
    ],
)
async def test_a_wrong_body_says_what_is_wrong(stage: Stage, name: str, body: bytes, says: str) -> None:
    async with playing(stage, STANDINS[name]) as rig:
        before = rig.world.clock.now()
        answer = await rig.client.post(f"/{name}/_control/clock", content=body)
        moved = (rig.world.clock.now() - before).total_seconds()
    assert answer.status_code == httpx.codes.BAD_REQUEST
    told = answer.json()
    assert told["ok"] is False
    assert says in told["error"]
    assert moved < 60
