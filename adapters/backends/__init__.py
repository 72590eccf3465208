"""Every payment backend, by name: a file each, with a stand-in, recordings and a contract test of that name.

A service imports only those that it has accounts at: the others would cost memory, and time at start.
"""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module

from bot.ports.backend import Backend, BackendInfo

Make = Callable[[Mapping[str, str], str], Backend]  # its settings without prefix, the merchant's name

_NAMES = (
    "checkout",
    "costplus",
    "eximpe",
    "paymentkit",
    "yabetoo",
)


def _make(name: str, settings: Mapping[str, str], merchant_name: str) -> Backend:
    make: Make = getattr(import_module(f"{__name__}.{name}"), f"make_{name}")
    return make(settings, merchant_name)


BACKENDS: Mapping[str, Make] = {name: partial(_make, name) for name in _NAMES}


def declared_by(name: str) -> BackendInfo:
    """The features of a backend, whatever the account."""
    info: BackendInfo = import_module(f"{__name__}.{name}").INFO
    return info
