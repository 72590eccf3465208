"""HTTP with a backend: JSON without floats, and failures told apart by what to do next."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from adapters.tls import trusted
from bot.errors import (
    LONGEST_WAIT_S,
    BackendAuthFailed,
    BackendGone,
    BackendProtocolError,
    BackendRateLimited,
    BackendUnavailable,
    PaylinkError,
)
from bot.ports.backend import FetchedLink

REFUSED = (httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY)  # the data are, and why is told
# What reading something of an unexpected shape raises; the last two: dates beyond the calendar.
UNREADABLE = (LookupError, TypeError, ValueError, RecursionError, OverflowError, OSError)
_TIMEOUT = httpx.Timeout(30.0, connect=5.0, pool=5.0)
_PATIENCE_S = 60.0  # with a whole answer: the time-out above begins anew with each piece of it
_LONGEST_PART = 500  # characters of an id
_LARGEST = 10_000_000  # bytes of an answer, unpacked
_EXACT = msgspec.json.Decoder(float_hook=Decimal)
_LENIENT = json.JSONDecoder(parse_float=Decimal)
_HALF = re.compile("[\ud800-\udfff]")
_FIELD = re.compile(r"[A-Za-z_]{1,40}")
_REQUEST_ID = re.compile(r"[\w.:-]{1,80}", re.ASCII)
_GONE = frozenset({httpx.codes.NOT_FOUND, httpx.codes.GONE})
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx, or a 4xx about the data. `body` is None if there is none, or it is not JSON."""

    status: int
    body: Any
    request_id: str | None


