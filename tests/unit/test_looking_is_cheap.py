"""What is looked for is found by its index: what is done is never read, and much of anything not sorted."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ports.model import Customer, LinkState, Place
from bot.ports.storage import Transaction
from storage.engine import make_engine
from storage.transaction import SqlTransaction
from tests.unit.records import ALICE, link

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OPEN = (LinkState.CREATING, LinkState.OPEN, LinkState.PAUSED)
LOOKS: dict[str, Callable[[Transaction], object]] = {
    "SEARCH inbox USING INDEX ix_inbox_state_kind_stripe_id": lambda tx: tx.inbox.waiting("webhook", 3, 16),
    "SEARCH inbox USING COVERING INDEX ix_inbox_state_kind_stripe_id": lambda tx: tx.inbox.stripes(),
    "SEARCH outbox USING INDEX ix_outbox_lane_id": lambda tx: list(tx.outbox.heads("slack:T1:C1")),
    "SCAN outbox USING INDEX ix_outbox_state_owed_since": lambda tx: tx.outbox.unsaid(),
    "SEARCH links USING INDEX sqlite_autoindex_links_2": lambda tx: tx.links.by_token("0" * 32),
    "SCAN links USING INDEX ix_links_created_at": lambda tx: tx.links.asked_for(None, tuple(LinkState), 21),
    "SCAN links USING INDEX ix_links_created_at_id": lambda tx: tx.links.asked_for(None, OPEN, 21),
    "SEARCH links USING INDEX ix_links_creator_chat_creator_user_created_at": lambda tx: tx.links.asked_for(
        ALICE, OPEN, 21
    ),
    "SCAN outbox USING INDEX ix_outbox_lane_id": lambda tx: tx.outbox.lanes(NOW),  # holds only what waits
}


@pytest.mark.parametrize("plan", LOOKS)
def test_what_waits_or_is_newest_is_found_by_its_index(plan: str, migrated: Path) -> None:
    [[step]] = plans(migrated, LOOKS[plan])
    assert step.partition(" (")[0] == plan


JANE = Customer("Jane", "jane@example.com", "+442079460958")
WANTED = link(account_id="checkout", customer=JANE)


@pytest.mark.parametrize(
    "look",
    [
        lambda tx: tx.links.latest_of("checkout", JANE, ALICE),
        lambda tx: tx.links.twin(WANTED),
    ],
)
def test_what_was_asked_of_a_customer_is_found_by_the_customer(
    look: Callable[[Transaction], object], migrated: Path
) -> None:
    """And not by who asked for it, by what is open, or by its amount: each may have any number of links."""
    found = plans(migrated, look)
    for steps, column in zip(found, ("customer_email", "customer_phone"), strict=True):
        by = f"INDEX ix_links_account_id_{column}_created_at (account_id=? AND {column}=?)"
        assert [step for step in steps if " links " in step] == [f"SEARCH links USING {by}"]


def test_a_group_that_has_another_id_moves_in_as_many_steps_as_it_has_teams(migrated: Path) -> None:
    """And not in one for each link that was ever made there: it is what everybody else waits for."""

    def rename(tx: Transaction) -> None:
        for _ in range(5):
            tx.destinations.add(Place("telegram", "-1"), "en")
        tx.destinations.rename("telegram", "-1", "-1001")

    found = [steps for steps in plans(migrated, rename, "UPDATE") if steps]
    assert [steps[0].partition(" (")[0] for steps in found] == [
        "SEARCH destinations USING INDEX ix_destinations_chat_channel",
        "SEARCH outbox USING INDEX ix_outbox_lane_id",
    ]


def test_what_is_deleted_is_found_by_an_index_and_so_is_what_could_refer_to_it(migrated: Path) -> None:
    [steps] = plans(migrated, lambda tx: tx.inbox.forget(NOW, 200), "DELETE")
    assert {step.partition(" (")[0] for step in steps} == {
        "SEARCH inbox USING INTEGER PRIMARY KEY",
        "LIST SUBQUERY 1",
        "SEARCH inbox USING INDEX ix_inbox_received_at",
        "SEARCH events USING COVERING INDEX ix_events_inbox_id",
        "SEARCH lookups USING COVERING INDEX sqlite_autoindex_lookups_1",
    }


def test_drafts_that_are_deleted_are_found_by_their_index(migrated: Path) -> None:
    [steps] = plans(migrated, lambda tx: tx.drafts.forget(NOW, 200), "DELETE")
    assert [step for step in steps if step.startswith("SCAN")] == []
    assert any("INDEX ix_drafts_state_expires_at (state=? AND expires_at<?)" in step for step in steps)


def plans(migrated: Path, look: Callable[[Transaction], object], verb: str = "SELECT") -> list[list[str]]:
    """How each statement of a look is carried out, step by step."""
    engine, said = make_engine(f"sqlite:///{migrated}"), list[str]()
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(said.append)
        look(SqlTransaction(connection, NOW))
        driver.set_trace_callback(None)
        statements = [text for text in said if text.startswith(verb)]
        found = [[row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {text}")] for text in statements]
    engine.dispose()
    return found
