"""What is missing on a machine is said, and skips what needs it; in CI nothing is skipped."""

import gc
import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import URL

from tests import chromium
from tests import pgbouncer as bouncers
from tests.databases import new_database
from tests.postgresql import QUICK, server
from tests.postgresql import programs as server_programs
from tests.sharing import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler  # noqa: PLC0414 - a hook
from tests.silence import pytest_runtest_makereport as pytest_runtest_makereport  # noqa: PLC0414 - a hook

# A busy machine is no failure (time is measured in bench/); in CI the same examples every time.
settings.register_profile("paylink", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("paylink")

ROOT = Path(__file__).parent.parent
LONGEST = {"example_backend": 0, "scenario": 1, "faults": 2}
OURS = ("bot", "adapters", "storage", "sandbox")


def log_to_pytest() -> None:
    """Lines go where pytest keeps logs, never into what a command prints beside a service in this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)


log_to_pytest()


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Logging is the process's: a test that sets it up leaves it as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    log_to_pytest()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders that take longest begin."""
    items.sort(key=lambda item: LONGEST.get(item.path.relative_to(ROOT).parts[1], len(LONGEST)))
    if chromium.program() or os.environ.get("CI"):
        return
    missing = pytest.mark.skip(reason="Chromium is missing: sudo apt-get install chromium")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(missing)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays: to look for garbage in it, test after test, is a seventh of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000, 50, 50)
        gc.enable()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server of the tests' own, for as long as this process runs tests."""
    programs = server_programs()
    if programs is None:
        missing("PostgreSQL", "postgresql")
    with server(programs, **QUICK) as url:
        yield url


@pytest.fixture
def database(postgresql: str) -> str:
    """The URL of a database of the test's own there, with a current schema."""
    return new_database(postgresql)


@pytest.fixture(scope="session")
def pgbouncer(postgresql: str) -> Iterator[URL]:
    """The URL of that server by a PgBouncer in transaction mode."""
    program = bouncers.program()
    if program is None:
        missing("PgBouncer", "pgbouncer")
    with bouncers.bouncer(program, postgresql) as url:
        yield url


def missing(name: str, package: str) -> NoReturn:
    """Skips what needs a program that this machine has not; in CI that is a failure."""
    message = f"{name} is missing: sudo apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