def load(raw: bytes | str) -> Any:
    """JSON exactly as it was written: fractions become Decimal. Raises ValueError.

    So it does for a number that no Decimal can be: one of more than 10^18 digits.

    A lone surrogate (half an emoji of a text that was cut) is accepted. It could not be written again,
    neither into an address nor a message, so it becomes the replacement character, as it does when stored.
    """
    try:
        try:
            return _EXACT.decode(raw)
        except msgspec.DecodeError:
            text = raw if isinstance(raw, str) else raw.decode(json.detect_encoding(raw))
            return _whole(_LENIENT.decode(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except InvalidOperation:
        raise ValueError("a number beyond all numbers") from None


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


def dump(value: Any) -> str:
    """JSON without loss: a Decimal becomes a number with all of its decimals."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"not a number: {value}")
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{dump(str(key))}: {dump(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(dump, value))}]"
    return json.dumps(value, ensure_ascii=False)


def unreadable(what: str, error: Exception, request_id: str | None = None) -> BackendProtocolError:
    """What could not be read and why; never the value itself, which may be personal, and very long."""
    field = str(error.args[0]) if isinstance(error, KeyError) else ""
    named = f" {field}" if _FIELD.fullmatch(field) else ""
    return BackendProtocolError(f"unreadable {what}: {type(error).__name__}{named}", request_id=request_id)


@contextmanager
def reading(what: str, request_id: str | None = None) -> Iterator[None]:
    """While an answer is read: another shape raises BackendProtocolError."""
    try:
        yield
    except UNREADABLE as error:
        raise unreadable(what, error, request_id) from error


def make_client(base_url: str, **settings: Any) -> httpx.AsyncClient:
    """The HTTP client of one account: a short time-out for connecting, a long one for answers."""
    return httpx.AsyncClient(base_url=base_url, timeout=_TIMEOUT, verify=trusted(), **settings)


class BackendHttp:
    """An httpx client whose failures are the port's errors."""

    def __init__(
        self, client: httpx.AsyncClient, request_id_header: str, patience_s: float = _PATIENCE_S
    ) -> None:
        self._client, self._request_id_header, self._patience_s = client, request_id_header, patience_s

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send JSON, get JSON; raises BackendUnavailable, BackendRateLimited, BackendAuthFailed.

        An answer without end raises BackendProtocolError if it is fast, BackendUnavailable if it is slow.
        """
        content = None if body is None else dump(body).encode()
        sent = {**(headers or {}), **({} if body is None else {"Content-Type": "application/json"})}
        try:
            async with (
                asyncio.timeout(self._patience_s),
                self._client.stream(method, path, content=content, headers=sent) as response,
            ):
                return self._sorted(response, await _whole_of(response))
        except _NEVER_SENT as error:
            raise BackendUnavailable(type(error).__name__, sent="no") from error
        except (httpx.RequestError, TimeoutError) as error:
            raise BackendUnavailable(type(error).__name__, sent="unknown") from error

    async def aclose(self) -> None:
        await self._client.aclose()

    def _sorted(self, response: httpx.Response, raw: bytes) -> Answer:
        status, body = response.status_code, _read(raw)
        told = body.get("request_id") if isinstance(body, dict) else None
        request_id = _id(response.headers.get(self._request_id_header)) or _id(told)
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise BackendRateLimited(_seconds(response.headers))
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise BackendAuthFailed(f"{status}, request {request_id}")
        if response.is_server_error:
            raise BackendUnavailable(f"{status}, request {request_id}", sent="unknown")
        return Answer(status, body, request_id)


def expect(answer: Answer, *statuses: int) -> dict[str, Any]:
    """The JSON object of an expected answer; anything else raises BackendProtocolError (404: BackendGone)."""
    expect_status(answer, *statuses)
    if not isinstance(answer.body, dict):
        raise BackendProtocolError(f"unexpected answer {answer.status}", request_id=answer.request_id)
    return answer.body


def expect_status(answer: Answer, *statuses: int) -> None:
    """Raises BackendProtocolError for any other status (404 and 410: BackendGone), whatever the body is."""
    if answer.status in statuses:
        return
    error = BackendGone if answer.status in _GONE else BackendProtocolError
    raise error(f"unexpected answer {answer.status}", request_id=answer.request_id)


def quoted(value: str) -> str:
    """A value as one part of an address, whatever is in it: ids come out of bodies that others have sent.

    Raises BackendProtocolError for what is none: dots alone lead to another address.
    """
    if not value.strip(".") or len(value) > _LONGEST_PART:
        raise BackendProtocolError("an id that no address can hold")
    return quote(value, safe="")


async def take_back(cancel: Callable[[str], Awaitable[None]], provider_id: str | None) -> None:
    """Cancel a link that is not what was asked for; raises BackendProtocolError if it may still be paid."""
    if provider_id is None:
        return
    try:
        await cancel(provider_id)
    except BackendGone:
        return
    except PaylinkError as error:
        wrong = f"{provider_id} is not what was asked for, and may still be paid: {type(error).__name__}"
        raise BackendProtocolError(wrong) from error


async def with_others(
    find_payments: Callable[[str], Awaitable[Sequence[str]]], link: FetchedLink
) -> FetchedLink:
    """A link that names one payment; once it is paid, with all that its reference finds, if any are found."""
    others: Sequence[str] = ()
    if link.received and link.reference:
        with suppress(PaylinkError):
            others = await find_payments(link.reference)
    return replace(link, payment_ids=tuple(dict.fromkeys((*link.payment_ids, *others))))


async def _whole_of(response: httpx.Response) -> bytes:
    """The body, unpacked piece by piece: a few bytes can be packed that no memory holds."""
    whole = bytearray()
    async for piece in response.aiter_bytes():
        whole += piece
        if len(whole) > _LARGEST:
            raise BackendProtocolError(f"an answer of more than {_LARGEST} bytes")
    return bytes(whole)


def _read(raw: bytes) -> Any:
    try:
        return load(raw)
    except ValueError:
        return None


def _id(told: Any) -> str | None:
    """The request id that support asks for; it goes into logs, so it must look like an id."""
    return told if isinstance(told, str) and _REQUEST_ID.fullmatch(told) else None


def _seconds(headers: httpx.Headers) -> float | None:
    """At most a day, however long was asked for.

    A date is compared with that of the answer, by the same clock.
    """
    told = headers.get("Retry-After", "")
    if told.isdecimal():
        return min(float(told), LONGEST_WAIT_S)
    until, since = _moment(told), _moment(headers.get("Date", ""))
    return None if until is None else min(max(until - (since or time.time()), 0.0), LONGEST_WAIT_S)


def _moment(told: str) -> float | None:
    """The moment of an HTTP date; None for anything else."""
    try:
        return parsedate_to_datetime(told).timestamp()
    except (ValueError, OverflowError):
        return None
