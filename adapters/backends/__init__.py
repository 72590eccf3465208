"""Every payment backend, by name: a file each, and a stand-in, recordings and a contract test beside it."""

from collections.abc import Callable, Mapping
from importlib import import_module

from adapters.backends.checkout import make_checkout
from adapters.backends.costplus import make_costplus
from adapters.backends.eximpe import make_eximpe
from adapters.backends.paymentkit import make_paymentkit
from adapters.backends.yabetoo import make_yabetoo
from bot.ports.backend import Backend, BackendInfo

Make = Callable[[Mapping[str, str], str], Backend]  # its settings without prefix, the merchant's name

BACKENDS: Mapping[str, Make] = {
    "checkout": make_checkout,
    "costplus": make_costplus,
    "eximpe": make_eximpe,
    "paymentkit": make_paymentkit,
    "yabetoo": make_yabetoo,
}


def declared_by(name: str) -> BackendInfo:
    """What a backend says of itself, whatever its account."""
    info: BackendInfo = import_module(f"{__name__}.{name}").INFO
    return info
