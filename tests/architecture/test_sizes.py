"""A file or a function that grows past these does a second thing: look for it."""

import ast
from pathlib import Path

from tests.architecture.source import MODULES, ROOT

LONGEST_MODULE = 280
LONGEST_FUNCTION = 40
TABLES = {"storage.migrations.versions.0001_first_release"}  # one row after another, nothing to follow


def code_lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_a_module_can_be_read_in_one_sitting() -> None:
    lengths = {module: code_lines(path) for module, path in MODULES if module not in TABLES}
    assert not {module: lines for module, lines in lengths.items() if lines > LONGEST_MODULE}


def test_a_function_does_one_thing() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for module, path in MODULES
        if module not in TABLES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long
