"""`paylink demo --headless`, as a visitor runs it: processes of their own, and a kill -9."""

import subprocess
import sys

import pytest

from bot.commands._scenarios import SCENARIOS


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_threads_end_as_the_scenario_says(scenario: str) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--headless", "--scenario", scenario]
    played = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)  # noqa: S603
    assert played.returncode == 0, played.stdout + played.stderr
    assert f"Both threads ended as the scenario '{scenario}' says." in played.stdout
