"""Which stand-ins there are."""

from collections.abc import Callable

from sandbox.checkout.standin import CheckoutStandIn
from sandbox.costplus.standin import CostplusStandIn
from sandbox.eximpe.standin import EximpeStandIn
from sandbox.paymentkit.standin import PaymentKitStandIn
from sandbox.slack.standin import SlackStandIn
from sandbox.standin import StandIn, World
from sandbox.telegram.standin import TelegramStandIn
from sandbox.yabetoo.standin import YabetooStandIn

STANDINS: dict[str, Callable[[World], StandIn]] = {
    "checkout": CheckoutStandIn,
    "costplus": CostplusStandIn,
    "eximpe": EximpeStandIn,
    "paymentkit": PaymentKitStandIn,
    "slack": SlackStandIn,
    "telegram": TelegramStandIn,
    "yabetoo": YabetooStandIn,
}


def make_standins(world: World, names: list[str] | None = None) -> list[StandIn]:
    """The stand-ins of these names (none given: all); raises KeyError for an unknown one."""
    return [STANDINS[name](world) for name in names or STANDINS]


# What the stand-ins' merchant has agreed with everybody, beside addresses and keys.
MERCHANT_ENV = {
    "PAYLINK_MERCHANT_NAME": "Sandbar",
    "PAYLINK_DEFAULT_CURRENCY": "EUR",
    "PAYLINK_REGION": "DE",
}


ADMITTED_GROUPS = "-1001,-1002"  # with the people that Telegram's stand-in itself names


def env_of(standins: list[StandIn]) -> dict[str, str]:
    """The settings that point a service at these stand-ins; of several backends the first is the default."""
    settings = dict(MERCHANT_ENV)
    for standin in standins:
        settings |= standin.env()
    backends = [standin.name for standin in standins if "pay" in standin.controls]
    if backends:
        settings["PAYLINK_DEFAULT_BACKEND"] = backends[0]
    admitted = settings.get("PAYLINK_TELEGRAM_ADMITTED")
    return settings | ({"PAYLINK_TELEGRAM_ADMITTED": f"{admitted},{ADMITTED_GROUPS}"} if admitted else {})
