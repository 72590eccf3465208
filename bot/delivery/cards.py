"""What is said, without markup: the card of a draft, the card of a link, a line of its history.

Everything is computed from stored state when it is sent, in the destination's language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.conversation.amounts import spell
from bot.conversation.form import Form
from bot.conversation.wording import explain
from bot.links import lifecycle
from bot.links.lifecycle import Headline
from bot.money import Money, unpack
from bot.ports.chat import Act, Button, Card, Reply, Tone
from bot.ports.model import (
    Closed,
    Customer,
    Destination,
    Draft,
    DraftState,
    Link,
    LinkState,
    Mode,
    Payment,
    ProviderLink,
)
from bot.texts import Texts

_TONES: Mapping[Headline, Tone] = {
    Headline.CREATING: Tone.WAITING,
    Headline.FAILED: Tone.BAD,
    Headline.OPEN: Tone.NEUTRAL,
    Headline.AUTHORISED: Tone.WAITING,
    Headline.PAID: Tone.GOOD,
    Headline.PAID_DIFFERENT: Tone.BAD,
    Headline.PAID_UNCONFIRMED: Tone.BAD,
}
_REPLY_TONES: Mapping[str, Tone] = {
    "authorised": Tone.WAITING,
    "paid": Tone.GOOD,
    "paid_different": Tone.BAD,
    "paid_unconfirmed": Tone.BAD,
    "paid_twice": Tone.BAD,
    "paid_after_close": Tone.BAD,
    "declined": Tone.BAD,
    "declined_plain": Tone.BAD,
}
_QUIET = frozenset({"authorised"})  # nobody is called for these
REPEATED_IF_LOST = frozenset(key for key in _REPLY_TONES if key.startswith("paid"))
_MONEY_PARAMS = frozenset({"amount", "paid"})


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


def draft_card(setting: Setting, form: Form, draft: Draft, asking: str | None) -> Card:
    """A request being collected: what is known, the question that is open, the buttons that fit."""
    texts = setting.texts
    if draft.state is not DraftState.OPEN:
        key = "draft.expired" if draft.state is DraftState.EXPIRED else "draft.cancelled"
        return Card(draft.id, draft.version, texts(key), Tone.NEUTRAL)
    amount = _draft_amount(draft)
    headline = (
        texts("draft.headline_amount", amount=texts.money(amount)) if amount else texts("draft.headline")
    )
    ask, buttons = _question(setting, form, draft, asking)
    ready = asking is None and not draft.choosing
    hint = "draft.ready" if ready else "draft.reply_here"
    hinted = ready or not (setting.private or draft.choosing)
    return Card(
        subject=draft.id,
        version=draft.version,
        headline=headline,
        tone=Tone.NEUTRAL,
        rows=_draft_rows(setting, draft, amount),
        ask=ask,
        notes=(*_test_note(setting), *_refusals(setting, form, draft), *((texts(hint),) if hinted else ())),
        buttons=buttons,
    )


def link_card(
    setting: Setting,
    link: Link,
    provider_link: ProviderLink | None,
    payments: Sequence[Payment],
    backend: str,
) -> Card:
    """A link's present state, in figures and words."""
    texts, headline = setting.texts, lifecycle.headline(link, payments)
    paid = lifecycle.total_captured(link, payments)
    words = texts(
        f"link.{headline}",
        amount=texts.money(link.amount),
        paid=texts.money(paid) if paid else "",
    )
    return Card(
        subject=link.id,
        version=0,
        headline=words,
        tone=_TONES[headline],
        rows=_link_rows(setting, link, provider_link, payments),
        notes=(*_test_note(setting), *(() if payments else _trouble(setting, link, backend))),
        buttons=_link_buttons(setting, link, provider_link, payments),
        mention=None if setting.private else link.creator,
        mention_label=texts("card.requested_by"),
    )


def desk_card(setting: Setting, link: Link, provider_link: ProviderLink | None, backend: str) -> Card:
    """What the person who asked sees of a link apart from its card."""
    texts = setting.texts
    if link.state is LinkState.CLOSED and provider_link is None:
        return link_card(setting, link, None, (), backend)
    headline = texts("desk.creating" if link.state is LinkState.CREATING else "desk.open")
    return Card(
        subject=link.id,
        version=0,
        headline=headline,
        tone=Tone.WAITING if link.state is LinkState.CREATING else Tone.GOOD,
        rows=_link_rows(setting, link, provider_link, ()),
        notes=(*_test_note(setting), *_trouble(setting, link, backend)),
        buttons=_link_buttons(setting, link, provider_link, ()),
    )


def reply(setting: Setting, link: Link, key: str, params: Mapping[str, str]) -> Reply:
    """A line of the history; the creator is called when money comes or an attempt fails."""
    texts = setting.texts
    values = {
        name: texts.money(unpack(value)) if name in _MONEY_PARAMS else value for name, value in params.items()
    }
    worded = f"reply.{key}_by" if key == "paid" and "method" in params else f"reply.{key}"
    text = texts(worded, **values)
    if "repeat" in params:
        text = texts("reply.repeat", text=text)
    loud = key not in _QUIET
    mention = link.creator if loud and not setting.private else None  # alone with us, nobody needs calling
    return Reply(text, _REPLY_TONES[key], loud, mention)


