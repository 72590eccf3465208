"""What a backend makes of trouble: one error per thing to do next, and no secret in any of them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from bot.errors import (
    BackendAuthFailed,
    BackendGone,
    BackendProtocolError,
    BackendRateLimited,
    BackendRejected,
    BackendUnavailable,
    PaylinkError,
)
from bot.ports.backend import Backend
from tests.contract.backend_rig import EMAIL, BackendRig, needs
from tests.rigs import nobody_listens, texts_of

Fault = Mapping[str, Any]

UNKNOWN, NO = {"sent": "unknown"}, {"sent": "no"}
FAULTS: Mapping[str, tuple[Fault, type[PaylinkError], Mapping[str, Any]]] = {
    "429 with a wait": (
        {"fault": "status", "status": 429, "retry_after": 7},
        BackendRateLimited,
        {"retry_after": 7.0},
    ),
    "429 with a wait for ever": (
        {"fault": "status", "status": 429, "retry_after": 10**20},
        BackendRateLimited,
        {"retry_after": 86_400.0},
    ),
    "429 without a wait": ({"fault": "status", "status": 429}, BackendRateLimited, {"retry_after": None}),
    "429 with a wait of ages": (
        {"fault": "status", "status": 429, "retry_after": 10**15},
        BackendRateLimited,
        {"retry_after": 86_400.0},
    ),
    "500": ({"fault": "status", "status": 500}, BackendUnavailable, UNKNOWN),
    "502": ({"fault": "status", "status": 502}, BackendUnavailable, UNKNOWN),
    "503 with a wait": ({"fault": "status", "status": 503, "retry_after": 7}, BackendUnavailable, UNKNOWN),
    "502 in HTML": ({"fault": "html"}, BackendUnavailable, UNKNOWN),
    "a connection that is reset": ({"fault": "reset"}, BackendUnavailable, UNKNOWN),
    "an answer that is lost": ({"fault": "lost_answer"}, BackendUnavailable, UNKNOWN),
    "401": ({"fault": "status", "status": 401}, BackendAuthFailed, {}),
    "403": ({"fault": "status", "status": 403}, BackendAuthFailed, {}),
}
SENSELESS: Mapping[str, bytes] = {
    "nothing": b"",
    "a page": b"<html><body>It works!</body></html>",
    "half an answer": b'{"id": "pl_',
    "not even text": b"\xff\xfe\xfa\x00\x81",
    "null": b"null",
    "a list": b"[]",
    "a word": b'"ok"',
    "an empty object": b"{}",
    "only an id": b'{"id": "pl_aaaaaaaaaaaa"}',
    "not a number": b'{"id": "pl_aaaaaaaaaaaa", "amount": NaN}',
}
UNREADABLE_REFUSALS = [
    b"",
    b"null",
    b"[]",
    b"<html>",
    b"{}",
    b'{"error_codes": null}',
    b'{"error_codes": []}',
    b'{"error_codes": 7}',
    b'{"error_codes": {}}',
    b'{"error_codes": true}',
    b'{"error_codes": ["jane.doe@example.com is not valid", "<!channel>", ""]}',
]


def operations(rig: BackendRig, backend: Backend) -> list[tuple[str, Callable[[], Awaitable[object]]]]:
    """Everything that goes over the network: its call as the faults name it, and how it is made."""
    return [
        (rig.provider.creating, lambda: backend.create(rig.request())),
        (rig.provider.fetching, lambda: backend.fetch(rig.provider.unknown_id)),
        (rig.provider.looking, lambda: backend.fetch_payment(rig.provider.unknown_payment)),
        (
            rig.provider.searching or rig.provider.looking,
            lambda: backend.find_payments("PLNOSUCHLINK00"),
        ),
        (rig.provider.checking, backend.check),
    ]


def assert_silent(rig: BackendRig, error: BaseException) -> None:
    told = texts_of(error)
    for secret in (*rig.secrets, EMAIL):
        assert secret not in told


class TroubleContract:
    """Each kind of trouble is one kind of error."""

    @pytest.mark.parametrize("trouble", FAULTS)
    async def test_trouble_is_told_apart_and_nothing_is_repeated(self, rig: BackendRig, trouble: str) -> None:
        fault, error, facts = FAULTS[trouble]
        await rig.created()  # what is made once for all links is there
        for match, call in operations(rig, rig.backend):
            await rig.rig.mend()
            await rig.rig.fault(match, **fault)
            before = len(await rig.rig.calls())
            with pytest.raises(error) as raised:
                await call()
            assert {name: getattr(raised.value, name) for name in facts} == facts
            steps = 1 + (rig.provider.preparing if match == rig.provider.creating else 0)
            assert len(await rig.rig.calls()) == before + steps
            assert_silent(rig, raised.value)

    @pytest.mark.parametrize(("hours", "seconds"), [(1, 3600), (48, 86_400), (-1, 0)])
    async def test_a_wait_may_be_told_as_its_end(self, rig: BackendRig, hours: int, seconds: int) -> None:
        end = datetime.now(UTC) + timedelta(hours=hours)
        rig.rig.oracle.answer = Response(
            status_code=429, headers={"Retry-After": format_datetime(end, usegmt=True)}
        )
        with pytest.raises(BackendRateLimited) as raised:
            await rig.other(API_URL=rig.rig.oracle.url).check()
        assert raised.value.retry_after == pytest.approx(seconds, abs=5)

    @pytest.mark.parametrize("told", ["soon", "-7", "1.5", "99 Nov 2026", f"1 Jan {10**20} 00:00 GMT"])
    async def test_a_wait_that_nobody_can_read_is_none(self, rig: BackendRig, told: str) -> None:
        rig.rig.oracle.answer = Response(status_code=429, headers={"Retry-After": told})
        with pytest.raises(BackendRateLimited) as raised:
            await rig.other(API_URL=rig.rig.oracle.url).check()
        assert raised.value.retry_after is None

    async def test_a_refused_connection_was_surely_not_sent(self, rig: BackendRig) -> None:
        for _, call in operations(rig, rig.other(API_URL=nobody_listens())):
            with pytest.raises(BackendUnavailable) as raised:
                await call()
            assert raised.value.sent == "no"
            assert_silent(rig, raised.value)

    async def test_a_lost_answer_may_have_left_a_link_behind(self, rig: BackendRig) -> None:
        await rig.rig.fault(rig.provider.creating, "lost_answer", times=1)
        request = rig.request()
        with pytest.raises(BackendUnavailable):
            await rig.backend.create(request)
        assert [link["reference"] for link in await rig.known()] == [request.reference]

    async def test_the_backend_serves_again_after_trouble(self, rig: BackendRig) -> None:
        for fault in ("reset", "lost_answer", "html"):
            await rig.rig.fault(rig.provider.creating, fault, times=1)
            with pytest.raises(BackendUnavailable):
                await rig.backend.create(rig.request())
        _, created = await rig.created()
        assert (await rig.backend.fetch(created.provider_id)).usable

    async def test_a_caller_that_gives_up_is_not_held(self, rig: BackendRig) -> None:
        await rig.rig.fault(rig.provider.creating, "delay", delay_s=0.5, times=1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await rig.backend.create(rig.request())
        assert (await rig.created())[1].provider_id

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(each, marks=needs("lists in an envelope")) if each == "a list" else each
            for each in SENSELESS
        ],
    )
    async def test_an_answer_without_sense_is_a_protocol_error(self, rig: BackendRig, answer: str) -> None:
        for status in (200, 201):
            rig.rig.oracle.answer = Response(SENSELESS[answer], status, media_type="application/json")
            for _, call in operations(rig, rig.other(API_URL=rig.rig.oracle.url)):
                with pytest.raises(BackendProtocolError) as raised:
                    await call()
                assert_silent(rig, raised.value)

    async def test_an_answer_that_cannot_be_unpacked_is_trouble_of_the_network(self, rig: BackendRig) -> None:
        rig.rig.oracle.answer = Response(b"not gzip", 200, {"Content-Encoding": "gzip"})
        for match, call in operations(rig, rig.other(API_URL=rig.rig.oracle.url)):
            with pytest.raises((BackendUnavailable, BackendProtocolError)) as raised:
                await call()
            prepares = match == rig.provider.creating and rig.provider.preparing  # no link is asked for
            assert getattr(raised.value, "sent", "unknown") == ("no" if prepares else "unknown")

    @pytest.mark.parametrize("status", [204, 302, 404, 409, 418])
    async def test_a_status_nobody_documents_is_a_protocol_error(self, rig: BackendRig, status: int) -> None:
        rig.rig.oracle.answer = Response(status_code=status, headers={"Location": "/elsewhere"})
        with pytest.raises(BackendProtocolError):
            await rig.other(API_URL=rig.rig.oracle.url).create(rig.request())
        assert len(rig.rig.oracle.asked) == 1

    @pytest.mark.parametrize(
        ("status", "error"), [(422, BackendRejected), (418, BackendProtocolError), (404, BackendGone)]
    )
    async def test_what_is_logged_names_the_request_that_the_providers_support_asks_for(
        self, rig: BackendRig, status: int, error: type[PaylinkError]
    ) -> None:
        rig.rig.oracle.answer = JSONResponse({"request_id": "req_1"}, status)
        with pytest.raises(error, match=r"request req_1$"):
            await rig.other(API_URL=rig.rig.oracle.url).create(rig.request())

    @pytest.mark.parametrize("status", [404, 410])
    async def test_a_link_that_the_provider_does_not_have_is_told_from_other_trouble(
        self, rig: BackendRig, status: int
    ) -> None:
        rig.rig.oracle.answer = Response(b"{}", status, media_type="application/json")
        with pytest.raises(BackendGone):
            await rig.other(API_URL=rig.rig.oracle.url).fetch("PL0123456789AB")

    @pytest.mark.parametrize("id_", ["", ".", "..", "p" * 100_000])
    async def test_about_an_id_that_is_no_part_of_an_address_nobody_is_asked(
        self, rig: BackendRig, id_: str
    ) -> None:
        with pytest.raises(BackendProtocolError):
            await rig.other(API_URL=rig.rig.oracle.url).fetch(id_)
        assert rig.rig.oracle.asked == []

    @pytest.mark.parametrize("body", UNREADABLE_REFUSALS)
    async def test_a_refusal_that_does_not_say_why_is_still_a_refusal(
        self, rig: BackendRig, body: bytes
    ) -> None:
        rig.rig.oracle.answer = Response(body, 422, media_type="application/json")
        with pytest.raises(BackendRejected) as raised:
            await rig.other(API_URL=rig.rig.oracle.url).create(rig.request())
        assert (raised.value.codes, raised.value.field) == (("http_422",), None)

    async def test_no_refusal_repeats_the_customers_address(self, rig: BackendRig) -> None:
        for refusal in rig.provider.refusals:
            with pytest.raises(BackendRejected) as raised:
                await rig.created(**refusal.changes)
            assert_silent(rig, raised.value)
