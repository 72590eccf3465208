"""The image's recipe and the composition of its containers, held against their own linter and schema."""

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values
from jsonschema_rs import Draft7Validator

from bot import settings
from bot.commands import serve
from bot.errors import ConfigurationError
from tests.architecture.source import ROOT
from tests.deploy.commands import parsed
from tests.deploy.page import PAGE

DEPLOY = ROOT / "deploy"
RECIPE = DEPLOY / "Containerfile"
SCHEMA = json.loads((ROOT / "tests/specs/compose.schema.json").read_text())
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "paylink"}


def instructions(name: str) -> list[str]:
    """The arguments of each instruction of that name, continued lines joined."""
    text = RECIPE.read_text().replace("\\\n", " ")
    return [line.partition(" ")[2].strip() for line in text.splitlines() if line.startswith(f"{name} ")]


def test_the_linter_finds_nothing_in_the_recipe() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, RECIPE], capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stdout) == (0, "")


def test_everything_that_is_copied_into_the_image_exists_and_it_is_all_there_is_to_install() -> None:
    copied = {name.removeprefix("./") for line in instructions("COPY")[:-1] for name in line.split()[:-1]}
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert copied >= {"bot", "adapters", "storage", "sandbox", "pyproject.toml", "constraints.txt"}


def test_the_image_is_built_on_what_is_pinned_and_runs_as_nobody_special() -> None:
    [pins] = [line for line in instructions("ENV") if "PIP_CONSTRAINT" in line]
    assert pins.split() == ["PIP_CONSTRAINT=constraints.txt", "PIP_BUILD_CONSTRAINT=constraints.txt"]
    assert int(instructions("USER")[-1]) > 0


@pytest.mark.parametrize("status", [200, 503])
def test_the_health_check_asks_where_the_settings_have_it_listen(status: int, tmp_path: Path) -> None:
    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    python, *words = json.loads(instructions("HEALTHCHECK")[-1].partition("CMD")[2])
    with HTTPServer(("127.0.0.1", 0), Service) as service:
        Thread(target=service.serve_forever, args=(0.01,)).start()
        env = {"PAYLINK_PORT": str(service.server_port)}
        asked = subprocess.run([sys.executable, *words], env=env, cwd=tmp_path, check=False)  # noqa: S603
        service.shutdown()
    assert (python, asked.returncode == 0) == ("python", status == 200)


@pytest.mark.parametrize("name", OURS)
def test_a_container_is_given_the_time_that_its_end_takes(name: str) -> None:
    given = OURS[name]["stop_grace_period"].removesuffix("s")
    assert int(given) > serve._DRAIN_S + serve._END_S  # noqa: SLF001 - those very figures


def test_what_the_image_runs_is_a_command_of_ours() -> None:
    entry, words = json.loads(instructions("ENTRYPOINT")[-1]), json.loads(instructions("CMD")[-1])
    assert entry == ["paylink"]
    parsed(words)


def test_the_pythons_of_the_image_are_those_that_we_support() -> None:
    required = re.search(r'requires-python = ">=(\d+)\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert required is not None
    for image in instructions("FROM"):
        version = re.match(r"python:(\d+)\.(\d+)-slim", image)
        assert version is not None, image
        assert tuple(map(int, version.groups())) >= tuple(map(int, required.groups()))


def test_the_composition_is_what_the_specification_allows() -> None:
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(COMPOSE)] == []


@pytest.mark.parametrize("broken", [{"restrat": "always"}, {"ports": "8080"}])
def test_what_the_specification_does_not_allow_would_be_found(broken: dict[str, Any]) -> None:
    changed = COMPOSE | {"services": {"web1": SERVICES["web1"] | broken}}
    assert list(Draft7Validator(SCHEMA).iter_errors(changed))


@pytest.mark.parametrize("service", OURS.values(), ids=list(OURS))
def test_what_a_container_runs_is_a_command_of_ours(service: dict[str, Any]) -> None:
    parsed(service["command"])


def test_two_processes_take_in_and_two_work_after_the_schema_is_up_to_date() -> None:
    taking_in = [name for name, service in OURS.items() if service["command"][-1] == "web"]
    assert (taking_in, SERVICES["work"]["deploy"]["replicas"]) == (["web1", "web2"], 2)
    for name in (*taking_in, "work"):
        assert SERVICES[name]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
    assert SERVICES["upgrade"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "healthcheck" in SERVICES["database"]


def test_no_secret_and_no_address_of_a_registry_is_in_any_file() -> None:
    for service in SERVICES.values():
        assert "environment" not in service, "settings and secrets are in files that are not ours"
        assert "/" not in service["image"]
    assert all("/" not in image.split()[0] for image in instructions("FROM"))


def test_what_the_page_has_written_beside_our_files_is_never_committed_with_them() -> None:
    """Live keys, and customers."""
    written = set(re.findall(r"^# (deploy/\S+\.env)$|> (?!/)(\S+)$", PAGE, re.MULTILINE))
    written = {settings_of or copy for settings_of, copy in written}
    assert written == {"deploy/paylink.env", "deploy/database.env", "paylink.dump"}
    ignored = (ROOT / ".gitignore").read_text().split()
    assert not [name for name in written if not any(Path(name).match(pattern) for pattern in ignored)]


def test_only_this_machine_reaches_what_listens() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8080:8080", "127.0.0.1:8081:8080"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_container_logs_does_not_fill_the_disk(name: str) -> None:
    """Docker's usual driver keeps every line, unless it is told."""
    assert SERVICES[name]["logging"] == {
        "driver": "json-file",
        "options": {"max-size": "100m", "max-file": "5"},
    }


def test_one_service_builds_the_image_and_all_others_wait_for_it() -> None:
    assert [name for name, service in OURS.items() if "build" in service] == ["upgrade"]


def test_the_files_of_settings_that_the_page_shows_are_enough(tmp_path: Path) -> None:
    shown = dict(re.findall(r"```ini\n# deploy/(\S+)\n(.*?)```", PAGE, re.DOTALL))
    assert shown.keys() == {service["env_file"] for service in SERVICES.values()}
    (tmp_path / "env").write_text(shown["paylink.env"])
    try:
        loaded = settings.load(settings.read_environment(tmp_path / "env"))
    except ConfigurationError as error:
        pytest.fail("\n".join(error.problems))
    assert loaded.is_postgresql
    database = dotenv_values(stream=StringIO(shown["database.env"]))
    assert loaded.database_url == (
        f"postgresql+psycopg://{database['POSTGRES_USER']}:{database['POSTGRES_PASSWORD']}"
        f"@database/{database['POSTGRES_DB']}"
    )
