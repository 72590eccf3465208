"""What an operator's figures count is found by index: closed links and said messages are never read."""

from pathlib import Path

from sqlalchemy import event

from storage.counts import Counts
from storage.engine import make_engine


def test_no_figure_reads_a_whole_table(migrated: Path) -> None:
    engine = make_engine(f"sqlite:///{migrated}")
    asked: list[tuple[str, object]] = []
    with engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        counts = Counts(connection)
        for figure in (counts.links, counts.outbox, counts.inbox, counts.oldest_owed):
            figure()
        plans = [
            str(row[3])
            for statement, values in list(asked)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        ]
    engine.dispose()
    assert len(asked) >= 5
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
    assert [plan for plan in plans if "ORDER BY" in plan] == []
    assert len([plan for plan in plans if plan.startswith("SEARCH") and "(state=?" in plan]) == 5
