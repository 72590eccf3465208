"""No float where money passes: not written, not converted to, not read out of JSON."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text()
    for package in ("bot", "adapters", "storage")
    for path in sorted((ROOT / package).rglob("*.py"))
}
# Seconds are the one thing measured in floats: a line that holds one says so by its names.
SECONDS = re.compile(r"_S\b|timeout|interval_s|retry_after|total_seconds", re.IGNORECASE)


def floats_in(source: str) -> Iterator[str]:
    """Every line with a float literal or a call of `float` that does not speak of seconds."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
        if (literal or called) and not SECONDS.search(lines[getattr(node, "lineno", 1) - 1]):
            yield lines[getattr(node, "lineno", 1) - 1].strip()


def inexact_json_in(source: str) -> Iterator[str]:
    """Every JSON read that would make floats: without `parse_float`, or through a client's own `.json()`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            exact = any(keyword.arg == "parse_float" for keyword in node.keywords)
            from_json = isinstance(node.func.value, ast.Name) and node.func.value.id == "json"
            if from_json and node.func.attr in {"load", "loads"} and not exact:
                yield f"{node.lineno}: json.{node.func.attr}"
            if node.func.attr == "json":
                yield f"{node.lineno}: .json()"


def test_no_module_holds_a_float_that_is_no_time() -> None:
    assert not [f"{path}: {line}" for path, source in SOURCES.items() for line in floats_in(source)]


def test_backends_read_json_without_floats() -> None:
    backends = {path: source for path, source in SOURCES.items() if path.startswith("adapters/backends/")}
    assert backends
    assert not [f"{path}: {line}" for path, source in backends.items() for line in inexact_json_in(source)]


@pytest.mark.parametrize("guilty", ["rate = 0.5", "x = float(minor)", "x = 1e2 * minor"])
def test_the_search_finds_floats(guilty: str) -> None:
    assert list(floats_in(guilty))


@pytest.mark.parametrize("guilty", ["json.loads(body)", "json.load(file)", "response.json()"])
def test_the_search_finds_inexact_json(guilty: str) -> None:
    assert list(inexact_json_in(guilty))


def test_the_search_lets_seconds_pass() -> None:
    assert not list(floats_in("PAUSE_S = 0.5"))


def test_the_search_lets_exact_json_pass() -> None:
    assert not list(inexact_json_in("json.loads(body, parse_float=Decimal)"))
