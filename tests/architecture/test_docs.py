"""What the documents say exists, exists; what exists is documented."""

import re
import tomllib
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.backends import BACKENDS
from bot.__main__ import COMMANDS, main
from bot.settings_accounts import meant_by
from bot.settings_table import PREFIX, SETTINGS, example
from tests.architecture.source import ROOT
from tools.matrix import BEGIN, END, PAGE, table

README = (ROOT / "README.md").read_text()
DOCUMENTS = sorted(
    path for place in ("*.md", "docs/**/*.md", "adapters/**/*.md", "bench/*.md") for path in ROOT.glob(place)
)


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_command_of_the_readme_exists_and_every_command_is_in_it() -> None:
    named = set(re.findall(r"`(?:\.venv/bin/)?paylink ([a-z]+)", README))
    assert named == set(COMMANDS)


def test_every_option_of_the_readme_is_in_its_commands_help() -> None:
    for line in README.splitlines():
        for command in re.findall(r"`paylink ([a-z]+)", line):
            help_text = CliRunner().invoke(main, [command, "--help"]).output
            for option in re.findall(r"(--[a-z]+)", line):
                assert option in help_text, f"{command} {option}"


def test_no_line_about_a_command_is_cut_off() -> None:
    for command in COMMANDS:
        help_text = CliRunner().invoke(main, [command, "--help"]).output
        assert "...\n" not in help_text.partition("\n\n")[2], command


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_between_documents_is_dead(path: Path) -> None:
    for place, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", path.read_text()):
        target = path.parent / place if place else path
        assert target.exists(), place
        assert not anchor or anchor in anchors_of(target), f"{place}#{anchor}"


def anchors_of(path: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_word_of_the_glossary_is_in_the_module_that_it_links() -> None:
    page = ROOT / "docs/architecture.md"
    glossary = page.read_text().partition("## Words of the code")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \| .+ \| (.+) \|$", glossary, re.MULTILINE)
    assert rows
    for words, modules in rows:
        sources = [(page.parent / link).read_text() for link in re.findall(r"\]\((.+?)\)", modules)]
        for word in re.findall(r"`(\w+)`", words):
            assert any(re.search(rf"\b{word}\b", source) for source in sources), word


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_named_in_a_document_exists(path: Path) -> None:
    for name in re.findall(rf"{PREFIX}([A-Z_]+[A-Z])", path.read_text()):
        assert name in SETTINGS or meant_by(name), name


def test_the_example_of_the_settings_is_what_the_code_says() -> None:
    assert (ROOT / ".env.example").read_text() == example()


def test_every_version_of_the_changelog_has_each_kind_of_change_once_and_in_order() -> None:
    kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    _, *versions = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    for version in versions:
        told = re.findall(r"^### (.+)$", version, re.MULTILINE)
        assert told == [kind for kind in kinds if kind in told], version.partition("\n")[0]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    reasons = (ROOT / "docs/decisions/0001-dependencies.md").read_text()
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = [re.split(r"[<>=\[]", requirement)[0] for requirement in wanted]
    assert [name for name in names if name not in reasons] == []


def test_every_dependency_is_pinned_and_no_registry_is_named() -> None:
    pins = (ROOT / "constraints.txt").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    for requirement in wanted:
        name = re.split(r"[<>=\[]", requirement)[0].replace("-", "[-_]")
        assert re.search(rf"^{name}==", pins, re.MULTILINE | re.IGNORECASE), requirement
    assert "://" not in pins


def test_every_backend_has_its_heading() -> None:
    headings = re.findall(r"^## (.+)$", PAGE.read_text(), re.MULTILINE)
    labels = {import_module(f"adapters.backends.{name}").INFO.label for name in BACKENDS}
    assert (set(headings), len(headings)) == (labels, len(BACKENDS))


@pytest.mark.parametrize("name", BACKENDS)
def test_a_backends_modules_are_named_and_every_assumption_stands_where_its_page_says(name: str) -> None:
    label = import_module(f"adapters.backends.{name}").INFO.label
    (section,) = re.findall(
        rf"^## {re.escape(label)}\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL
    )
    row, *_ = re.findall(r"^\| modules \| (.*) \|$", section, re.MULTILINE)
    place = ROOT / "adapters/backends"
    modules = {place / file.rpartition("/")[2] for file in re.findall(r"`([^`]+)`", row)}
    assert modules == {place / f"{name}.py", *place.glob(f"_{name}_*.py")}
    source = "\n".join(path.read_text() for path in [*modules, *place.glob("_shapes.py")])
    for cell in re.findall(r"\| ([^|]*) \|$", section.partition("| assumption |")[2], re.MULTILINE):
        for named in re.findall(r"`([^`]+)`", cell):
            there = (ROOT / named).exists() or (place / named).exists() if named.endswith(".py") else False
            assert there or re.search(rf"\b{named.rpartition('.')[2]}\b", source), named


def test_the_table_of_features_is_what_the_backends_declare() -> None:
    assert BEGIN + table() + END in PAGE.read_text(), "python -m tools.matrix writes it anew"
