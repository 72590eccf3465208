"""A link in words, without markup: its card, and its desk.

Everything is computed from stored state when it is sent, in the destination's language. Where others can read
it, the customer is masked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.delivery.audience import (
    Audience,
    capitalised,
    customer_rows,
    test_note,
    text_row,
    unknown_amounts,
)
from bot.delivery.customer_page import address_of
from bot.delivery.methods import methods_of
from bot.delivery.replies import still_payable, where_refunds
from bot.delivery.terms import figures, in_full, rows_of_uses, terms_of
from bot.links import lifecycle
from bot.links.expected import is_free
from bot.links.lifecycle import Headline
from bot.links.payments import Stage, is_captured, stage
from bot.links.possible import Remains
from bot.links.tasks import Task
from bot.ports.chat import Act, Button, Card, Sure, Tone
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Destination, Link, LinkState, Payment, Reach, Standing
from bot.ports.provider_links import ProviderLink
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
    Headline.PAUSED: Tone.NEUTRAL,
    Headline.SAVED: Tone.GOOD,
    Headline.USES: Tone.GOOD,
    Headline.TIMES: Tone.GOOD,
    Headline.SUBSCRIBED: Tone.GOOD,
    Headline.EXPIRED_USED: Tone.NEUTRAL,
    Headline.CANCELLED_USED: Tone.NEUTRAL,
}  # all others are bad news
_WITHOUT_MONEY = frozenset(  # worded otherwise of a link that asks for none
    {Headline.OPEN, Headline.PENDING, Headline.EXPIRED, Headline.TIMES}
    | {Headline.EXPIRED_USED, Headline.CANCELLED_USED}
)
_REFUND_OR_KEEP = frozenset(
    {Headline.PAID_TWICE, Headline.TOO_OFTEN, Headline.PAID_AFTER_CANCEL, Headline.PAID_AFTER_CLOSE}
)
_UNPAID = frozenset({Headline.FAILED, Headline.EXPIRED, Headline.CANCELLED})  # closed without any money


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a link beyond its own row."""

    provider_link: ProviderLink | None  # the one that the customer is sent to
    payments: Sequence[Payment]
    backend: str  # its label
    left: Remains | None = None  # what can still be paid, if it was cancelled
    earlier: ProviderLink | None = None  # what was sent before, and can still be paid
    one_of_many: bool = False  # are there other accounts, so that it has to be said which this is?
    public_url: str | None = None  # where the world reaches us, if it does
    tells_refunds: bool = True  # does the backend report them?


def link_card(audience: Audience, link: Link, shown: Shown) -> Card:
    """A link's present state, in figures and words."""
    payments = shown.payments
    texts, headline = audience.texts, lifecycle.headline(link, payments)
    return Card(
        subject=link.id,
        version=0,
        headline=headline_of(texts, link, payments),
        tone=_TONES.get(headline, Tone.BAD),
        rows=_rows(audience, link, shown),
        notes=(
            *test_note(audience),
            *(() if payments else _trouble(audience, link, shown.backend)),
            *_begun(texts, link, payments),
            *((_refunds(texts, shown),) if headline in _REFUND_OR_KEEP else ()),
            *_still_payable(audience, link, shown),
            *_under_way(audience, link, shown),
        ),
        buttons=_buttons(audience, link, shown),
        mention=None if audience.private else link.creator,
        mention_label=texts("card.requested_by"),
    )


def desk_card(audience: Audience, link: Link, shown: Shown, to: Destination) -> Card:
    """What the person who asked sees of a link, apart from its card, which goes to `to`.

    A chat lets us redraw it for a while only: where there is a card, it says that the card stays up to date.
    """
    texts = audience.texts
    if link.state in {LinkState.CLOSED, LinkState.PAUSED}:
        card = link_card(audience, link, shown)
        return replace(card, notes=(*card.notes, texts("card.goes_on"))) if to.root else card
    creating, uninvited = link.state is LinkState.CREATING, to.reach is Reach.UNINVITED
    waits_for = "desk.uninvited" if uninvited else _ready(to)
    choice = (
        Button(texts("button.here"), act=Act.HERE, primary=True),
        Button(texts("button.direct"), act=Act.DIRECT),
    )
    return Card(
        subject=link.id,
        version=0,
        headline=texts("desk.creating" if creating else waits_for),
        tone=Tone.WAITING if creating or uninvited else Tone.GOOD,
        rows=_rows(audience, link, shown),
        notes=(
            *test_note(audience),
            *_trouble(audience, link, shown.backend),
            *((texts("desk.how_to_invite"),) if uninvited else ()),
        ),
        buttons=(
            *_buttons(audience, link, shown),
            *((choice,) if uninvited else ()),
        ),
    )


def _ready(to: Destination) -> str:
    """Where the card is, or will be soon."""
    public = "thread" if to.place.thread else "open"
    where = "direct" if to.place.private else public
    return f"desk.{where}" if to.root else f"desk.{where}_soon"


def _rows(audience: Audience, link: Link, shown: Shown) -> tuple[tuple[str, str], ...]:
    texts, provider_link, payments = audience.texts, shown.provider_link, shown.payments
    rows = [(texts("row.amount"), in_full(texts, terms_of(link))), *rows_of_uses(texts, link, payments)]
    rows += customer_rows(audience, link.customer)
    rows += text_row(texts, "description", link.description)
    rows += text_row(texts, "own_reference", link.own_reference)
    rows += text_row(texts, "backend", shown.backend if shown.one_of_many else None)
    address = address_of(link, provider_link, shown.public_url)
    if provider_link is not None and address and lifecycle.is_payable(link, payments):
        rows.append((texts("row.link"), address))
        expires = provider_link.expires_on or link.expires_at
        rows.append((texts("row.expires"), texts.moment(expires, audience.zone)))
    told = [payment.method for payment in payments if payment.method and is_captured(payment)]
    rows += [(texts("row.method"), harmless(said)) for said in methods_of(texts, told)]
    return (*rows, (texts("row.reference"), link.id))


