"""Logging: one line per event, as JSON or for people, with every secret blacked out."""

import json
import logging
import re
from collections.abc import Callable, MutableMapping, Sequence
from functools import partial
from typing import Any

import structlog

from bot.timing import Listener, listen

_TELEGRAM_URL = re.compile(r"/bot[0-9]+:[A-Za-z0-9_-]+")
_QUIET = ("httpx", "httpcore", "slack_bolt", "slack_sdk", "telegram", "aiohttp", "alembic", "procrastinate")


def configure(log_format: str, secrets: Sequence[str], listeners: Sequence[Listener] = ()) -> None:
    """Set up structlog and the standard library's logging, for the whole process.

    Every line has what is bound to what is going on, such as the link that it is about. `listeners` hear of
    each line of our own, also of those that are not written.
    """
    listen(listeners)
    draw: Any = structlog.processors.JSONRenderer()
    if log_format == "console":
        draw = structlog.dev.ConsoleRenderer(colors=False)
    shared: list[Any] = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level]
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    finish = [meta, structlog.processors.format_exc_info, draw]
    structlog.configure(
        processors=[
            *shared,
            *(partial(_heard, listener) for listener in listeners),
            structlog.stdlib.filter_by_level,
            stamp,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting(redactor(secrets), foreign_pre_chain=[*shared, stamp], processors=finish))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _heard(listener: Listener, _: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    listener(line)
    return line


def redactor(secrets: Sequence[str]) -> Callable[[str], str]:
    """Blacks out the settings' secrets (several in one, too) and tokens inside Telegram's addresses."""
    parts = {part.strip() for secret in secrets for part in (secret, *secret.split(","))} - {""}
    written = {form for part in parts for form in (part, *_in_json(part))}
    known = [re.escape(form) for form in sorted(written, key=len, reverse=True)]
    pattern = re.compile("|".join([*known, _TELEGRAM_URL.pattern]))
    return lambda text: pattern.sub("[redacted]", text)


def _in_json(text: str) -> tuple[str, str]:
    """How JSON may spell it, with and without escapes for what is not ASCII."""
    return json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """The last step before a line is written: what no other step has thought of is caught here."""

    def __init__(self, redact: Callable[[str], str], **settings: Any) -> None:
        super().__init__(**settings)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))
