"""Every payment backend, by name: a file each, and a stand-in, recordings and a contract test beside it.

A service imports those that it has accounts at: the others would cost it memory, and time at its start.
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
    """What a backend says of itself, whatever its account."""
    info: BackendInfo = import_module(f"{__name__}.{name}").INFO
    return info
