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
        (b"{", "the body is no JSON: Expecting property name"),
        (b"link=PL1&outcome=paid", "the body is no JSON"),
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


@pytest.mark.parametrize("name", STANDINS)
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"fault": "500"}, "fault must be one of status, "),
        ({"match": ""}, "match must be"),
        ({"match": "*"}, "match must be"),
        ({"match": "POST payment-links"}, "match must be"),
        ({"match": "POST /a b"}, "match must be"),
        ({"match": 7}, "match must be"),
        ({"status": "503"}, "status must be a whole number from 200 to 599"),
        ({"status": 99999}, "status must be"),
        ({"status": True}, "status must be"),
        ({"retry_after": "2"}, "retry_after must be whole seconds"),
        ({"delay_s": "2"}, "delay_s must be seconds"),
        ({"delay_s": -1}, "delay_s must be seconds"),
        ({"times": "1"}, "times must be a whole number, 1 or more"),
        ({"times": 0}, "times must be"),
        ({"share": 20}, "share must be a part of 1"),
        ({"count": 1}, "unknown keys: count"),
    ],
)
async def test_a_wrong_fault_names_what_is_wrong_and_is_none(
    stage: Stage, name: str, wrong: dict[str, object], says: str
) -> None:
    """One that was taken befell every later call with a 500 of the stand-in's own, or none at all."""
    async with playing(stage, STANDINS[name]) as rig:
        good = {"match": "POST /", "fault": "status", "status": 503, "times": 1}
        answer = await rig.client.post(f"/{name}/_control/faults", json=good | wrong)
        assert answer.status_code == httpx.codes.BAD_REQUEST
        assert says in answer.json()["error"]
        assert (await rig.client.post(f"/{name}/nowhere")).status_code != httpx.codes.SERVICE_UNAVAILABLE


@pytest.mark.parametrize("name", STANDINS)
@pytest.mark.parametrize("match", ["POST /nowhere", "post /nowhere", "/nowhere", "POST /{name}/nowhere"])
async def test_a_fault_is_found_by_its_path_however_its_verb_is_written(
    stage: Stage, name: str, match: str
) -> None:
    async with playing(stage, STANDINS[name]) as rig:
        fault = {"match": match.format(name=name), "fault": "status", "status": 503, "times": 1}
        assert (await rig.client.post(f"/{name}/_control/faults", json=fault)).json() == {"ok": True}
        answers = [(await rig.client.post(f"/{name}/nowhere")).status_code for _ in range(2)]
    assert answers[0] == httpx.codes.SERVICE_UNAVAILABLE
    assert answers[1] != httpx.codes.SERVICE_UNAVAILABLE


@pytest.mark.parametrize("name", STANDINS)
@pytest.mark.parametrize(("verb", "path"), [("POST", "fault"), ("GET", "clock"), ("GET", "a/b")])
async def test_a_control_that_there_is_not_says_which_there_are(
    stage: Stage, name: str, verb: str, path: str
) -> None:
    async with playing(stage, STANDINS[name]) as rig:
        answer = await rig.client.request(verb, f"/{name}/_control/{path}")
    assert answer.status_code == httpx.codes.NOT_FOUND
    told = answer.json()
    assert told["ok"] is False
    assert f"no control {verb} {path}" in told["error"]
    assert "POST clock" in told["error"]
    assert "DELETE faults" in told["error"]
