"""`paylink demo --headless`, as a visitor runs it: processes of their own, and a kill -9."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["paid", "killed"])  # the others: test_demo_backends
def test_both_threads_end_as_the_scenario_says(scenario: str) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--headless", "--scenario", scenario]
    played = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)  # noqa: S603
    assert played.returncode == 0, played.stdout + played.stderr
    assert f"Both threads ended as the scenario '{scenario}' says." in played.stdout


@pytest.mark.slow
def test_the_demo_that_is_told_to_end_leaves_no_service_behind() -> None:
    command = [sys.executable, "-u", "-m", "bot", "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:  # noqa: S603 - our own program
        assert demo.stdout is not None
        assert any("Open http" in line for line in iter(demo.stdout.readline, ""))
        [service] = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
        demo.terminate()
        assert demo.wait(timeout=20) == 0
    assert not Path(f"/proc/{service}").exists()


@pytest.mark.slow
def test_a_sale_that_is_cut_off_is_none_that_ended_well() -> None:
    command = [sys.executable, "-m", "bot", "demo", "--headless"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as played:  # noqa: S603 - our own
        assert played.stdout is not None
        assert played.stdout.readline().startswith("Slack")
        played.terminate()
        assert (played.wait(20), "Both threads ended" in played.stdout.read()) == (1, False)
