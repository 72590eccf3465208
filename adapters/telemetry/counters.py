"""Prometheus counters of this process, read off its log lines. Few labels, and no personal data."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.process_collector import ProcessCollector

_BUCKETS_S = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


@dataclass(frozen=True, slots=True)
class Counted:
    """What one event adds to. `only`: lines with this fact; `timed`: also its duration."""

    name: str
    help_text: str
    labels: tuple[str, ...]
    only: str = "event"
    timed: bool = False


COUNTED: Mapping[str, tuple[Counted, ...]] = {
    "request.answered": (Counted("paylink_requests", "Requests answered", ("source", "status"), timed=True),),
    "inbound.accepted": (
        Counted("paylink_accepted", "Inbound facts that were taken in, repetitions as well", ("kind",)),
    ),
    "webhook.quarantined": (
        Counted("paylink_quarantined", "Webhooks whose proof did not hold", ("account",)),
    ),
    "event.applied": (
        Counted("paylink_applied", "Events that changed a link", ("account", "kind"), timed=True),
    ),
    "event.ignored": (Counted("paylink_ignored", "Events that changed nothing", ("reason",)),),
    "inbox.failed": (Counted("paylink_inbox_failures", "Inbound facts not applied", ("kind",)),),
    "link.created": (Counted("paylink_links_created", "Links made at a backend", ("account",)),),
    "backend.asked": (
        Counted("paylink_backend_calls", "Calls of backends", ("backend", "call"), timed=True),
        Counted("paylink_backend_errors", "Calls that failed", ("backend", "call", "error"), only="error"),
    ),
    "chat.asked": (
        Counted("paylink_posts", "Posts to the chats", ("chat", "say"), timed=True),
        Counted("paylink_post_errors", "Posts that failed", ("chat", "error"), only="error"),
    ),
    "delivery.lost": (Counted("paylink_posts_lost", "Posts that may have been seen or not", ("chat",)),),
    "work.failed": (Counted("paylink_work_failures", "Handlers that failed", ("kind",)),),
}


# Shown as 0 until it happens: a rate over time misses what appears with its first event.
FROM_THE_START: Mapping[str, tuple[str, ...]] = {
    "event.ignored": ("known", "changes_nothing", "no_link"),
    "inbox.failed": ("webhook", "hint", "telegram"),
    "delivery.lost": ("slack", "telegram"),
    "work.failed": ("link", "inbox", "lookup", "watch", "delivery", "drafts"),
}

Add = Callable[[float], None]


class Counters:
    """Listens to every log line; `registry` has the counters."""

    def __init__(self, accounts: Collection[str] = ()) -> None:
        """`accounts`: their ids, as far as they are known."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._metrics = {
            event: [(each, self._metric(each)) for each in counted] for event, counted in COUNTED.items()
        }
        for event, values in (*FROM_THE_START.items(), ("webhook.quarantined", accounts)):
            for value in values:
                self._metrics[event][0][1].labels(value)
        self._known: dict[tuple[Any, ...], Add] = {}  # by name and labels: quickly found

    def hear(self, line: Mapping[str, Any]) -> None:
        """Count a line."""
        for counted, metric in self._metrics.get(line["event"], ()):
            if line.get(counted.only) is None:
                continue
            key = (counted.name, *map(line.get, counted.labels))
            add = self._known.get(key) or self._known.setdefault(key, _adding(metric.labels(*key[1:])))
            add(line["seconds"] if counted.timed else 1)

    def _metric(self, counted: Counted) -> Counter | Histogram:
        if counted.timed:
            name, text = f"{counted.name}_seconds", f"{counted.help_text}, and how long each took"
            return Histogram(name, text, counted.labels, registry=self.registry, buckets=_BUCKETS_S)
        return Counter(counted.name, counted.help_text, counted.labels, registry=self.registry)


def _adding(metric: Counter | Histogram) -> Add:
    return metric.observe if isinstance(metric, Histogram) else metric.inc
