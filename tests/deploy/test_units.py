"""systemd takes the units as they are, and finds little that a broken-in service could do."""

import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import click
import pytest

from bot.commands import serve
from bot.commands.serve import command
from tests.architecture.source import ROOT
from tests.conftest import missing

UNITS = ["paylink.service", "paylink@.service"]
INSTALLED = "/opt/paylink/.venv/bin/paylink"
MOST_EXPOSED = "20"  # of 100; systemd calls up to 50 "medium", and 96 what has no option at all


@pytest.fixture
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        missing("systemd-analyze", "systemd")
    return found


class Unit(ConfigParser):
    """A unit's settings, their names as they are written."""

    def __init__(self, name: str) -> None:
        super().__init__(strict=False, interpolation=None)
        self.read(ROOT / "deploy" / name)

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def run(*command_: str) -> str:
    """What a program that must succeed prints."""
    done = subprocess.run(command_, capture_output=True, text=True, check=False)  # noqa: S603 - systemd's own
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_every_line(analyze: str, name: str, tmp_path: Path) -> None:
    text = (ROOT / "deploy" / name).read_text()
    assert text.count(INSTALLED) == 1
    copy = tmp_path / name.replace("@", "@web1")
    copy.write_text(text.replace(INSTALLED, sys.executable))  # it must be there to be accepted
    assert run(analyze, "verify", "--man=no", str(copy)) == ""


@pytest.mark.parametrize("name", UNITS)
def test_little_is_left_that_the_service_could_do_to_its_machine(analyze: str, name: str) -> None:
    unit = str(ROOT / "deploy" / name)
    run(analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit)


@pytest.mark.parametrize("name", UNITS)
def test_its_own_figures_can_be_counted(name: str) -> None:
    """Without /proc/stat Prometheus' client knows no process_start_time_seconds, and gives none of them."""
    assert Unit(name)["Service"].get("ProcSubset", "all") == "all"


@pytest.mark.parametrize("name", UNITS)
def test_it_always_comes_back_and_is_given_the_time_that_draining_takes(name: str) -> None:
    unit = Unit(name)
    assert unit["Service"]["Restart"] == "always"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert int(unit["Service"]["TimeoutStopSec"]) > serve._DRAIN_S + serve._END_S  # noqa: SLF001 - those very figures


@pytest.mark.parametrize("name", UNITS)
def test_it_counts_as_started_when_it_is_ready_and_wrong_settings_are_not_tried_for_ever(name: str) -> None:
    service = Unit(name)["Service"]
    assert service["Type"] == "notify"
    given_up = {int(status) for status in service["RestartPreventExitStatus"].split()}
    assert given_up == {os.EX_CONFIG, click.UsageError.exit_code}


def test_an_instance_differs_in_nothing_but_what_it_is_for() -> None:
    one, instance = Unit(UNITS[0])["Service"], Unit(UNITS[1])["Service"]
    differing = {name for name in {*one, *instance} if one.get(name) != instance.get(name)}
    assert differing == {"ExecStart", "EnvironmentFile"}


def test_what_is_started_is_a_command_of_ours() -> None:
    for name in UNITS:
        words = Unit(name)["Service"]["ExecStart"].replace("${ROLE}", "web").split()
        assert words[:2] == [INSTALLED, "serve"]
        command.make_context("serve", words[2:])