def _buttons(audience: Audience, link: Link, shown: Shown) -> tuple[tuple[Button, ...], ...]:
    texts, payments, customer = audience.texts, shown.payments, link.customer
    address = address_of(link, shown.provider_link, shown.public_url)
    known = customer.email or customer.phone or customer.name
    reveal = () if audience.private or not known else (Button(texts("button.reveal"), act=Act.REVEAL),)
    manage = Button(texts("button.manage"), act=Act.MANAGE)
    if _is_over_unpaid(link, payments):
        failed = lifecycle.headline(link, payments) is Headline.FAILED
        key = "button.change" if failed else "button.again"
        again = () if _is_in_vain(link) else (Button(texts(key), act=Act.AGAIN, primary=True),)
        return ((*again, *reveal, manage),)
    if not lifecycle.is_payable(link, payments) or address is None:
        return ((*reveal, manage),)
    sure = Sure(texts("sure.withdraw"), texts("button.withdraw"), texts("button.keep"))
    withdraw = Button(texts("button.withdraw"), act=Act.WITHDRAW, sure=sure)
    return (
        (
            Button(texts("button.open"), url=address, primary=True),
            Button(texts("button.copy"), copy=address),
        ),
        (withdraw, *reveal, manage),
    )


def _is_over_unpaid(link: Link, payments: Sequence[Payment]) -> bool:
    headline = lifecycle.headline(link, payments)
    return headline in _UNPAID or (headline is Headline.VOIDED and lifecycle.is_repeatable(link, payments))


def _begun(texts: Texts, link: Link, payments: Sequence[Payment]) -> tuple[str, ...]:
    """A warning: creating it again while somebody is paying could mean being paid twice."""
    begun = any(stage(payment) in {Stage.PENDING, Stage.AUTHORISED} for payment in payments)
    return (texts("card.begun"),) if begun and _is_over_unpaid(link, payments) else ()


def _is_in_vain(link: Link) -> bool:
    """Would another attempt fail, too, because this person may not create links?"""
    return link.trouble is not None and link.trouble["key"] == Standing.REFUSED


def headline_of(texts: Texts, link: Link, payments: Sequence[Payment]) -> str:
    """A link in a few words, with its figures."""
    headline = lifecycle.headline(link, payments)
    setup = link.kind is LinkKind.SETUP and headline in _WITHOUT_MONEY
    said = figures(texts, link, payments)
    in_part = f"link.{headline}_part" if "part" in said else f"link.{headline}"
    key = f"link.{headline}_setup" if setup else in_part
    if headline in {Headline.AUTHORISED, Headline.VOIDED} and link.closed is Closed.CANCELLED:
        key = f"link.{headline}_cancelled"
    return capitalised(texts(key, **unknown_amounts(texts) | said))


def _still_payable(audience: Audience, link: Link, shown: Shown) -> tuple[str, ...]:
    if lifecycle.headline(link, shown.payments) not in {Headline.CANCELLED, Headline.CANCELLED_USED}:
        return ()
    ours = shown.public_url is not None
    said = still_payable(audience.texts, audience.zone, shown.backend, shown.left, ours=ours)
    return (said,) if said else ()


def _under_way(audience: Audience, link: Link, shown: Shown) -> tuple[str, ...]:
    """What is still pending at the backend, and what else can be paid meanwhile."""
    texts, backend, known = audience.texts, shown.backend, shown.provider_link
    if not is_free(link, shown.payments):
        return ()
    if link.state is LinkState.PAUSED:
        return (texts("card.not_paused_yet", backend=backend),) if known else ()
    if link.state is LinkState.OPEN and known is None:
        return (texts("card.not_open_yet", backend=backend),)
    notes = []
    if shown.earlier is not None and link.state is not LinkState.CLOSED:
        expires = shown.earlier.expires_on or link.expires_at
        key = "card.earlier_ours" if shown.public_url else "card.earlier"
        notes.append(texts(key, expires=texts.moment(expires, audience.zone)))
    owed = known.owed if known and link.state is LinkState.OPEN else {}
    if until := owed.get(Task.EXTEND):
        wanted = texts.moment(datetime.fromisoformat(until), audience.zone)
        notes.append(texts("card.extending", backend=backend, until=wanted))
    if Task.EDIT in owed:
        notes.append(texts("card.editing", backend=backend))
    if Task.SHARE in owed:
        notes.append(texts("card.sharing", backend=backend))
    return tuple(notes)


def _refunds(texts: Texts, shown: Shown) -> str:
    return where_refunds(texts, shown.backend, told=shown.tells_refunds)


def _trouble(audience: Audience, link: Link, backend: str) -> tuple[str, ...]:
    if link.trouble is None:
        return ()
    codes = audience.texts.codes(link.trouble.get("codes", ""))
    values = {"backend": backend} | dict(link.trouble) | {"codes": codes}
    text = audience.texts(f"trouble.{values.pop('key')}", **values)
    return (audience.texts("card.waiting", trouble=text),) if link.state is LinkState.CREATING else (text,)
