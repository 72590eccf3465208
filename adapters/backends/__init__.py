"""Every payment backend, by name: a file each, and a stand-in, recordings and a contract test beside it."""

from collections.abc import Callable, Mapping

from adapters.backends.checkout import make_checkout
from bot.ports.backend import Backend

Make = Callable[[Mapping[str, str], str], Backend]  # its settings without prefix, the merchant's name

BACKENDS: Mapping[str, Make] = {
    "checkout": make_checkout,
}
