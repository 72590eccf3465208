"""Events at the Slack stand-in: signed, sent again by the clock, and told apart from what is sent once."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, Response

from tests.rigs import nobody_listens
from tests.standins.slack_rig import ALICE, SALES, Rig, answering, json_answer, slack_rig

SECRET = "0badc0de0badc0de0badc0de0badc0de"
JOINED = {"type": "team_join", "user": {"id": "U0NEW"}}
RETRY_HEADERS = ("x-slack-retry-num", "x-slack-retry-reason")


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


async def happens(rig: Rig) -> dict[str, Any]:
    return await rig.control("event", event=JOINED)


async def attempts(rig: Rig, count: int) -> dict[str, Any]:
    """The one delivery, as soon as so often tried."""

    async def look() -> dict[str, Any] | None:
        (delivery,) = await rig.reading("deliveries")
        return delivery if len(delivery["attempts"]) >= count else None

    delivery = await rig.until(look)
    assert delivery is not None
    return delivery


async def planned(rig: Rig, count: int) -> dict[str, Any]:
    """The one delivery, so often tried, as soon as its next attempt has its moment."""

    async def look() -> dict[str, Any] | None:
        delivery = await attempts(rig, count)
        return delivery if delivery["next_at"] else None

    delivery = await rig.until(look)
    assert delivery is not None
    return delivery


def pause_before_next(delivery: dict[str, Any]) -> timedelta:
    last = delivery["attempts"][-1]["at"]
    return datetime.fromisoformat(delivery["next_at"]) - datetime.fromisoformat(last)


async def test_an_event_is_signed_and_in_the_envelope_of_the_events_api(rig: Rig) -> None:
    assert await happens(rig) == {"ok": True, "status": 200, "trouble": None}
    (got,) = rig.service.received
    signed = f"v0:{got.headers['x-slack-request-timestamp']}:".encode() + got.raw
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert got.headers["x-slack-signature"] == f"v0={digest}"
    assert (got.json["type"], got.json["event"]) == ("event_callback", JOINED)
    assert not set(RETRY_HEADERS) & set(got.headers)


@pytest.mark.parametrize("status", [200, 201, 204])
async def test_any_answer_of_the_200s_takes_an_event(rig: Rig, status: int) -> None:
    async def take(_: dict[str, Any]) -> Response:
        return Response(status_code=status)

    rig.service.answering = take
    await happens(rig)
    (delivery,) = await rig.reading("deliveries")
    assert (delivery["type"], delivery["delivered"], delivery["next_at"]) == ("team_join", True, None)
    assert [attempt["status"] for attempt in delivery["attempts"]] == [status]
    assert delivery["event_id"] == rig.service.received[0].json["event_id"]


async def test_an_event_is_sent_again_at_once_after_a_minute_and_after_five(rig: Rig) -> None:
    rig.service.answering = answering({}, 500)
    await happens(rig)
    for count, pause in ((2, 60), (3, 300)):
        assert pause_before_next(await planned(rig, count)) == timedelta(seconds=pause)
        await rig.advance(pause)
    last = await attempts(rig, 4)
    assert (last["delivered"], last["next_at"]) == (False, None)
    retries = [[got.headers.get(name) for name in RETRY_HEADERS] for got in rig.service.received]
    assert retries == [[None, None], *([str(number), "http_error"] for number in (1, 2, 3))]
    assert len({got.raw for got in rig.service.received}) == 1


async def test_a_retry_that_is_taken_is_the_last(rig: Rig) -> None:
    answers = iter([500, 200])

    async def recover(_: dict[str, Any]) -> Response:
        return Response(status_code=next(answers))

    rig.service.answering = recover
    await happens(rig)
    delivery = await attempts(rig, 2)
    assert (delivery["delivered"], delivery["next_at"]) == (True, None)


async def test_an_address_where_nobody_listens_is_tried_again(rig: Rig) -> None:
    there, rig.world.service_url = rig.world.service_url, nobody_listens()
    assert (await happens(rig))["status"] == 0
    await attempts(rig, 2)
    rig.world.service_url = there
    await rig.advance(60)
    assert (await attempts(rig, 3))["delivered"] is True
    assert [rig.service.received[0].headers[name] for name in RETRY_HEADERS] == ["2", "connection_failed"]


@pytest.mark.parametrize("status", [500, 400])
async def test_a_refusal_may_forbid_retries(rig: Rig, status: int) -> None:
    async def refuse(_: dict[str, Any]) -> Response:
        return Response(status_code=status, headers={"X-Slack-No-Retry": "1"})

    rig.service.answering = refuse
    await happens(rig)
    await rig.advance(400)
    (delivery,) = await rig.reading("deliveries")
    assert (len(delivery["attempts"]), delivery["next_at"]) == (1, None)


async def test_a_command_is_never_sent_again(rig: Rig) -> None:
    rig.service.answering = answering({}, 500)
    await rig.control("command", channel=SALES, user=ALICE, text="")
    await rig.advance(400)
    await happens(rig)
    await attempts(rig, 2)
    commands = [got for got in rig.service.received if "command" in got.form]
    assert len(commands) == 1
    assert [delivery["type"] for delivery in await rig.reading("deliveries")] == ["team_join"]


async def test_a_slow_event_delays_no_other(rig: Rig) -> None:
    rig.service.answering = answering({}, 500)
    await happens(rig)
    await attempts(rig, 2)
    rig.service.answering = answering({})
    assert (await happens(rig))["status"] == 200


def _told(challenge: str) -> Response:
    return PlainTextResponse(challenge)


def _in_json(challenge: str) -> Response:
    return json_answer({"challenge": challenge})


def _wrong(_: str) -> Response:
    return PlainTextResponse("yes, it is me")


def _unwell(challenge: str) -> Response:
    return PlainTextResponse(challenge, 500)


@pytest.mark.parametrize(
    ("answer", "verified"), [(_told, True), (_in_json, True), (_wrong, False), (_unwell, False)]
)
async def test_an_address_is_verified_by_its_challenge(
    rig: Rig, answer: Callable[[str], Response], *, verified: bool
) -> None:
    async def challenged(_: dict[str, Any]) -> Response:
        return answer(rig.service.received[-1].json["challenge"])

    rig.service.answering = challenged
    done = await rig.control("verify_url")
    assert done["verified"] is verified
    (got,) = rig.service.received
    assert (got.json["type"], "x-slack-signature" in got.headers) == ("url_verification", True)


@pytest.mark.slow
async def test_three_seconds_of_silence_are_a_timeout(rig: Rig) -> None:
    heard = asyncio.Event()

    async def late(_: dict[str, Any]) -> Response:
        if len(rig.service.received) == 1:
            await heard.wait()
        return Response()

    rig.service.answering = late
    assert (await happens(rig))["trouble"] == "operation_timeout"
    await attempts(rig, 2)
    heard.set()
    assert [rig.service.received[1].headers[name] for name in RETRY_HEADERS] == ["1", "http_timeout"]
