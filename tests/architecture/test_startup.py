"""What a command imports it waits for, and what the service imports it holds for ever."""

import subprocess
import sys

import pytest

from adapters.backends import BACKENDS
from tests.architecture.source import ROOT

SLACK, TELEGRAM = {"slack_bolt", "slack_sdk", "aiohttp"}, {"telegram"}
SERVER = {"starlette", "uvicorn", "prometheus_client"}
POSTGRESQL = {"psycopg", "procrastinate", "sqlalchemy.dialects.postgresql"}
NOT_OF_A_FILE = {*POSTGRESQL, "alembic", "sqlalchemy.orm", "sqlalchemy.ext"}
BACKEND_MODULES = {f"adapters.backends.{name}" for name in BACKENDS}


@pytest.mark.parametrize(
    ("module", "not_needed"),
    [
        ("bot.__main__", {"bot.commands", "bot.settings", "asyncio", "sqlalchemy"}),
        (
            "bot.commands.links",
            {*SLACK, *TELEGRAM, *SERVER, *NOT_OF_A_FILE, "adapters", "httpx", "structlog"},
        ),
        ("bot.commands.parse", {*SLACK, *TELEGRAM, *SERVER, "adapters", "httpx", "sqlalchemy"}),
        (
            "bot.commands.serve",
            {*SLACK, *TELEGRAM, *NOT_OF_A_FILE, "bot.bootstrap", "bot.delivery"},
        ),
        (
            "bot.bootstrap",
            {*SLACK, *TELEGRAM, *NOT_OF_A_FILE, *BACKEND_MODULES, "phonenumbers", "bot.texts.fr"},
        ),
        ("bot.bootstrap.slack", {*TELEGRAM, "slack_sdk.socket_mode"}),
        ("bot.bootstrap.telegram", {*SLACK, "telegram.ext"}),
    ],
)
def test_nothing_is_imported_that_is_not_needed(module: str, not_needed: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not_needed & set(done.stdout.split()) == set()
