"""What is said of a link, without markup: its card, its desk, a line of its history.

Everything is computed from stored state when it is sent, in the destination's language. Where others
read along, the customer is masked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.delivery.masks import in_full, masked
from bot.links import lifecycle
from bot.links.lifecycle import Headline
from bot.links.payments import is_captured
from bot.money import unpack
from bot.ports.chat import Act, Button, Card, Reply, Sure, Tone
from bot.ports.model import (
    Customer,
    Destination,
    EventKind,
    Link,
    LinkState,
    Mode,
    Payment,
    ProviderLink,
    Reach,
)
from bot.texts import Texts
from bot.texts.harmless import harmless

_TONES: Mapping[Headline, Tone] = {
    Headline.CREATING: Tone.WAITING,
    Headline.OPEN: Tone.NEUTRAL,
    Headline.PENDING: Tone.WAITING,
    Headline.AUTHORISED: Tone.WAITING,
    Headline.PAID: Tone.GOOD,
    Headline.PAID_PART: Tone.WAITING,
    Headline.DISPUTE_WON: Tone.GOOD,
    Headline.REFUNDED: Tone.NEUTRAL,
    Headline.PART_REFUNDED: Tone.NEUTRAL,
    Headline.EXPIRED: Tone.NEUTRAL,
    Headline.CANCELLED: Tone.NEUTRAL,
}  # all others are bad news
_UNPAID = frozenset({Headline.FAILED, Headline.EXPIRED, Headline.CANCELLED})  # closed without any money
_REPLY_TONES: Mapping[str, Tone] = {
    "pending": Tone.WAITING,
    "authorised": Tone.WAITING,
    "paid": Tone.GOOD,
    "paid_part": Tone.WAITING,
    "paid_before": Tone.NEUTRAL,
    "refund_pending": Tone.NEUTRAL,
    "refunded": Tone.NEUTRAL,
    "part_refunded": Tone.NEUTRAL,
    "refunded_unconfirmed": Tone.NEUTRAL,
    "void_failed": Tone.NEUTRAL,
    "dispute_won": Tone.GOOD,
    "expired": Tone.NEUTRAL,
    "cancelled": Tone.NEUTRAL,
    "moved": Tone.NEUTRAL,
}
_QUIET = frozenset(_REPLY_TONES) - {"paid", "paid_part", "dispute_won", "moved"}  # nobody is called for these
REPEATED_IF_LOST = frozenset(
    f"paid{rest}" for rest in ("", "_part", "_different", "_unconfirmed", "_twice")
) | {
    "paid_after_cancel",
    "paid_after_close",
}
_MONEY_PARAMS = frozenset({"amount", "authorised", "paid", "refunded", "disputed"})


@dataclass(frozen=True, slots=True)
class Setting:
    """How things are worded somewhere: language, time zone, whether others read along."""

    texts: Texts
    zone: ZoneInfo
    private: bool
    mode: Mode


def setting_for(destination: Destination, zone: ZoneInfo, mode: Mode) -> Setting:
    """The setting of one destination."""
    return Setting(Texts(destination.language), zone, destination.place.private, mode)


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to a link beside its own row."""

    provider_link: ProviderLink | None  # the one that the customer is sent to
    payments: Sequence[Payment]
    backend: str  # its label
    cancels: bool = False  # can it take a link back?


def link_card(setting: Setting, link: Link, shown: Shown) -> Card:
    """A link's present state, in figures and words."""
    provider_link, payments = shown.provider_link, shown.payments
    texts, headline = setting.texts, lifecycle.headline(link, payments)
    return Card(
        subject=link.id,
        version=0,
        headline=texts(f"link.{headline}", **_amounts(texts, link, payments)),
        tone=_TONES.get(headline, Tone.BAD),
        rows=_rows(setting, link, provider_link, payments),
        notes=(
            *test_note(setting),
            *(() if payments else _trouble(setting, link, shown.backend)),
            *_still_payable(setting, link, shown),
        ),
        buttons=_buttons(setting, link, provider_link, payments),
        mention=None if setting.private else link.creator,
        mention_label=texts("card.requested_by"),
    )


def desk_card(setting: Setting, link: Link, shown: Shown, to: Destination) -> Card:
    """What the person who asked sees of a link apart from its card, which is meant for `to`."""
    texts = setting.texts
    if link.state is LinkState.CLOSED:
        return link_card(setting, link, shown)
    creating, uninvited = link.state is LinkState.CREATING, to.reach is Reach.UNINVITED
    choice = (
        Button(texts("button.here"), act=Act.HERE, primary=True),
        Button(texts("button.direct"), act=Act.DIRECT),
    )
    posted = "desk.direct" if to.place.private else "desk.open"
    ready = "desk.uninvited" if uninvited else posted
    return Card(
        subject=link.id,
        version=0,
        headline=texts("desk.creating" if creating else ready),
        tone=Tone.WAITING if creating or uninvited else Tone.GOOD,
        rows=_rows(setting, link, shown.provider_link, shown.payments),
        notes=(
            *test_note(setting),
            *_trouble(setting, link, shown.backend),
            *((texts("desk.how_to_invite"),) if uninvited else ()),
        ),
        buttons=(
            *_buttons(setting, link, shown.provider_link, shown.payments),
            *((choice,) if uninvited else ()),
        ),
    )


def reply(setting: Setting, link: Link, key: str, params: Mapping[str, str]) -> Reply:
    """A line of the history; the creator is called when money comes or an attempt fails."""
    texts = setting.texts
    values = {
        name: texts.money(unpack(value)) if name in _MONEY_PARAMS else value for name, value in params.items()
    }
    if "reason" in values:
        values["reason"] = texts.codes(values["reason"])
    text = texts(_worded(key, params), **(_unknown(texts) | values))
    if "repeat" in params:
        text = texts("reply.repeat", text=text)
    loud = key not in _QUIET
    mention = link.creator if loud and not setting.private else None  # alone with us, nobody needs calling
    return Reply(text, _REPLY_TONES.get(key, Tone.BAD), loud, mention)