def masked(email: str) -> str:
    """`j…@example.com`: enough to recognise, too little to write to."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _draft_amount(draft: Draft) -> Money | None:
    if "minor" not in draft.answers:
        return None
    return Money(int(draft.answers["minor"]), draft.answers["currency"])


def _draft_rows(setting: Setting, draft: Draft, amount: Money | None) -> tuple[tuple[str, str], ...]:
    texts, answers = setting.texts, draft.answers
    rows = [(texts("row.amount"), texts.money(amount))] if amount else []
    customer = Customer(name=answers.get("name"), email=answers.get("email"))
    return (*rows, *_customer_rows(setting, customer), *_description_row(texts, answers.get("description")))


def _refusals(setting: Setting, form: Form, draft: Draft) -> tuple[str, ...]:
    """What is known to be wrong while the person chooses what to change."""
    if not draft.choosing:
        return ()
    return tuple(
        explain(setting.texts, form, form.field(key), problem) for key, problem in draft.problems.items()
    )


def _question(
    setting: Setting, form: Form, draft: Draft, asking: str | None
) -> tuple[str | None, tuple[tuple[Button, ...], ...]]:
    texts = setting.texts
    cancel = Button(texts("button.cancel"), act=Act.CANCEL)
    create = Button(texts("button.create"), act=Act.CREATE, primary=True)
    if draft.choosing:
        fields = [
            Button(texts(f"field.{field.key}.label"), act=Act.EDIT, argument=field.key)
            for field in form.fields
        ]
        pairs = [tuple(fields[at : at + 2]) for at in range(0, len(fields), 2)]
        last = (cancel,) if asking else (create, cancel)
        return texts("draft.edit_which"), (*pairs, last)
    if asking is None:
        return None, ((create, Button(texts("button.edit"), act=Act.EDIT)), (cancel,))
    field, problem = form.field(asking), draft.problems.get(asking)
    ask = explain(texts, form, field, problem) if problem else texts(f"field.{asking}.prompt")
    picks = _picks(texts, asking, problem.readings[:6] if problem else ())
    skip = () if field.required else (Button(texts("button.skip"), act=Act.SKIP, argument=asking),)
    return ask, (*picks, (*skip, cancel))


def _picks(texts: Texts, asking: str, readings: Sequence[Money]) -> tuple[tuple[Button, ...], ...]:
    """A button per reading: tapping is easier than typing it again."""
    if asking == "currency":
        buttons = [
            Button(money.currency, act=Act.PICK, argument=f"currency={money.currency}") for money in readings
        ]
    else:
        buttons = [
            Button(texts.money(money), act=Act.PICK, argument=f"amount={spell(money)} {money.currency}")
            for money in readings
        ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def _link_rows(
    setting: Setting, link: Link, provider_link: ProviderLink | None, payments: Sequence[Payment]
) -> tuple[tuple[str, str], ...]:
    texts = setting.texts
    rows = [(texts("row.amount"), texts.money(link.amount))]
    rows += _customer_rows(setting, link.customer)
    rows += _description_row(texts, link.description)
    if provider_link is not None and provider_link.url and link.state is LinkState.OPEN:
        rows.append((texts("row.link"), provider_link.url))
        expires = provider_link.expires_on or link.expires_at
        rows.append((texts("row.expires"), texts.moment(expires, setting.zone)))
    methods = dict.fromkeys(payment.method for payment in payments if payment.method and payment.captured_at)
    rows += [(texts("row.method"), method) for method in methods]
    return (*rows, (texts("row.reference"), link.id))


def _customer_rows(setting: Setting, customer: Customer) -> tuple[tuple[str, str], ...]:
    email = customer.email if setting.private or not customer.email else masked(customer.email)
    name = customer.name if setting.private else None
    shown = " ".join(part for part in (name, email) if part)
    return ((setting.texts("row.customer"), shown),) if shown else ()


def _description_row(texts: Texts, description: str | None) -> tuple[tuple[str, str], ...]:
    return ((texts("row.description"), description),) if description else ()


def _link_buttons(
    setting: Setting, link: Link, provider_link: ProviderLink | None, payments: Sequence[Payment]
) -> tuple[tuple[Button, ...], ...]:
    texts = setting.texts
    if link.closed is Closed.FAILED and not payments:
        return ((Button(texts("button.again"), act=Act.AGAIN, primary=True),),)
    if link.state is not LinkState.OPEN or provider_link is None or provider_link.url is None:
        return ()
    return (
        (
            Button(texts("button.open"), url=provider_link.url, primary=True),
            Button(texts("button.copy"), copy=provider_link.url),
        ),
    )


def _trouble(setting: Setting, link: Link, backend: str) -> tuple[str, ...]:
    if link.trouble is None:
        return ()
    codes = setting.texts.codes(link.trouble.get("codes", ""))
    values = {"backend": backend} | dict(link.trouble) | {"codes": codes}
    text = setting.texts(f"trouble.{values.pop('key')}", **values)
    return (setting.texts("card.waiting", trouble=text),) if link.state is LinkState.CREATING else (text,)


def _test_note(setting: Setting) -> tuple[str, ...]:
    return (setting.texts("card.test"),) if setting.mode is Mode.TEST else ()
