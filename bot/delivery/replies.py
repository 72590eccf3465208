"""Replies: lines of a link's history, worded when they are sent."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.delivery.audience import MONEY_PARAMS, Audience, capitalised, unknown_amounts, what_for
from bot.delivery.masks import masked
from bot.delivery.methods import method_of
from bot.delivery.terms import Terms, in_full, in_short, terms_of
from bot.links.possible import Remains
from bot.money import unpack
from bot.ports.chat import Reply, Tone
from bot.ports.expectation import LinkKind
from bot.ports.model import Link, Mode
from bot.texts import Texts

_REPLY_TONES: Mapping[str, Tone] = {
    "pending": Tone.WAITING,
    "authorised": Tone.WAITING,
    "paid": Tone.GOOD,
    "paid_part": Tone.WAITING,
    "paid_rest": Tone.GOOD,
    "paid_before": Tone.NEUTRAL,
    "saved": Tone.GOOD,
    "refund_pending": Tone.NEUTRAL,
    "refunded": Tone.NEUTRAL,
    "refunded_one": Tone.NEUTRAL,
    "part_refunded": Tone.NEUTRAL,
    "refunded_unconfirmed": Tone.NEUTRAL,
    "released": Tone.NEUTRAL,
    "void_failed": Tone.NEUTRAL,
    "dispute_won": Tone.GOOD,
    "expired": Tone.NEUTRAL,
    "expired_used": Tone.NEUTRAL,
    "ended_there": Tone.NEUTRAL,
    "cancelled": Tone.NEUTRAL,
    "moved": Tone.NEUTRAL,
    "paused": Tone.NEUTRAL,
    "resumed": Tone.NEUTRAL,
    "extended": Tone.NEUTRAL,
    "extended_anew": Tone.NEUTRAL,
    "edited": Tone.NEUTRAL,
    "shared": Tone.NEUTRAL,
}
_QUIET = frozenset(_REPLY_TONES) - {
    "paid",
    "paid_part",
    "paid_rest",
    "saved",
    "dispute_won",
    "moved",
}  # nobody is called for these
REFUND_OR_KEEP = frozenset({"paid_twice", "paid_after_cancel", "paid_after_close"})  # somebody has to decide
REPEATED_IF_LOST = frozenset(
    f"paid{rest}" for rest in ("", "_part", "_rest", "_more", "_different", "_unconfirmed", "_twice")
) | {
    "paid_after_cancel",
    "paid_after_close",
}
_FORWARDED: Mapping[bool, tuple[str, str]] = {  # without money
    False: ("forward.plain", "forward.for"),
    True: ("forward.plain_setup", "forward.for_setup"),
}
_WITHOUT_MONEY = frozenset(
    {"paid_different", "paid_unconfirmed", "pending", "pending_after_cancel", "expired", "expired_used"}
)  # worded otherwise where none is asked for
_MOMENTS = frozenset({"until", "earlier"})


def reply(
    audience: Audience, link: Link, key: str, params: Mapping[str, str], beside: str | None = None
) -> Reply:
    """A line of the history. The creator is mentioned when money comes in or an attempt fails.

    `beside`: a sentence that must be said along with it.
    """
    texts = audience.texts
    values = {name: _said(audience, name, value) for name, value in params.items()}
    if "least" in params:
        values["amount"] = in_short(texts, Terms(unpack(params["amount"]), unpack(params["least"])))
    if "reason" in values:
        values["reason"] = texts.codes(values["reason"]).rstrip(".")
    known = unknown_amounts(texts) | {"customer": masked(link.customer)}
    text = capitalised(texts(_worded(link, key, params, ours=audience.ours), **(known | values)))
    if "count" in params:
        key_of_uses = "reply.of_uses" if "uses" in params else "reply.of_times"
        text = texts(key_of_uses, **(values | {"text": text}))
    if "repeat" in params:
        text = texts("reply.repeat", text=text)
    text = f"{text} {beside}" if beside else text
    text = texts("reply.test", text=text) if audience.mode is Mode.TEST else text
    loud = key not in _QUIET
    mention = link.creator if loud and not audience.private else None  # alone with us, nobody needs calling
    return Reply(text, _REPLY_TONES.get(key, Tone.BAD), loud, mention)


def still_payable(
    texts: Texts, zone: ZoneInfo, backend: str, remains: Remains | None, *, ours: bool
) -> str | None:
    """What a cancellation leaves payable, in words; `ours`: our own address no longer leads there."""
    if remains is None:
        return None
    plain = "still.payable_ours" if ours else "still.payable"
    key = "still.opened" if remains.opened else plain
    return texts(key, backend=backend, until=texts.moment(remains.until, zone))


def where_refunds(texts: Texts, backend: str, *, told: bool) -> str:
    """Where refunds are made, and whether a thread will tell of them: only if the backend does."""
    return texts("answer.refund_at" if told else "answer.refund_untold", backend=backend)


def _said(audience: Audience, name: str, value: str) -> str:
    """A stored parameter in words."""
    if name in _MOMENTS:
        return audience.texts.moment(datetime.fromisoformat(value), audience.zone)
    if name == "method":
        return method_of(audience.texts, value)
    return audience.texts.money(unpack(value)) if name in MONEY_PARAMS else value


def to_forward(audience: Audience, link: Link, url: str, merchant: str) -> Reply:
    """A text that the creator can forward to the customer as it is."""
    plain, described = _FORWARDED[link.kind is LinkKind.SETUP]
    key = described if link.description else plain
    worded = (
        in_full if link.kind is LinkKind.SUBSCRIPTION else in_short
    )  # nobody is to take it for one payment
    amount = worded(audience.texts, terms_of(link))
    bought = what_for(link.description)
    text = audience.texts(key, merchant=merchant, amount=amount, description=bought, url=url)
    return Reply(text, Tone.NEUTRAL, loud=False)


def _worded(link: Link, key: str, params: Mapping[str, str], *, ours: bool) -> str:
    """The key of a notice's text: a notice that knows more (how, why, how much) has its own."""
    if key == "extend_failed" and "until" not in params:
        key = "extend_failed_paid"
    without_money = key in _WITHOUT_MONEY and link.kind is LinkKind.SETUP
    if without_money or (key == "extended_anew" and ours):
        return f"reply.{key}_setup" if without_money else f"reply.{key}_ours"
    if key in {"paid", "saved"} and "method" in params:
        return f"reply.{key}_by"
    if key == "paid_twice" and "count" in params:
        return "reply.paid_too_often"
    if key in {"declined", "declined_closed", "capture_failed", "extend_failed"} and "reason" in params:
        return f"reply.{key}_because"
    if key in {"refund_pending", "refund_failed", "void_failed"} and "amount" in params:
        return f"reply.{key}_amount"
    return f"reply.{key}"
