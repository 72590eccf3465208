"""A sixth backend is added by `adapters/backends/ADDING.md` alone, and everything picks it up."""

import ast
import contextlib
import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest

from adapters.backends import BACKENDS
from sandbox.server import reserve, url_of
from tests.architecture.source import MODULES
from tests.example_backend.adding import (
    FILES,
    FILES_PART,
    HOLDING_PART,
    LINES_PART,
    NAME,
    ROOT,
    Project,
    add,
    commands_of,
    files,
    named,
    rows_of,
)

LABEL = "Acme Pay"


@cache
def words_of(module: Path) -> set[str]:
    """The texts in a module's code."""
    nodes = ast.walk(ast.parse(module.read_text()))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def checked(command: str) -> object:
    marks = [pytest.mark.slow, *([pytest.mark.browser] if "tests/browser" in command else [])]
    return pytest.param(command, id=command, marks=marks)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with its sixth backend."""
    return add(tmp_path_factory.mktemp("example_backend"))


@contextlib.contextmanager
def running(project: Project, command: str, folder: Path) -> Iterator[str]:
    """One of the project's programs on a port of its own, from when it says its address; gives that."""
    reserved = reserve()
    url = url_of(reserved)
    program = project.program(f"{command} --port {url.rsplit(':', 1)[1]}")
    environment = {**project.environment({}), "PYTHONUNBUFFERED": "1"}
    with (
        reserved,
        subprocess.Popen(program, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process,  # noqa: S603 - our own
    ):
        assert process.stdout is not None
        assert any(url in line for line in iter(process.stdout.readline, ""))
        try:
            yield url
        finally:
            process.terminate()


def test_every_file_has_its_place_on_the_page_and_every_place_a_file() -> None:
    places = [named(place) for place, _ in rows_of(FILES_PART)]
    there = [str(file.relative_to(FILES)) for file in files()]
    assert len(places) >= 6
    assert [file for file in there if not file.startswith(tuple(places))] == []
    assert [place for place in places if not any(file.startswith(place) for file in there)] == []


def test_the_lines_of_the_page_are_those_of_the_backends_that_are_there() -> None:
    assert len(rows_of(LINES_PART)) == 3  # as its first sentence says
    for place, line in rows_of(LINES_PART):
        assert line.replace("NAME", "checkout").replace("Name", "Checkout") in (ROOT / place).read_text()


@pytest.mark.parametrize("name", [name for name in BACKENDS if name != "checkout"])  # the example everywhere
def test_no_other_module_names_a_backend(name: str) -> None:
    registries = {
        place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for place, _ in rows_of(LINES_PART)
    }
    naming = {
        module
        for module, path in MODULES
        if name not in module and words_of(path) & {name, f"{name.upper()}_"}
    }
    assert naming == registries


@pytest.mark.parametrize("command", [checked(command) for command in commands_of(HOLDING_PART)])
def test_what_must_hold_then_holds(project: Project, command: str) -> None:
    done = project.run(command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_its_key_is_tried_and_a_wrong_one_is_said_to_be_wrong(project: Project, tmp_path: Path) -> None:
    with running(project, f"paylink sandbox {NAME} slack", tmp_path) as url:
        printed = project.run(f"paylink sandbox {NAME} slack --env --port {url.rsplit(':', 1)[1]}").stdout
        settings = dict(line.split("=", 1) for line in printed.splitlines())
        settings["PAYLINK_DATABASE_URL"] = f"sqlite:///{tmp_path}/paylink.db"
        good = project.run("paylink check", **settings)
        wrong = project.run("paylink check", **{**settings, "PAYLINK_ACME_SECRET_KEY": "ak_test_wrong"})
    assert (good.returncode, f"ok    {NAME}: key accepted (test)" in good.stdout) == (0, True), good
    assert (wrong.returncode, f"WRONG {NAME}: it refuses the key" in wrong.stdout) == (1, True), wrong


@pytest.mark.slow
def test_the_form_the_command_and_the_page_offer_it(project: Project, tmp_path: Path) -> None:
    understood = json.loads(project.run(f"paylink parse '12 EUR via {NAME}'").stdout)
    assert understood["backend"] == NAME
    with (
        running(project, "paylink demo", tmp_path) as url,
        httpx.Client(base_url=url, trust_env=False) as page,
    ):
        standins = {one["name"]: one for one in page.get("/standins").json()["standins"]}
        assert standins[NAME]["outcomes"] == ["paid", "declined", "refunded"]
        asked = {"channel": "C0SALES", "user": "U0ALICE", "text": ""}
        view = page.post("/slack/_control/command", json=asked).json()["view"]
        form = {block.get("block_id"): block for block in view["blocks"]}
    offered = {one["value"]: one["text"]["text"] for one in form["backend"]["element"]["options"]}
    assert offered[NAME] == LABEL
