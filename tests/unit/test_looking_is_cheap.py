"""What is to be done is found by index: what is done is never read, and what waits long is not sorted."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ports.storage import Transaction
from storage.engine import make_engine
from storage.transaction import SqlTransaction

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LOOKS: dict[str, Callable[[Transaction], object]] = {
    "SEARCH inbox USING INDEX ix_inbox_state_kind_stripe_id": lambda tx: tx.inbox.waiting("webhook", 3, 16),
    "SEARCH inbox USING COVERING INDEX ix_inbox_state_kind_stripe_id": lambda tx: tx.inbox.stripes(),
    "SEARCH outbox USING INDEX ix_outbox_lane_id": lambda tx: list(tx.outbox.heads("slack:T1:C1")),
    "SEARCH links USING INDEX sqlite_autoindex_links_2": lambda tx: tx.links.by_token("0" * 32),
    "SCAN outbox USING INDEX ix_outbox_lane_id": lambda tx: tx.outbox.lanes(NOW),  # holds only what waits
}


@pytest.mark.parametrize("plan", LOOKS)
def test_what_waits_is_found_by_an_index_of_what_waits(plan: str, migrated: Path) -> None:
    engine, said = make_engine(f"sqlite:///{migrated}"), list[str]()
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(said.append)
        LOOKS[plan](SqlTransaction(connection, NOW))
        driver.set_trace_callback(None)
        [statement] = [text for text in said if text.startswith("SELECT")]
        [step] = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]
    engine.dispose()
    assert step.startswith(plan)
