"""A link as Cost+ is asked for it, and the lives of links as ISO 8601 durations."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adapters.backends._asking import extra_in, lifetime_s
from adapters.backends._costplus_tables import EXTRA, LONGEST_EXPIRY_S
from bot.ports.backend import LinkRequest
from bot.ports.model import Customer

_PERIOD = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account adds to every link. `mails`: may Cost+ know the customer's address, and write there?"""

    mails: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


def to_profile(settings: Mapping[str, str]) -> Profile:
    """Raises ConfigurationError for what nobody may add."""
    extra = extra_in("PAYLINK_COSTPLUS_EXTRA", settings.get("EXTRA", ""), EXTRA)
    return Profile(settings.get("MAIL") == "on", extra)


def to_request(request: LinkRequest, profile: Profile) -> dict[str, Any]:
    """The body of `POST /paymentlinks/`."""
    core = {
        "merchant_order_id": request.reference,
        "amount": request.amount.minor,
        "currency": request.amount.currency,
        "description": _to_description(request),
        "expiration_period": to_period(to_lifetime(request)),
        "webhook_url": request.webhook_url,
        "customer": _to_customer(request.customer, profile),
    }
    return {**profile.extra, **{name: value for name, value in core.items() if value is not None}}


def to_lifetime(request: LinkRequest) -> timedelta:
    """How long a link is to live: whole seconds, one at least."""
    return timedelta(seconds=lifetime_s(request, LONGEST_EXPIRY_S))


def to_period(lifetime: timedelta) -> str:
    """An ISO 8601 duration of days, hours, minutes and seconds: a month has no length of its own."""
    minutes, seconds = divmod(lifetime.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days = f"{lifetime.days}D" if lifetime.days else ""
    told = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    time = "".join(f"{count}{unit}" for count, unit in told if count)
    return f"P{days}T{time}" if time else f"P{days or 'T0S'}"


def from_period(period: str | None) -> timedelta | None:
    """The length of such a duration; None for one in months or years, or in another form."""
    found = _PERIOD.fullmatch(period or "")
    if found is None:
        return None
    return timedelta(**{unit: int(count) for unit, count in found.groupdict("0").items()})


def _to_description(request: LinkRequest) -> str | None:
    """With the creator's own reference: Cost+ has no other place for it."""
    if request.description and request.own_reference:
        return f"{request.description} ({request.own_reference})"
    return request.description or request.own_reference or None


def _to_customer(customer: Customer, profile: Profile) -> dict[str, Any] | None:
    """Without the e-mail address: Cost+ may write to whoever's it knows."""
    first, _, last = (customer.name or "").strip().partition(" ")
    known = {
        "first_name": first,
        "last_name": last.strip(),
        "country": customer.country,
        "phone_numbers": [customer.phone] if customer.phone else None,
        "email_address": customer.email if profile.mails else None,
    }
    return {name: value for name, value in known.items() if value} or None