def to_forward(setting: Setting, link: Link, url: str, merchant: str) -> Reply:
    """What the creator can forward to the customer as it is: a text and the address, nothing else."""
    key = "forward.for" if link.description else "forward.plain"
    amount = setting.texts.money(link.amount)
    text = setting.texts(key, merchant=merchant, amount=amount, description=link.description or "", url=url)
    return Reply(text, Tone.NEUTRAL, loud=False)


def customer_rows(setting: Setting, customer: Customer) -> tuple[tuple[str, str], ...]:
    """One row with what is known of the customer; none if nothing is."""
    return text_row(setting.texts, "customer", in_full(customer) if setting.private else masked(customer))


def text_row(texts: Texts, key: str, text: str | None) -> tuple[tuple[str, str], ...]:
    """A row of its own for a text that may be missing."""
    return ((texts(f"row.{key}"), harmless(text)),) if text else ()


def test_note(setting: Setting) -> tuple[str, ...]:
    """Said wherever an account moves no real money."""
    return (setting.texts("card.test"),) if setting.mode is Mode.TEST else ()


def _worded(key: str, params: Mapping[str, str]) -> str:
    """The text of a notice: one that knows more (how, why, how much) has a text of its own."""
    if key == "paid" and "method" in params:
        return "reply.paid_by"
    if key in {"declined", "capture_failed"} and "reason" in params:
        return f"reply.{key}_because"
    if key in {"refund_pending", "refund_failed", "void_failed"} and "amount" in params:
        return f"reply.{key}_amount"
    return f"reply.{key}"


def _amounts(texts: Texts, link: Link, payments: Sequence[Payment]) -> dict[str, str]:
    totals = {
        "authorised": lifecycle.total(link, payments, EventKind.AUTHORISED),
        "paid": lifecycle.total(link, payments, EventKind.CAPTURED),
        "refunded": lifecycle.total(link, payments, EventKind.REFUNDED),
        "disputed": lifecycle.total(link, payments, EventKind.DISPUTED),
    }
    words = {name: texts.money(amount) for name, amount in totals.items() if amount}
    return _unknown(texts) | words | {"amount": texts.money(link.amount)}


def _unknown(texts: Texts) -> dict[str, str]:
    """What stands for an amount that nobody has told us: never the one that was asked for."""
    return dict.fromkeys(_MONEY_PARAMS, texts("amount.unknown"))


def _rows(
    setting: Setting, link: Link, provider_link: ProviderLink | None, payments: Sequence[Payment]
) -> tuple[tuple[str, str], ...]:
    texts = setting.texts
    rows = [(texts("row.amount"), texts.money(link.amount)), *customer_rows(setting, link.customer)]
    rows += text_row(texts, "description", link.description)
    rows += text_row(texts, "own_reference", link.own_reference)
    if provider_link is not None and provider_link.url and lifecycle.is_payable(link, payments):
        rows.append((texts("row.link"), provider_link.url))
        expires = provider_link.expires_on or link.expires_at
        rows.append((texts("row.expires"), texts.moment(expires, setting.zone)))
    methods = dict.fromkeys(payment.method for payment in payments if payment.method and is_captured(payment))
    rows += [(texts("row.method"), harmless(method)) for method in methods]
    return (*rows, (texts("row.reference"), link.id))


def _buttons(
    setting: Setting, link: Link, provider_link: ProviderLink | None, payments: Sequence[Payment]
) -> tuple[tuple[Button, ...], ...]:
    texts = setting.texts
    customer = link.customer
    known = customer.email or customer.phone or customer.name
    reveal = () if setting.private or not known else (Button(texts("button.reveal"), act=Act.REVEAL),)
    if (headline := lifecycle.headline(link, payments)) in _UNPAID:
        key = "button.change" if headline is Headline.FAILED else "button.again"
        return ((Button(texts(key), act=Act.AGAIN, primary=True), *reveal),)
    if not lifecycle.is_payable(link, payments) or provider_link is None or provider_link.url is None:
        return (reveal,) if reveal else ()
    sure = Sure(texts("sure.withdraw"), texts("button.withdraw"), texts("button.keep"))
    withdraw = Button(texts("button.withdraw"), act=Act.WITHDRAW, sure=sure)
    return (
        (
            Button(texts("button.open"), url=provider_link.url, primary=True),
            Button(texts("button.copy"), copy=provider_link.url),
        ),
        (withdraw, *reveal),
    )


def _still_payable(setting: Setting, link: Link, shown: Shown) -> tuple[str, ...]:
    """A link that we cancelled, and that its backend cannot take back."""
    unpaid = lifecycle.headline(link, shown.payments) is Headline.CANCELLED
    if not unpaid or shown.provider_link is None or shown.cancels:
        return ()
    expires = setting.texts.moment(shown.provider_link.expires_on or link.expires_at, setting.zone)
    return (setting.texts("card.still_payable", backend=shown.backend, expires=expires),)


def _trouble(setting: Setting, link: Link, backend: str) -> tuple[str, ...]:
    if link.trouble is None:
        return ()
    codes = setting.texts.codes(link.trouble.get("codes", ""))
    values = {"backend": backend} | dict(link.trouble) | {"codes": codes}
    text = setting.texts(f"trouble.{values.pop('key')}", **values)
    return (setting.texts("card.waiting", trouble=text),) if link.state is LinkState.CREATING else (text,)
