"""Logging: one line per event, as JSON or for people, with every secret blacked out."""

import contextlib
import json
import logging
import re
import sys
from collections.abc import Callable, MutableMapping, Sequence
from functools import partial
from typing import Any, TextIO

import structlog

from bot.ports.accounts import listed
from bot.timing import Listener, listen

_TELEGRAM_URL = re.compile(r"/bot[0-9]+:[A-Za-z0-9_-]+")
# What a terminal obeys, or shows in another order. JSON escapes it by itself.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_QUIET = ("httpx", "httpcore", "slack_bolt", "slack_sdk", "telegram", "aiohttp", "alembic", "procrastinate")
# Words two lines of every call, written or not, unless this level is its own.
_QUIET_ITSELF = ("slack_sdk.web.async_base_client",)
_WARNING = ("uvicorn.error", "opentelemetry")  # of what strangers send, of each try of an absent collector

_SILENT = (
    "telegram.request",
)  # writes the whole of an answer that is no JSON; whoever called is told anyhow


def configure(log_format: str, secrets: Sequence[str], listeners: Sequence[Listener] = ()) -> None:
    """Set up structlog and the standard library's logging, for the whole process.

    Every line has what is bound to what is going on, such as the link that it is about. `listeners` hear of
    each line of our own, also of those that are not written.
    """
    listen(listeners)
    draw: list[Any] = [structlog.processors.JSONRenderer()]
    if log_format == "console":
        draw = [structlog.dev.ConsoleRenderer(colors=False), lambda _, __, line: _disarmed(line)]
    shared: list[Any] = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level]
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    redact = redactor(secrets)
    finish = [structlog.processors.format_exc_info, *draw, lambda _, __, line: redact(line)]
    hear = [partial(_heard, listener) for listener in listeners]
    lines = _Lines(sys.stderr)
    structlog.configure(
        processors=[*shared, *hear, _without_small, stamp, *finish],
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[*shared, stamp], processors=[meta, *finish])
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in (*_QUIET, *_QUIET_ITSELF):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _WARNING:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _heard(listener: Listener, _: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    listener(line)
    return line


def _without_small(_: Any, level: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if level == "debug":
        raise structlog.DropEvent
    return line


def _disarmed(line: str) -> str:
    """Foreign text in a line for people, with escapes for what does more than show a character."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), line)


class _Lines:
    """Where our own lines go: past the standard library, which takes longer over one than all before it.

    Nobody is stopped by a line that cannot be written.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def info(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._file.write(f"{line}\n")
            self._file.flush()

    warning = error = critical = info


def redactor(secrets: Sequence[str]) -> Callable[[str], str]:
    """Blacks out the settings' secrets (several in one, too) and tokens inside Telegram's addresses."""
    parts = {part for secret in secrets for part in (secret.strip(), *listed(secret))} - {""}
    written = {form for part in parts for form in (part, *_in_json(part))}
    known = [re.escape(form) for form in sorted(written, key=len, reverse=True)]
    pattern = re.compile("|".join([*known, _TELEGRAM_URL.pattern]))
    return lambda text: pattern.sub("[redacted]", text)


def _in_json(text: str) -> tuple[str, str]:
    """How JSON may spell it, with and without escapes for what is not ASCII."""
    return json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]
