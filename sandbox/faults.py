"""Trouble on demand: what a control has asked to go wrong, and for which calls."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KINDS = ("status", "lost_answer", "delay", "reset", "html", "duplicate", "shuffle")
_DAY_S = 86_400
_MATCH = re.compile(r"([A-Za-z]+ )?/\S*|[\w.:-]+")


def _is_whole(given: Any, least: int, most: float) -> bool:
    return type(given) is int and least <= given <= most


def _is_number(given: Any, most: float) -> bool:
    return type(given) in {int, float} and 0 <= given <= most


_SETTINGS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "status": (lambda given: _is_whole(given, 200, 599), "a whole number from 200 to 599"),
    "retry_after": (lambda given: given is None or _is_whole(given, 0, float("inf")), "whole seconds"),
    "delay_s": (lambda given: _is_number(given, _DAY_S), "seconds, a day of them at most"),
    "times": (lambda given: given is None or _is_whole(given, 1, float("inf")), "a whole number, 1 or more"),
    "share": (lambda given: given is None or _is_number(given, 1), "a part of 1, like 0.5"),
}


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
        settings = {name: body[name] for name in body if name not in {"match", "fault"}}
        if unknown := set(settings) - set(_SETTINGS):
            raise FaultRefused(f"unknown keys: {', '.join(sorted(unknown))}")
        if body.get("fault") not in KINDS:
            raise FaultRefused(f"fault must be one of {', '.join(KINDS)}")
        match = body.get("match")
        if not isinstance(match, str) or not _MATCH.fullmatch(match):
            raise FaultRefused("match must be like 'POST /payment-links', a method's name or an event's type")
        for name, given in settings.items():
            is_good, must_be = _SETTINGS[name]
            if not is_good(given):
                raise FaultRefused(f"{name} must be {must_be}, not {given!r}")
        return cls(match=match, kind=body["fault"], **settings)


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
    """A name is a word, or a verb and a path: its beginning is enough, and the verb may be left out."""
    if "/" not in pattern:
        return name == pattern
    verb, _, path = pattern.rpartition(" ")
    its_verb, _, its_path = name.partition(" ")
    return its_path.startswith(path) and verb.upper() in {"", its_verb}
