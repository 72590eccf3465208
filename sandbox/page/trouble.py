"""Trouble that the page can begin and end: faults of several stand-ins under one name."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.faults import Fault
from sandbox.page.acts import ActRefusedError, act_route
from sandbox.standin import StandIn, World

_BACKEND = "backend"  # any stand-in that takes payments
_POSTS = {
    "slack": ("chat.postMessage", "chat.postEphemeral", "chat.update"),
    "telegram": (
        "sendMessage",
        "sendPhoto",
        "editMessageText",
        "editMessageCaption",
        "editMessageReplyMarkup",
    ),
}
_NEW_POSTS = {"slack": "chat.postMessage", "telegram": "sendMessage"}

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """The faults it means, by stand-in, as their controls take them; `lasts_s` None: until it is ended."""

    faults: Mapping[str, Sequence[Body]]
    lasts_s: float | None = None


TROUBLES: Mapping[str, Trouble] = {
    "storm": Trouble(
        {
            chat: [{"match": post, "fault": "status", "status": 429, "retry_after": 2} for post in posts]
            for chat, posts in _POSTS.items()
        },
        lasts_s=20,
    ),
    "lost_answers": Trouble(
        {chat: [{"match": post, "fault": "lost_answer", "times": 1}] for chat, post in _NEW_POSTS.items()}
    ),
    "outage": Trouble(
        {_BACKEND: [{"match": f"{method} /", "fault": "html"} for method in ("GET", "POST")]}, lasts_s=20
    ),
    "webhooks": Trouble(
        {
            _BACKEND: [
                {"match": "POST /webhooks", "fault": "duplicate", "share": 0.5},
                {"match": "POST /webhooks", "fault": "shuffle"},
            ]
        }
    ),
}


@dataclass
class _InForce:
    faults: list[Fault]
    ends: asyncio.TimerHandle | None = None

    @property
    def befalls(self) -> bool:
        """Whether any of its faults is left: some befall a number of calls and are used up."""
        return any(fault.times is None or fault.times > 0 for fault in self.faults)


@dataclass
class Troubles:
    """Begins and ends troubles, each of which is in force at most once."""

    world: World
    standins: Sequence[StandIn]
    known: Mapping[str, Trouble] = field(default_factory=lambda: TROUBLES)
    _in_force: dict[str, _InForce] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        """`GET /trouble`, `POST /trouble/begin {"name"}`, `POST /trouble/end {"name"}`.

        All answer `{"now", "troubles": [{"name", "in_force", "left_s"}]}`: `now` by the stand-ins' clock,
        `left_s` null unless it ends by itself.
        """

        async def show(_: Request) -> JSONResponse:
            return JSONResponse({"ok": True, **self.state()})

        acts = {"begin": self.begin, "end": self.end}
        return [Route("/trouble", show), *(act_route(f"/trouble/{name}", act) for name, act in acts.items())]

    def state(self) -> dict[str, Any]:
        """Of all troubles that these stand-ins can have."""
        possible = [name for name, trouble in self.known.items() if any(self._befallen(trouble))]
        return {
            "now": self.world.clock.now().isoformat(),
            "troubles": [self._one(name) for name in possible],
        }

    async def begin(self, body: dict[str, Any]) -> dict[str, Any]:
        """Begin it, afresh if it is in force already."""
        name = self._named(body)
        self._end(name)
        trouble, faults = self.known[name], list[Fault]()
        for standin, described in self._befallen(trouble):
            fault = Fault.from_body(dict(described))
            standin.faults.add(fault)
            faults.append(fault)
        self._in_force[name] = _InForce(faults)
        if trouble.lasts_s is not None:
            loop = asyncio.get_running_loop()
            self._in_force[name].ends = loop.call_later(trouble.lasts_s, self._end, name)
        self.world.changed()
        return self.state()

    async def end(self, body: dict[str, Any]) -> dict[str, Any]:
        """End it, if it is in force."""
        self._end(self._named(body))
        return self.state()

    def _end(self, name: str) -> None:
        ended = self._in_force.pop(name, None)
        if ended is None:
            return
        if ended.ends is not None:
            ended.ends.cancel()
        for fault in ended.faults:
            fault.share = 0.0  # of no more calls: clearing would end what others have asked for as well
        self.world.changed()

    def _one(self, name: str) -> dict[str, Any]:
        known = self._in_force.get(name)
        in_force = known is not None and known.befalls
        left = known.ends.when() - asyncio.get_running_loop().time() if known and known.ends else None
        return {"name": name, "in_force": in_force, "left_s": left if in_force else None}

    def _befallen(self, trouble: Trouble) -> Iterator[tuple[StandIn, Body]]:
        for standin in self.standins:
            kind = _BACKEND if "pay" in standin.controls else standin.name
            for described in trouble.faults.get(kind, ()):
                yield standin, described

    def _named(self, body: Body) -> str:
        name = body.get("name")
        if not isinstance(name, str) or name not in self.known:
            raise ActRefusedError(f"name must be one of {', '.join(self.known)}")
        return name
