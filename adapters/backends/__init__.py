"""Every payment backend, by name. One backend is one file, its stand-in, its recordings and its contract test."""

from collections.abc import Callable, Mapping

from adapters.backends.checkout import make_checkout
from bot.ports.backend import Backend

Make = Callable[[Mapping[str, str], str], Backend]  # its settings without prefix, the merchant's name

BACKENDS: Mapping[str, Make] = {
    "checkout": make_checkout,
}
