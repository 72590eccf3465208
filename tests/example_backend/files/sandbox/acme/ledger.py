"""The tabs of one account, and what can happen to them.

https://docs.acme-pay.example/tabs: a tab is open once, for 90 days at most; what it can be paid with are
whole minor units, told in mills (thousandths of a unit).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sandbox.clock import Clock

MILLS = {"EUR": 10, "GBP": 10, "USD": 10, "JPY": 1000, "KWD": 1}  # in a minor unit
_MOST_MILLS = 10**10
_LONGEST = timedelta(days=90, minutes=1)  # a minute for clocks that differ
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+")
_REQUIRED = {"mills", "currency", "ours", "until", "payer.email"}


class Impossible(Exception):
    """The present state does not allow it; the text says why."""


@dataclass(slots=True)
class Charge:
    """One attempt to pay."""

    id: str
    state: str
    mills: int
    at: datetime
    why: str | None = None
    given_back: int = 0


@dataclass(slots=True)
class Tab:
    """A payment link, and the body that it was asked for with."""

    id: str
    asked: Mapping[str, Any]
    until: datetime
    withdrawn: bool = False
    charges: list[Charge] = field(default_factory=list)

    @property
    def paid(self) -> Charge | None:
        return next((charge for charge in self.charges if charge.state != "refused"), None)

    def state(self, now: datetime) -> str:
        if self.paid:
            return "settled"
        if self.withdrawn:
            return "withdrawn"
        return "lapsed" if now >= self.until else "awaiting"


class Ledger:
    """Keeps the tabs; `tell` hears of everything that Acme Pay has an event for."""

    def __init__(self, clock: Clock, tell: Callable[[str, Tab, Charge], None]) -> None:
        self._clock, self._tell, self._numbers = clock, tell, count(1)
        self.tabs: list[Tab] = []

    def open(self, asked: Mapping[str, Any]) -> Tab:
        """A new tab from a body with nothing wrong in it."""
        until = self._clock.inside(datetime.fromtimestamp(asked["until"], self._clock.now().tzinfo))
        self.tabs.append(Tab(f"tab_{next(self._numbers):08}", asked, until))
        return self.tabs[-1]

    def find(self, name: str) -> Tab | None:
        """By its id, the end of its address, or our reference."""
        wanted = {name, name.rsplit("/", 1)[-1]}
        return next((tab for tab in self.tabs if {tab.id, tab.asked["ours"]} & wanted), None)

    def charges(self) -> Iterator[tuple[Tab, Charge]]:
        return ((tab, charge) for tab in self.tabs for charge in tab.charges)

    def charge(self, tab: Tab, why: str | None = None) -> Charge:
        """Somebody tries to pay; `why` it is refused, None if it is not."""
        if (state := tab.state(self._clock.now())) != "awaiting":
            raise Impossible(f"the tab is {state}")
        number, outcome = next(self._numbers), "refused" if why else "taken"
        tab.charges.append(Charge(f"chg_{number:08}", outcome, tab.asked["mills"], self._clock.now(), why))
        self._tell(f"charge.{outcome}", tab, tab.charges[-1])
        return tab.charges[-1]

    def give_back(self, tab: Tab, mills: int | None) -> Charge:
        """All that is left, or so much of it."""
        charge = tab.paid
        if charge is None or (mills or 1) > charge.mills - charge.given_back:
            raise Impossible("so much was not taken")
        charge.given_back += mills or charge.mills - charge.given_back
        charge.state, charge.at = "given_back", self._clock.now()
        self._tell("charge.given_back", tab, charge)
        return charge


def wrong_in(asked: Any, now: datetime) -> dict[str, str]:
    """What is wrong with a body that asks for a tab, by field; empty where nothing is."""
    if not isinstance(asked, dict) or not isinstance(asked.get("payer", {}), dict):
        return {"body": "malformed"}
    flat = {name: value for name, value in asked.items() if name != "payer"}
    flat |= {f"payer.{name}": value for name, value in asked.get("payer", {}).items()}
    good: dict[str, Callable[[Any], object]] = {
        "mills": lambda mills: type(mills) is int and 0 < mills <= _MOST_MILLS,
        "currency": MILLS.__contains__,
        "ours": lambda text: _is_text(text, 40),
        "until": lambda at: type(at) is int and now.timestamp() < at <= (now + _LONGEST).timestamp(),
        "note": lambda text: _is_text(text, 200),
        "payer.name": lambda text: _is_text(text, 100),
        "payer.email": lambda text: _is_text(text, 100) and _EMAIL.fullmatch(text),
    }
    wrong = dict.fromkeys(sorted(flat.keys() - good.keys()), "unknown")
    wrong |= dict.fromkeys(sorted(_REQUIRED - flat.keys()), "missing")
    wrong |= {name: "refused" for name, is_good in good.items() if name in flat and not is_good(flat[name])}
    if not wrong and flat["mills"] % MILLS[flat["currency"]]:
        return {"mills": "indivisible"}
    return wrong


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest
