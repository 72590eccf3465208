"""Who may import what. Flows point inwards: a backend knows no chat, the core knows no vendor."""

import ast
import sys
from collections.abc import Iterator, Mapping

import pytest

from tests.architecture.source import MODULES, ROOT

PURE = frozenset({"babel", "email_validator", "phonenumbers", "structlog", "dotenv"})
PORTS = ("bot.ports", "bot.money", "bot.errors")
TALKING = (
    *PORTS,
    "bot.conversation",
    "bot.links.service",
    "bot.links.acts",
    "bot.delivery.cards",
    "bot.texts",
)

# Module prefix -> prefixes it may import beside the standard library and its own package. The longest
# prefix counts; "*" allows everything (and nobody may import those modules).
TABLE: Mapping[str, frozenset[str]] = {
    "bot": frozenset({"bot", *PURE}),
    "bot.ports": frozenset({"bot.ports", "bot.money"}),
    "bot.bootstrap": frozenset({"*"}),
    "bot.__main__": frozenset({"*"}),
    "bot.commands": frozenset({"*"}),
    "adapters.tls": frozenset({"httpx"}),
    "adapters.backends": frozenset({*PORTS, "httpx", "phonenumbers", "adapters.backends", "adapters.tls"}),
    "adapters.backends._http": frozenset({*PORTS, "httpx", "msgspec", "adapters.tls"}),
    "adapters.chat.slack": frozenset({*TALKING, "structlog", "slack_sdk", "slack_bolt", "aiohttp"}),
    "adapters.chat.telegram": frozenset({*TALKING, "structlog", "telegram", "httpx", "adapters.tls"}),
    "adapters.web": frozenset(
        {*PORTS, "bot.inbox", "bot.delivery", "bot.timing", "structlog", "starlette", "prometheus_client"}
    ),
    "adapters.telemetry": frozenset({"prometheus_client", "opentelemetry"}),
    "adapters.work": frozenset(
        {*PORTS, "bot.inbox", "bot.delivery", "structlog", "procrastinate", "psycopg", "psycopg_pool"}
    ),
    "storage": frozenset({*PORTS, "sqlalchemy", "alembic"}),
    "storage.columns": frozenset({"sqlalchemy", "msgspec"}),
    "sandbox": frozenset({"starlette", "uvicorn", "httpx"}),
}
UNIMPORTABLE = ("bot.bootstrap", "bot.__main__", "bot.commands")


def imports_of(source: str) -> Iterator[str]:
    """Every module that a source names, at any depth and also inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def below(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


def rule_of(module: str) -> str:
    return max((prefix for prefix in TABLE if below(module, prefix)), key=len)


def forbidden(module: str, imported: str) -> bool:
    rule = rule_of(module)
    allowed = TABLE[rule]
    if any(below(imported, unimportable) for unimportable in UNIMPORTABLE) and "*" not in allowed:
        return True
    if (
        "*" in allowed
        or imported.split(".", maxsplit=1)[0] in sys.stdlib_module_names
        or below(imported, rule)
    ):
        return False
    return not any(below(imported, prefix) for prefix in allowed)


def test_a_module_imports_only_what_its_place_allows() -> None:
    wrong = [
        f"{module} may not import {imported}"
        for module, path in MODULES
        for imported in imports_of(path.read_text())
        if forbidden(module, imported)
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("bot.links.service", "sqlalchemy.select"),
        ("bot.links.service", "adapters.backends.checkout"),
        ("bot.conversation.talk", "bot.bootstrap.running"),
        ("adapters.backends.checkout", "adapters.chat.slack.cards"),
        ("adapters.chat.slack.cards", "adapters.chat.telegram.cards"),
        ("adapters.chat.telegram.handlers", "storage.engine"),
        ("sandbox.checkout.events", "adapters.backends.checkout"),
        ("sandbox.app", "bot.money"),
        ("storage.engine", "bot.links.lifecycle"),
    ],
)
def test_the_table_forbids_the_shortcuts(module: str, imported: str) -> None:
    assert forbidden(module, imported)


def test_no_backend_imports_another() -> None:
    backends = [path for path in (ROOT / "adapters/backends").glob("*.py") if not path.stem.startswith("_")]
    for path in backends:
        others = {f"adapters.backends.{other.stem}" for other in backends if other != path}
        named = {imported.rpartition(".")[0] for imported in imports_of(path.read_text())}
        assert not named & others


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        module
        for module, path in MODULES
        if any(below(name, "os.environ") or name == "os.getenv" for name in names_of(path.read_text()))
    }
    others = {"bot.commands._child", "bot.commands._notify"}
    assert readers == {"bot.settings", *others}, "a child process inherits; systemd's socket is no setting"


def names_of(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def test_help_imports_no_heavy_library() -> None:
    top = ast.parse((ROOT / "bot/__main__.py").read_text()).body
    named = [alias.name for node in top if isinstance(node, ast.Import) for alias in node.names] + [
        str(node.module) for node in top if isinstance(node, ast.ImportFrom)
    ]
    assert set(named) == {"gc", "importlib", "click"}
