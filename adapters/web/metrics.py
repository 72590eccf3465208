"""Metrics for Prometheus, read from the rows when they are scraped. They contain no personal data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows that are not settled, counted.

    `oldest_owed_s`: how long the longest waiting message has waited.
    """

    links: Mapping[str, int]
    outbox: Mapping[str, int]
    inbox: Mapping[str, int]
    quarantined: int
    oldest_owed_s: float


class _Rows(Collector):
    def __init__(self, figures: Figures, age_s: float) -> None:
        self._figures, self._age_s = figures, age_s

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        yield _by_state("paylink_links", "Payment links that are not closed", figures.links)
        yield _by_state("paylink_outbox_rows", "Messages to the chats that are not said", figures.outbox)
        yield _by_state("paylink_inbox_rows", "What came in and is not applied", figures.inbox)
        held, waits = "Webhooks whose proof did not hold", "For how long the oldest message is owed"
        yield GaugeMetricFamily("paylink_quarantine_rows", held, value=figures.quarantined)
        yield GaugeMetricFamily("paylink_outbox_oldest_seconds", waits, value=figures.oldest_owed_s)
        counted = "How long ago the rows were counted"
        yield GaugeMetricFamily("paylink_rows_age_seconds", counted, value=self._age_s)


def exposition(rows: tuple[Figures, float] | None, counters: CollectorRegistry) -> bytes:
    """All metrics in Prometheus' text format.

    `rows`: their figures and how many seconds old these are (None: they cannot be counted now); `counters`:
    of this process.
    """
    registry = CollectorRegistry()
    if rows is not None:
        registry.register(_Rows(*rows))
    return generate_latest(registry) + generate_latest(counters)


def _by_state(name: str, help_text: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=["state"])
    for state, count in sorted(counts.items()):
        family.add_metric([state], count)
    return family
