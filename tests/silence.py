"""No log line of the whole test run holds a secret or anything of a customer's: a test that leaks one fails.

Searched is whatever a test and what it started have written: this process's output and log as pytest
captures them (`-s` switches that off, and the search with it), and every `*.log` in the test's folder.
"""

import re
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest

from bot import settings
from sandbox.clock import Clock
from sandbox.registry import env_of, make_standins
from sandbox.standin import World

# What tests call their customers, beside what can be told by its form.
CUSTOMERS = ("Jane", "Quillfeather", "Zebedee")
_E_MAIL = r"[\w.+%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"
_PHONE = r"(?<![\w.:-])\+[1-9](?:[ ()-]?\d){7,14}\b"
_RESPONSE_ADDRESS = r"/slack/response/\w"  # whoever knows it can write in that person's name


@cache
def _forbidden() -> re.Pattern[str]:
    """Every secret of the settings that tests run with, whole or a part of it, and customers' data."""
    world = World(Clock(), "http://127.0.0.1:1", "http://127.0.0.1:2")
    secrets = settings.load(env_of(make_standins(world))).secrets
    parts = {part for secret in secrets for part in re.split(r"[,:]", secret) if not part.isdecimal()}
    known = [re.escape(word) for word in (*sorted(parts), *CUSTOMERS)]
    return re.compile("|".join([*known, _E_MAIL, _PHONE, _RESPONSE_ADDRESS]))


def leaks(text: str) -> Iterator[str]:
    """The lines that hold what no log may hold."""
    return (line for line in text.splitlines() if _forbidden().search(line))


def _written(item: pytest.Item, report: pytest.TestReport) -> Iterator[str]:
    for _, text in report.sections:
        yield text
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    for log in sorted(folder.rglob("*.log")) if isinstance(folder, Path) else ():
        yield log.read_text(errors="replace")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """After the last phase of a test, when all that it has started is gone."""
    report = yield
    if call.when == "teardown":
        found = [line for text in _written(item, report) for line in leaks(text)]
        if found:
            report.outcome = "failed"
            report.longrepr = "\n".join(["a secret or a customer's data in the log:", *found])
    return report
