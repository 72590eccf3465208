"""Everything that docs/operations.md says to type can be typed: commands, options, units, files, settings."""

import re
import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.telemetry.counters import COUNTED, Counters
from adapters.web.metrics import Figures, exposition
from bot.settings_backends import PREFIXES
from bot.settings_table import SETTINGS
from tests import pgbouncer
from tests.architecture.source import ROOT
from tests.deploy.commands import parsed
from tests.deploy.page import METRICS, PAGE, SECTIONS, blocks, lines
from tests.deploy.test_units import UNITS, Unit

IN_FULL = "alias paylink='sudo -u paylink /opt/paylink/.venv/bin/paylink'"
SETTINGS_FOLDER = Unit("paylink.service")["Service"]["WorkingDirectory"]
# Programs of others, whose lines are run by a test of their own (test_restore) or are known to everybody.
OTHERS = set("alias apt-get cd mkdir useradd install cp ln rm printf python3 env pg_dump pg_restore".split())
PROGRAMS = {*OTHERS, "paylink", "systemctl", "docker"}


def words_of_paylink() -> list[list[str]]:
    """What follows `paylink`, wherever the page has it typed: in blocks, in tables, in sentences."""
    typed = [*lines(), *re.findall(r"`([^`\n]+)`", PAGE)]
    typed = [re.sub(r"^docker compose .* exec work ", "", line) for line in typed]
    return [shlex.split(line)[1:] for line in typed if line.startswith("paylink ")]


@pytest.mark.parametrize("words", words_of_paylink(), ids=" ".join)
def test_every_command_of_ours_is_understood(words: list[str]) -> None:
    parsed(words)


def test_the_commands_are_looked_for_everywhere() -> None:
    found = {" ".join(words) for words in words_of_paylink()}
    assert {"check", "db upgrade", "links list", "links refresh --all", "outbox retry 12"} <= found


def test_our_command_is_made_before_it_is_typed_and_in_the_folder_of_its_settings() -> None:
    typed = lines()
    assert typed.index(IN_FULL) < min(at for at, line in enumerate(typed) if line.startswith("paylink "))
    for block in blocks("sh"):
        folder = "a copy" if "install ." in block else SETTINGS_FOLDER
        for line in block.splitlines():
            folder = line.removeprefix("cd ") if line.startswith("cd ") else folder
            assert folder == SETTINGS_FOLDER or not line.startswith("paylink "), line


def test_nothing_is_removed_by_its_name_before_its_folder_is_named() -> None:
    [block] = [block for block in blocks("sh") if "\nrm -f paylink.db" in block]
    assert f"cd {SETTINGS_FOLDER}\n" in block[: block.index("rm -f")]


def test_every_restore_begins_by_stopping_what_runs() -> None:
    assert all(" stop " in block.splitlines()[0] for block in blocks("sh", "Restore"))


def test_a_back_up_goes_where_whoever_types_it_may_write() -> None:
    folders = [shlex.split(line) for line in lines() if line.startswith("install -d -o paylink")]
    [typed] = [words for words in words_of_paylink() if words[:2] == ["db", "backup"]]
    assert Path(typed[-1]).parent in {Path(words[-1]) for words in folders}


@pytest.mark.parametrize("line", lines())
def test_only_programs_that_are_explained_are_typed(line: str) -> None:
    assert shlex.split(line)[0] in PROGRAMS


def test_nothing_of_an_older_version_is_installed_from_the_same_copy() -> None:
    """Setuptools leaves what it has built there, and takes along what the next version has no more."""
    typed = lines()
    before = [typed[at - 1] for at, line in enumerate(typed) if line.endswith("/bin/pip install .")]
    assert before == ["rm -rf build", "rm -rf build"]


def test_every_unit_is_one_that_is_delivered() -> None:
    named = {unit for line in lines() for unit in re.findall(r"paylink@?\w*\.service", line)}
    assert {re.sub(r"@\w+", "@", unit) for unit in named} == set(UNITS)


def test_every_instance_is_given_its_role_and_a_port_of_its_own() -> None:
    written = re.findall(r"printf 'ROLE=(\w+)\\nPAYLINK_PORT=(\d+)\\n' > /etc/paylink/(\w+)\.env", PAGE)
    started = {name for line in lines() for name in re.findall(r"paylink@(\w+)\.service", line)} - {""}
    assert {name for _, _, name in written} == started
    assert len({port for _, port, _ in written}) == len(started) == 4
    for role, _, name in written:
        assert name.startswith(role)
        parsed(["serve", "--only", role])
    assert Unit("paylink@.service")["Service"]["EnvironmentFile"] == "/etc/paylink/%i.env"


@pytest.mark.parametrize("line", [line for line in lines() if line.startswith(("cp ", "docker ", "env "))])
def test_every_file_of_ours_that_is_named_exists(line: str) -> None:
    named = re.findall(r"(?:deploy/\S+|constraints\.txt)", line)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_pgbouncer_of_the_page_pools_as_the_tests_one_does() -> None:
    [block] = [block for block in blocks("ini") if "[pgbouncer]" in block]
    shown, tested = ConfigParser(), ConfigParser()
    shown.read_string(block)
    tested.read_string(pgbouncer.SETTINGS)
    assert shown["pgbouncer"]["pool_mode"] == tested["pgbouncer"]["pool_mode"] == "transaction"
    assert {*shown["databases"]} == {"paylink"}


def test_every_section_is_in_the_contents() -> None:
    contents = re.findall(r"\]\(#([a-z-]+)\)", PAGE[: PAGE.index("## ")])
    titles = [re.sub("[^a-z -]", "", title.lower()).replace(" ", "-") for title in SECTIONS]
    assert contents == titles


@pytest.mark.parametrize("anchor", re.findall(r"\]\(#([a-z-]+)\)", PAGE))
def test_no_reference_within_the_page_is_dead(anchor: str) -> None:
    assert anchor in {re.sub("[^a-z -]", "", title.lower()).replace(" ", "-") for title in SECTIONS}


def test_every_metric_that_there_is_is_explained_and_no_other() -> None:
    some = {"some": 1}
    rows = Figures(some, some, some, quarantined=0, oldest_owed_s=0)
    counters = Counters()
    for event, counted in COUNTED.items():
        labels = {label: "some" for each in counted for label in each.labels}
        counters.hear({"event": event, "seconds": 1, "error": "some", **labels})
    told = exposition((rows, 0), counters.registry).decode()
    samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
    found = {
        sample.name.removesuffix("_count"): list(sample.labels)
        for sample in samples
        if sample.name.startswith("paylink_") and not sample.name.endswith(("_sum", "_bucket", "_created"))
    }
    assert found == METRICS


def test_only_what_is_explained_is_said_to_be_watched() -> None:
    told = SECTIONS["What to watch"] + SECTIONS["Troubles, by their symptom"]
    named = set(re.findall(r"`(paylink_[a-z_]+)[`{]", told))
    assert "paylink_outbox_oldest_seconds" in named
    assert named <= METRICS.keys()


@pytest.mark.parametrize("name", [name for name in SETTINGS if name.endswith(("_TOKEN", "_SECRET", "_KEY"))])
def test_every_secret_that_there_is_has_its_row(name: str) -> None:
    backends = [name.removeprefix(prefix) for prefix in PREFIXES.values() if name.startswith(prefix)]
    row = f"`..._{backends[0]}`" if backends else f"`PAYLINK_{name}`"
    assert f"\n| {row}" in SECTIONS["Replacing a secret"]
