"""The backends of all accounts: each account is an object with a name of its own."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from adapters.backends import BACKENDS
from bot.errors import ConfigurationError
from bot.ports.accounts import backend_of, label_of, prefix_of
from bot.ports.backend import Backend


def make_accounts(
    accounts: Mapping[str, Mapping[str, str]], merchant_name: str, given: Mapping[str, Backend]
) -> dict[str, Backend]:
    """By account id, from settings without their prefix; `given` ones are used as they are.

    Raises ConfigurationError with everything that is wrong with any of them.
    """
    made: dict[str, Backend] = {}
    problems: list[str] = []
    for name, values in accounts.items():
        try:
            made[name] = given[name] if name in given else _make(name, values, merchant_name)
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(*problems)
    return made


def own_names(account: str, text: str) -> str:
    """A text about a backend's settings, with the names that they have for this account."""
    return text.replace(f"PAYLINK_{prefix_of(backend_of(account))}", f"PAYLINK_{prefix_of(account)}")


def _make(account: str, values: Mapping[str, str], merchant_name: str) -> Backend:
    own = partial(own_names, account)
    try:
        backend = BACKENDS[backend_of(account)](values, merchant_name)
    except ConfigurationError as error:
        raise ConfigurationError(*map(own, error.problems)) from error
    info = backend.info
    backend.info = replace(info, label=label_of(account, info.label), steps=tuple(map(own, info.steps)))
    return backend
