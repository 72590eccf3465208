"""docs/operations.md as its tests read it: what is to be typed, by heading and language."""

import re

from tests.architecture.source import ROOT

PAGE = (ROOT / "docs/operations.md").read_text()
_SECTION = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
SECTIONS: dict[str, str] = dict(_SECTION.findall(PAGE))
_METRIC = re.compile(r"^\| `(paylink_[a-z_]+)` \|([^|]*)\|", re.MULTILINE)
# The metrics that the page explains, and the labels of each.
METRICS: dict[str, list[str]] = {
    name: re.findall(r"`(\w+)`", labels) for name, labels in _METRIC.findall(SECTIONS["What to watch"])
}


def blocks(language: str, section: str | None = None) -> list[str]:
    """The blocks of a language, of one section or of the whole page."""
    text = SECTIONS[section] if section else PAGE
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def lines() -> list[str]:
    """Every line that is to be typed into a shell."""
    return [line for block in blocks("sh") for line in block.splitlines()]


def statements(block: str) -> list[str]:
    """What is to be typed into PostgreSQL, one statement each."""
    return [statement.strip() for statement in block.split(";") if statement.strip()]
