"""`paylink demo --headless`, as a visitor runs it: processes of their own, and a kill -9."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.commands._stage import Stage
from bot.commands.demo import demo


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
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603 - our own program
        assert running.stdout is not None
        assert any("Open http" in line for line in iter(running.stdout.readline, ""))
        [service] = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        running.terminate()
        assert running.wait(timeout=20) == 0
    assert not Path(f"/proc/{service}").exists()


@pytest.mark.slow
async def test_who_is_told_to_wait_when_a_button_is_pressed_presses_it_again() -> None:
    """As happens to a script, which answers quicker than Telegram lets a bot write."""
    async with demo("checkout", 0) as running, httpx.AsyncClient(base_url=running.sandbox_url) as client:
        alice = Stage(client, "checkout", list[str]().append)
        reference = await alice.ask_in_telegram()
        busy = {"match": "editMessageReplyMarkup", "fault": "status", "status": 429, "retry_after": 1}
        await client.post("/telegram/_control/faults", json=busy | {"times": 1})
        await alice.cancel_in_telegram(reference)
        thread = await alice.thread("Telegram", reference, lambda found: "Cancelled" in found.card)
    assert thread.card.startswith("Cancelled")


@pytest.mark.slow
def test_a_sale_that_is_cut_off_is_none_that_ended_well() -> None:
    command = [sys.executable, "-m", "bot", "demo", "--headless"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as played:  # noqa: S603 - our own
        assert played.stdout is not None
        assert played.stdout.readline().startswith("Slack")
        played.terminate()
        assert (played.wait(20), "Both threads ended" in played.stdout.read()) == (1, False)
