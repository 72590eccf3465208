"""Everything that happened, in order: what the Events API lists and what webhooks tell."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.paymentkit.events import Event, named
from sandbox.paymentkit.ids import new_id

JSON = dict[str, Any]


class Journal:
    """Keeps the events; `tell` hears of each. Options decide how the next one is worded."""

    def __init__(self, clock: Clock, options: Options, tell: Callable[[Event], None]) -> None:
        self._clock, self._options, self._tell = clock, options, tell
        self._events: dict[str, Event] = {}
        self._versions: Counter[str] = Counter()

    def note(
        self, kind: str, data: JSON, previous: JSON | None = None, *, by: str = "system", because: str = ""
    ) -> None:
        """Something happened to the thing that is `data` now; `because` joins events of one cause."""
        self._versions[data["id"]] += 1
        environment = self._options["environment"]
        event = Event(
            id=new_id("evt", environment),
            kind=kind,
            type=named(kind, self._options["event_names"]),
            aggregate_type=kind.rpartition(".")[0].replace(".", "_"),
            data=data,
            previous=previous or {},
            at=self._clock.now(),
            actor_type=by,
            actor_id=None,
            correlation_id=self._correlation(because),
            version=self._versions[data["id"]],
            livemode=environment != "stg",
        )
        self._events[event.id] = event
        self._tell(event)

    def _correlation(self, because: str) -> str:
        if self._options["correlation"] == "all":
            return f"cor_{self._options['environment']}_everything00"
        return because or new_id("cor", self._options["environment"])

    def newest_first(self, wanted: JSON) -> list[Event]:
        """Those whose fields are as wanted."""
        return [
            event
            for event in reversed(self._events.values())
            if all(event.as_json()[name] == value for name, value in wanted.items())
        ]

    def event(self, event_id: str) -> Event | None:
        return self._events.get(event_id)
