"""The project's own source, as the tests of its architecture read it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "adapters", "storage", "sandbox")


def modules() -> list[tuple[str, Path]]:
    """Every module of the packages: its dotted name and its file."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append((".".join(part for part in parts if part != "__init__"), path))
    return found


MODULES = modules()
