"""What a stand-in is: a small web application below `/{name}`.

Its `api` routes are those of the real service, its `controls` what only a sandbox has (`/_control/...`,
served on loopback only, like the sandbox itself).
"""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar, runtime_checkable

from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.hosted.chips import Chip

T = TypeVar("T")
Control = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
CALLS_KEPT = 10_000


class ControlRefused(ValueError):
    """A control's body is wrong; the text says what to send instead (answered as 400)."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a stand-in and how it was answered (`status` 0: it was not)."""

    method: str
    path: str
    body: Any
    status: int
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "path": self.path,
            "body": self.body,
            "status": self.status,
            "at": self.at.isoformat(),
        }


@dataclass
class World:
    """What the stand-ins share: the clock, where they are served, and where the service is."""

    clock: Clock
    url: str  # of the sandbox itself, without a slash at the end
    service_url: str  # where webhooks, commands and updates are sent
    changed: Callable[[], None] = field(default=lambda: None)  # called after anything visible changed


class StandIn(Protocol):
    """One stand-in. `run` lives as long as the sandbox and does what is not an answer to a call."""

    name: str
    faults: Faults
    calls: deque[Call]

    @property
    def api(self) -> Sequence[BaseRoute]:
        """What the real service has."""

    @property
    def controls(self) -> Mapping[str, Control]:
        """Name below /_control/ -> what it does; POST with a JSON body."""

    @property
    def readings(self) -> Mapping[str, Control]:
        """The same for GET, with the query as the body."""

    def env(self) -> dict[str, str]:
        """The service's settings that point it at this stand-in."""

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """How this service words an answer of that status."""

    async def run(self) -> None:
        """Background work (deliveries, retries); cancelled when the sandbox stops."""


@runtime_checkable
class PayingStandIn(StandIn, Protocol):
    """One that takes payments, on a hosted page."""

    @property
    def chips(self) -> Sequence[Chip]:
        """The test data for it."""

    @property
    def outcomes(self) -> Sequence[str]:
        """What its control `pay` can make happen."""

    @property
    def unplayable(self) -> Sequence[str]:
        """The demo's scenarios that its service has nothing for."""


def new_call_log() -> deque[Call]:
    return deque(maxlen=CALLS_KEPT)


def link_named(name: Any, find: Callable[[str], T | None]) -> T:
    """The link that a control's body names; raises ControlRefused."""
    link = find(name) if isinstance(name, str) else None
    if link is None:
        raise ControlRefused(f"no link has the id, URL or reference {name!r}")
    return link
