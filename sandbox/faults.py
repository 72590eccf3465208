"""Trouble on demand: what a control has asked to go wrong, and for which calls."""

import random
from dataclasses import dataclass
from typing import Any

KINDS = ("status", "lost_answer", "delay", "reset", "html", "duplicate", "shuffle")


class FaultRefused(ValueError):
    """The control's body does not describe a fault; the text says what is wrong with it."""


@dataclass
class Fault:
    """One thing that goes wrong for the calls that match, `times` times or for a `share` of them."""

    match: str
    kind: str
    status: int = 503
    retry_after: int | None = None
    delay_s: float = 1.0
    times: int | None = None
    share: float | None = None

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> "Fault":
        """Read a control's body; raises FaultRefused."""
        unknown = set(body) - {"match", "fault", "status", "retry_after", "delay_s", "times", "share"}
        if unknown:
            raise FaultRefused(f"unknown keys: {', '.join(sorted(unknown))}")
        if body.get("fault") not in KINDS:
            raise FaultRefused(f"fault must be one of {', '.join(KINDS)}")
        if not isinstance(body.get("match"), str) or not body["match"]:
            raise FaultRefused("match must be 'METHOD /path prefix' or a method's name")
        settings = {name: body[name] for name in body if name not in {"match", "fault"}}
        return cls(match=body["match"], kind=body["fault"], **settings)


class Faults:
    """The faults in force, first asked first served."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._random = random.Random(0)  # noqa: S311 - chooses which calls fail, guards nothing

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, names: list[str], kinds: tuple[str, ...] = KINDS) -> Fault | None:
        """The fault that befalls a call known by these names, if any; uses up one of its `times`."""
        for fault in self._faults:
            if fault.kind not in kinds or not any(_matches(fault.match, name) for name in names):
                continue
            if fault.share is not None and self._random.random() >= fault.share:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault
        return None


def _matches(pattern: str, name: str) -> bool:
    return name.startswith(pattern) if " " in pattern else name == pattern
