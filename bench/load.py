"""A lean client for many requests: `python -m bench.load` in a process of its own.

Reads one JSON object on its standard input (the fields of `Load`), sends, and prints one (those of `Sent`).
Everything that is sent is made before the clock starts.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import cast
from urllib.parse import urlsplit

import uvloop

from bench.asked import REQUESTS

_OK, _AT_FIELDS = b"HTTP/1.1 200", b'"errors"'  # a form of Slack's is refused at its fields, with 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """`connections` send one request after another; `rate` (a second, over all of them) holds them back.

    `what` is sent to `url` (a name of bench/asked.py), number `first` and up, `count` of them, for `seconds`
    at most.
    """

    connections: int
    count: int
    first: int = 0
    url: str = ""
    seconds: float = 3600.0
    rate: float = 0.0
    what: str = "webhook"


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it. Latencies are in milliseconds, from the sending to the last byte of the answer."""

    count: int
    refused: int
    seconds: float
    p50: float
    p99: float
    began: tuple[float, ...]  # when each was sent (time.time), of those that were paced


class _Connection(asyncio.Protocol):
    """One request at a time; an answer is a head with a Content-Length and its body."""

    def __init__(self, answered: "asyncio.Queue[_Connection]") -> None:
        self._answered = answered
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = b""
        self.began, self.latencies, self.refused = 0.0, list[float](), 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def send(self, request: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            raise ConnectionError("the server has hung up")
        self.began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self.latencies.append(time.perf_counter() - self.began)
        self.refused += not head.startswith(_OK) or _AT_FIELDS in body
        self._buffer = b""
        self._answered.put_nowait(self)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._answered.put_nowait(self)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def send(load: Load, requests: Sequence[bytes]) -> Sent:
    """Send all, or as many as there is time for."""
    loop, at = asyncio.get_running_loop(), urlsplit(load.url)
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    connections = []
    for _ in range(load.connections):
        _, made = await loop.create_connection(lambda: _Connection(free), at.hostname or "", at.port or 80)
        connections.append(made)
        free.put_nowait(made)
    start, began = time.perf_counter(), list[float]()
    for wait_until, request in zip(_moments(load, start), requests, strict=False):
        if (wait := wait_until - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        connection = await free.get()
        if time.perf_counter() - start > load.seconds:
            free.put_nowait(connection)
            break
        if load.rate:
            began.append(time.time())
        connection.send(request)
    for _ in connections:
        await free.get()
    seconds = time.perf_counter() - start
    latencies = sorted(each for made in connections for each in made.latencies)
    refused = sum(made.refused for made in connections)
    return Sent(len(latencies), refused, seconds, _at(latencies, 0.5), _at(latencies, 0.99), tuple(began))


def _moments(load: Load, start: float) -> Iterator[float]:
    """When each may be sent at the soonest."""
    number = 0
    while True:
        yield start + number / load.rate if load.rate else start
        number += 1


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


def main() -> None:
    """Send what standard input asks for."""
    load = Load(**json.load(sys.stdin))
    make = REQUESTS[load.what]
    requests = [make(load.first + number) for number in range(load.count)]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.stdout.write(json.dumps(asdict(runner.run(send(load, requests)))))


if __name__ == "__main__":
    main()
