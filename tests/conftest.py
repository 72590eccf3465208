"""What is missing on a machine is said, and skips what needs it; in CI nothing is skipped."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.silence import pytest_runtest_makereport as pytest_runtest_makereport  # noqa: PLC0414 - a hook

# A busy machine is no failure (time is measured in bench/); in CI the same examples every time.
settings.register_profile("paylink", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("paylink")

CHROMIUM = Path("/usr/bin/chromium")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if CHROMIUM.exists() or os.environ.get("CI"):
        return
    missing = pytest.mark.skip(reason=f"{CHROMIUM} is missing: sudo apt-get install chromium")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(missing)
