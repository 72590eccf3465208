"""One exchange with a backend: what is sent, and what is known of a request that failed."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from adapters.backends._http import BackendHttp, expect, make_client, take_back, unreadable
from bot.errors import BackendGone, BackendProtocolError, BackendRateLimited, BackendUnavailable
from tests.rigs import refusing_proxy


def answering(answer: httpx.Response | Exception, seen: list[httpx.Request] | None = None) -> BackendHttp:
    """A backend that says nothing else."""

    def answered(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return BackendHttp(make_client("https://b.test", transport=httpx.MockTransport(answered)), "request-id")


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (httpx.ConnectError, "no"),
        (httpx.ConnectTimeout, "no"),
        (httpx.PoolTimeout, "no"),
        (httpx.ReadTimeout, "unknown"),
        (httpx.WriteTimeout, "unknown"),
        (httpx.ReadError, "unknown"),
        (httpx.RemoteProtocolError, "unknown"),
    ],
)
async def test_only_what_never_had_a_connection_was_surely_not_sent(
    error: type[httpx.RequestError], sent: str
) -> None:
    http = answering(error("trouble"))
    with pytest.raises(BackendUnavailable) as raised:
        await http.call("POST", "/links", {"amount": 4990})
    await http.aclose()
    assert raised.value.sent == sent


async def test_what_a_proxy_of_ours_lets_not_through_was_surely_not_sent() -> None:
    async with refusing_proxy() as proxy:
        http = BackendHttp(make_client("https://b.test", proxy=proxy), "request-id")
        with pytest.raises(BackendUnavailable) as raised:
            await http.call("POST", "/links", {"amount": 4990})
        await http.aclose()
    assert raised.value.sent == "no"


async def test_what_has_no_body_says_nothing_of_one() -> None:
    seen: list[httpx.Request] = []
    http = answering(httpx.Response(200, json={}), seen)
    await http.call("GET", "/links")
    await http.call("POST", "/links", {"amount": 4990})
    await http.aclose()
    told = [(request.content, request.headers.get("content-type")) for request in seen]
    assert told == [(b"", None), (b'{"amount": 4990}', "application/json")]


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, BackendGone), (410, BackendGone), (400, BackendProtocolError), (201, BackendProtocolError)],
)
async def test_an_answer_that_was_not_expected_is_told_with_its_request(
    status: int, error: type[BackendProtocolError]
) -> None:
    http = answering(httpx.Response(status, json={"id": "pl_1"}, headers={"request-id": "req_1"}))
    answer = await http.call("GET", "/links/pl_1")
    await http.aclose()
    with pytest.raises(BackendProtocolError) as raised:
        expect(answer, 200)
    assert type(raised.value) is error
    assert str(raised.value) == f"unexpected answer {status}, request req_1"
    assert expect(answer, 200, status) == {"id": "pl_1"}


@pytest.mark.parametrize("told", ["jane@example.com", "req 1", "r" * 81])
async def test_only_what_looks_like_an_id_is_told_as_a_requests(told: str) -> None:
    for header, body in ((told, {}), (told, {"request_id": "req_2"}), ("", {"request_id": told})):
        http = answering(httpx.Response(418, json=body, headers={"request-id": header}))
        answer = await http.call("GET", "/links/pl_1")
        await http.aclose()
        assert answer.request_id == ("req_2" if body == {"request_id": "req_2"} else None)


def test_what_is_missing_is_named_and_nothing_else_that_stood_there() -> None:
    missing = unreadable("link", KeyError("amount"), "req_1")
    assert str(missing) == "unreadable link: KeyError amount, request req_1"
    assert str(unreadable("link", KeyError("jane@example.com"))) == "unreadable link: KeyError"
    assert str(unreadable("link", ValueError("jane@example.com"))) == "unreadable link: ValueError"


async def test_what_was_never_made_is_not_taken_back() -> None:
    async def cancel(provider_id: str) -> None:
        raise AssertionError(provider_id)

    await take_back(cancel, None)


@pytest.mark.parametrize(("hours", "seconds"), [(1, 3600), (-1, 0)])
async def test_the_end_of_a_wait_from_a_server_without_a_clock_is_compared_with_ours(
    hours: int, seconds: int
) -> None:
    end = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    busy = answering(httpx.Response(429, headers={"Retry-After": end}))
    with pytest.raises(BackendRateLimited) as raised:
        await busy.call("GET", "/")
    assert raised.value.retry_after == pytest.approx(seconds, abs=5)
