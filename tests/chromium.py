"""Debian's Chromium, to look at pages with."""

from pathlib import Path

# The package without windows takes half the time; not every distribution has it.
_PROGRAMS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))


def program() -> Path | None:
    """None: it is not installed."""
    return next((path for path in _PROGRAMS if path.exists()), None)
