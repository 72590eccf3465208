"""A backend has the same name in every place, and a contract is kept as it is written."""

import importlib
import inspect
import typing
from pathlib import Path

import pytest

from adapters.backends import BACKENDS
from bot.bootstrap.core import make_backends
from bot.ports.backend import Feature
from bot.ports.storage import Transaction
from bot.settings import load
from bot.settings_backends import PREFIXES
from bot.settings_table import PREFIX, SECTIONS, SETTINGS
from sandbox.clock import Clock
from sandbox.registry import STANDINS, env_of, make_standins
from sandbox.standin import World

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONTRACTS = sorted(file.stem for file in HERE.glob("*_contract.py"))
RIGS = sorted(file.stem for file in HERE.glob("test_*.py"))


def classes_in(module: str) -> list[type]:
    """The classes that a module itself defines."""
    loaded = importlib.import_module(f"tests.contract.{module}")
    return [
        one for _, one in inspect.getmembers(loaded, inspect.isclass) if one.__module__ == loaded.__name__
    ]


def names_of_tests(one: type) -> set[str]:
    return {name for name in dir(one) if name.startswith("test_")}


def kept() -> list[tuple[type, type]]:
    """Each test class with the whole contract that it keeps."""
    whole = [one for module in CONTRACTS for one in classes_in(module) if hasattr(one, "pytestmark")]
    return [
        (keeper, contract)
        for module in RIGS
        for keeper in classes_in(module)
        for contract in whole
        if issubclass(keeper, contract)
    ]


def name_of(one: type) -> str:
    return one.__name__


def test_every_method_of_every_repository_is_held_to_a_contract() -> None:
    written = "\n".join(path.read_text() for path in HERE.glob("*_contract.py"))
    tables = typing.get_type_hints
    missing = [
        f"{table}.{method}"
        for table, accessor in inspect.getmembers(Transaction, lambda one: isinstance(one, property))
        for method in names_of_methods(tables(accessor.fget)["return"])
        if f"tx.{table}.{method}(" not in written
    ]
    assert missing == []


def names_of_methods(protocol: type) -> list[str]:
    return [name for name, one in vars(protocol).items() if inspect.isfunction(one) and name[0] != "_"]


def test_every_contract_is_kept_by_somebody() -> None:
    contracts = {contract.__name__ for _, contract in kept()}
    assert contracts == {
        "BackendContract",
        "ChatContract",
        "HintingBackendContract",
        "OutboxContract",
        "RepositoryContract",
        "StorageContract",
        "WorkContract",
    }


@pytest.mark.parametrize(("keeper", "contract"), kept(), ids=name_of)
def test_nobody_overrides_a_contract(keeper: type, contract: type) -> None:
    for own in keeper.__mro__[: keeper.__mro__.index(contract)]:
        assert not names_of_tests(contract) & set(vars(own))


@pytest.mark.parametrize("contract", dict.fromkeys(contract for _, contract in kept()), ids=name_of)
def test_no_part_of_a_contract_hides_another(contract: type) -> None:
    named = [name for part in contract.__mro__ for name in vars(part) if name.startswith("test_")]
    assert sorted(named) == sorted(set(named))
    assert named


@pytest.mark.parametrize("name", BACKENDS)
class TestTheSameNameInEveryPlace:
    def test_it_keeps_the_contract(self, name: str) -> None:
        info = importlib.import_module(f"adapters.backends.{name}").INFO
        assert ("BackendContract" if info.signed else "HintingBackendContract") in {
            contract.__name__ for keeper, contract in kept() if keeper.__module__.endswith(f".test_{name}")
        }

    def test_it_has_a_module_a_stand_in_and_recordings(self, name: str) -> None:
        assert (ROOT / "adapters" / "backends" / f"{name}.py").is_file()
        assert (ROOT / "sandbox" / name / "standin.py").is_file()
        assert (ROOT / "tests" / "recordings" / name).is_dir()
        assert name in STANDINS

    def test_it_has_settings_under_a_prefix_of_its_own(self, name: str) -> None:
        prefix = PREFIXES[name]
        assert prefix == f"{name.upper()}_"
        info = importlib.import_module(f"adapters.backends.{name}").INFO
        needed = ("API_URL", "SECRET_KEY", *(["WEBHOOK_SECRET"] if info.signed else []))
        assert {f"{prefix}{last}" for last in needed} <= set(SETTINGS)

    def test_the_stand_ins_settings_make_it(self, name: str) -> None:
        world = World(Clock(), "http://127.0.0.1:9", "http://127.0.0.1:9")
        env = env_of(make_standins(world, [name, "slack"]))
        assert all(setting.startswith(PREFIX) for setting in env)
        backends = make_backends(load(env))
        assert [(key, backend.info.name) for key, backend in backends.items()] == [(name, name)]

    def test_it_has_a_heading_in_the_docs_and_a_section_in_the_settings(self, name: str) -> None:
        label = importlib.import_module(f"adapters.backends.{name}").INFO.label
        assert f"## {label}" in (ROOT / "docs" / "backends.md").read_text().splitlines()
        assert label in SECTIONS

    def test_an_operator_is_told_how_its_webhooks_come_here(self, name: str) -> None:
        info = importlib.import_module(f"adapters.backends.{name}").INFO
        assert bool(info.steps) != (Feature.CONNECT in info.features), "by a call, else by hand"
        assert not info.steps or not info.signed or any("{url}" in step for step in info.steps)


def test_every_prefix_belongs_to_a_backend() -> None:
    assert set(PREFIXES) == set(BACKENDS)
