"""Logs hold no secret and nothing of a customer's: the search over the whole run finds what it must find."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import settings
from bot.commands._scenarios import SCENARIOS, play
from bot.commands.demo import demo
from sandbox.clock import Clock
from sandbox.registry import env_of, make_standins
from sandbox.standin import World
from tests.silence import leaks

WORLD = World(Clock(), "http://127.0.0.1:1", "http://127.0.0.1:2")
SECRETS = settings.load(env_of(make_standins(WORLD))).secrets
CUSTOMER = (
    "zebedee.quillfeather@example.com",
    "zebedee%40example.com",
    "Zebedee Quillfeather",
    "+4915112345678",
    "+49 151 1234 5678",
    "http://127.0.0.1:9000/slack/response/T0PAYLINK/1/abc",
)
HARMLESS = (
    "webhook.no_link account=checkout key=evt_abc word=payment_captured",
    "2026-01-31T10:20:30.123456+00:00 card shown to j…@example.com for <@U0ALICE>",
    "delivery.unavailable lane=telegram::-1001 subject=PL0123456789AB sent=unknown",
    "service.starting host=127.0.0.1 port=8080",
)
LEAKING = """
import logging, subprocess, sys
import pytest, structlog

def test_in_a_line_of_ours():
    structlog.get_logger("ours").info("asked", url="/bot{secret}/getMe")

def test_in_a_line_of_a_library():
    logging.getLogger("foreign").warning("asked %s", "/bot{secret}/getMe")

def test_in_a_traceback():
    try:
        raise ValueError("{secret}")
    except ValueError:
        structlog.get_logger("ours").exception("failed")

def test_in_what_a_process_writes():
    subprocess.run([sys.executable, "-c", "import sys; sys.stderr.write('{secret}')"])

def test_in_the_log_of_a_process(tmp_path):
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "service.log").write_text("{secret}")

@pytest.fixture
def service():
    yield
    structlog.get_logger("ours").info("{secret}")

def test_when_all_is_over(service):
    pass
"""
SILENT = """
import structlog

def test_nothing():
    structlog.get_logger("ours").info("service.stopped")
"""


@pytest.mark.parametrize("told", [*SECRETS, *(part for secret in SECRETS for part in secret.split(":")[1:])])
def test_every_secret_of_the_settings_is_found_and_a_part_of_it_too(told: str) -> None:
    assert list(leaks(f"before\nasked http://127.0.0.1/bot{told}/getMe\nafter")) == [
        f"asked http://127.0.0.1/bot{told}/getMe"
    ]


@pytest.mark.parametrize("told", CUSTOMER)
def test_a_customers_data_is_found(told: str) -> None:
    assert list(leaks(f"created for {told}, thanks"))


@pytest.mark.parametrize("line", HARMLESS)
def test_what_logs_are_for_is_no_leak(line: str) -> None:
    assert list(leaks(line)) == []


def run_of(folder: Path, tests: str) -> str:
    """The last line of a run of these tests with the search."""
    (folder / "test_inner.py").write_text(tests)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.silence", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, "--rootdir", str(folder), "test_inner.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout.splitlines()[-1]


def test_a_run_that_leaks_fails_wherever_the_line_was_written(tmp_path: Path) -> None:
    told = run_of(tmp_path, LEAKING.replace("{secret}", SECRETS[0]))
    assert told.startswith("6 passed, 6 errors in"), told


def test_a_run_that_is_silent_passes(tmp_path: Path) -> None:
    assert run_of(tmp_path, SILENT).startswith("1 passed in")


@pytest.mark.slow
async def test_the_demos_service_is_silent_over_a_kill() -> None:
    """Its log goes away with the demo: this one is searched before."""
    async with demo("checkout", 0) as running:
        await play(SCENARIOS["killed"], running.sandbox_url, "checkout", running.service, list[str]().append)
        written = running.service.log_text()
    assert "service.starting" in written
    assert list(leaks(written)) == []
