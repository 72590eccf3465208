"""Pure: which orders a link accepts now, and why not; from its rows and its backend's features."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.links.expected import is_free
from bot.ports.backend import BackendInfo, Feature
from bot.ports.chat import Verb
from bot.ports.model import Link, LinkState, Payment
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.traffic import Deed


class Way(StrEnum):
    """How a link's expiry is changed."""

    PROVIDER = "provider"  # by a call of its API, which returns the new expiry
    OURS = "ours"  # in our row only: its links do not expire, and we cancel them when ours do
    REPLACEMENT = "replacement"  # by a new object; the old one stays payable until its own expiry


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A link with everything that belongs to it, at one moment."""

    link: Link
    payments: Sequence[Payment]
    objects: Sequence[ProviderLink]  # by attempt
    info: BackendInfo
    now: datetime

    @property
    def usable(self) -> ProviderLink | None:
        return usable(self.objects)

    @property
    def remembered(self) -> Sequence[ProviderLink]:
        """The objects whose history the provider keeps."""
        there = [each for each in self.objects if each.provider_id is not None]
        return there if Feature.HISTORY in self.info.features else []

    @property
    def ends_at(self) -> datetime:
        """The link's expiry: the provider's own if it has told one."""
        return (self.usable.expires_on if self.usable else None) or self.link.expires_at


@dataclass(frozen=True, slots=True)
class Remains:
    """How long a cancelled link can still be paid. `opened`: only by whoever has its page open already."""

    until: datetime
    opened: bool


def remains(
    link: Link, objects: Sequence[ProviderLink], info: BackendInfo, deeds: Sequence[Deed], now: datetime
) -> Remains | None:
    """What stays payable after a cancellation; None: nothing (any more), as far as is known."""
    shown, lingers = usable(objects), info.lingers(link.uses)
    if not info.cancels:
        until = shown.expires_on or link.expires_at if shown else now
        return Remains(until, opened=False) if now < until else None
    if not lingers or not any(each.url for each in objects):
        return None
    until = max((deed.at for deed in deeds if deed.act == Verb.CANCEL), default=now) + lingers
    return Remains(until, opened=True) if shown or now < until else None


def usable(objects: Sequence[ProviderLink]) -> ProviderLink | None:
    """The newest open object, which the customer is sent to; None if there is none."""
    opened = [found for found in objects if found.state is ProviderLinkState.OPEN]
    return opened[-1] if opened else None


def superseded(objects: Sequence[ProviderLink]) -> ProviderLink | None:
    """The object that the customer was sent to before, if it is still open."""
    opened = [found for found in objects if found.state is ProviderLinkState.OPEN]
    return opened[-2] if len(opened) > 1 else None


def way_to_extend(info: BackendInfo) -> Way:
    """How this backend's links are extended."""
    if Feature.EXTEND in info.features:
        return Way.PROVIDER
    return Way.REPLACEMENT if info.ends else Way.OURS


def possible(known: Snapshot) -> tuple[Verb, ...]:
    """The orders that the link accepts now."""
    return tuple(verb for verb in Verb if verb is not Verb.LIST and refusal(verb, known) is None)


def refusal(verb: Verb, known: Snapshot) -> str | None:
    """Why the link does not accept an order now, as a key of the texts (`refused.…`); None if it does."""
    rule = _RULES.get(verb)
    return rule(known) if rule else None


def _cancel(known: Snapshot) -> str | None:
    return None if known.link.state is LinkState.CREATING else _taken(known)


def _pause(known: Snapshot) -> str | None:
    if known.link.state is LinkState.PAUSED:
        return "paused_already"
    able = known.info.features >= {Feature.CANCEL, Feature.RESUME}
    return _waiting(known) if able else _taken(known) or "cannot_pause"


def _resume(known: Snapshot) -> str | None:
    if known.link.state is not LinkState.PAUSED:
        return _taken(known) or "not_paused"
    return _taken(known) or ("time_is_over" if known.now >= known.link.expires_at else None)


def _extend(known: Snapshot) -> str | None:
    if known.now >= known.link.expires_at and way_to_extend(known.info) is Way.OURS:
        return _waiting(known) or "time_is_over"  # it is being taken back
    return _waiting(known) or (None if known.usable else "not_open_yet")


def _edit(known: Snapshot) -> str | None:
    if Feature.EDIT not in known.info.features:
        return _taken(known) or "cannot_edit"
    return _waiting(known) or (None if known.usable else "not_open_yet")


def _resend(known: Snapshot) -> str | None:
    there = known.usable is not None and known.usable.url is not None
    return _waiting(known) or (None if there else "not_open_yet")


def _share(known: Snapshot) -> str | None:
    if Feature.SHARE not in known.info.features:
        return _taken(known) or "cannot_share"
    if not (known.link.customer.email or known.link.customer.phone):
        return "no_address"
    if known.usable is not None and Verb.SHARE in known.usable.owed:
        return "being_shared"
    return _waiting(known) or (None if known.usable else "not_open_yet")


def _refresh(known: Snapshot) -> str | None:
    if known.objects:
        return None
    return "creating" if known.link.state is LinkState.CREATING else "never_made"


def _waiting(known: Snapshot) -> str | None:
    """Why an order that needs a payable link is refused."""
    states = {LinkState.CREATING: "creating", LinkState.PAUSED: "paused"}
    return states.get(known.link.state) or _taken(known)


def _taken(known: Snapshot) -> str | None:
    """Why an order that needs an unpaid link is refused: it is closed, or a payment is under way."""
    if known.link.state is LinkState.CLOSED:
        return "closed"
    return None if is_free(known.link, known.payments) else "being_paid"


_RULES: Mapping[Verb, Callable[[Snapshot], str | None]] = {
    Verb.CANCEL: _cancel,
    Verb.PAUSE: _pause,
    Verb.RESUME: _resume,
    Verb.EXTEND: _extend,
    Verb.EDIT: _edit,
    Verb.RESEND: _resend,
    Verb.SHARE: _share,
    Verb.REFRESH: _refresh,
}  # orders that only read have no rule
