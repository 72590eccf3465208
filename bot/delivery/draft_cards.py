"""A draft in words, without markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation import steps
from bot.conversation.amounts import spell_out
from bot.conversation.expecting import is_needed, kind_of, least_of, offered, uses_of
from bot.conversation.form import ADDRESS, Field, Form, Kind
from bot.conversation.wording import (
    explain,
    is_in_vain,
    not_offered_note,
    order_note,
    prompt,
    readings_to_choose,
    recalled_note,
)
from bot.delivery.audience import Audience, customer_rows, test_note, text_row
from bot.delivery.terms import Terms, in_full, in_short, terms_of, uses_row
from bot.money import Money
from bot.ports.backend import Withheld
from bot.ports.chat import Act, Button, Card, Prompt, Tone
from bot.ports.expectation import LinkKind
from bot.ports.model import Customer, Draft, DraftState, Link
from bot.texts import Texts
from bot.texts.harmless import harmless


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What is known about a draft beyond its own answers."""

    asking: str | None  # the field whose question is open
    behind: bool = False  # is there anything to go back to?
    twin: Link | None = None  # an open link for the same customer and amount
    twin_url: str | None = None
    withheld: Sequence[Withheld] = ()
    expires: datetime | None = None  # until when the link could be paid, were it created now


def draft_card(audience: Audience, form: Form, draft: Draft, known: DraftContext) -> Card:
    """A draft: the answers so far, the open question, and the buttons that fit."""
    texts = audience.texts
    if draft.state is not DraftState.OPEN:
        return _over(audience, draft, known)
    answers = draft.answers if known.asking is None or draft.choosing else steps.so_far(draft)
    terms = _terms(answers)
    headline = (
        texts("draft.headline_amount", amount=in_short(texts, terms)) if terms else texts("draft.headline")
    )
    ask, buttons = _question(audience, form, draft, known)
    ready = known.asking is None and not draft.choosing
    to_check = "draft.ready_setup" if kind_of(answers) is LinkKind.SETUP else "draft.ready"
    hint = to_check if ready else "draft.reply_here"
    hinted = ready or not (audience.private or draft.choosing)
    return Card(
        subject=draft.id,
        version=draft.version,
        headline=headline,
        tone=Tone.NEUTRAL,
        rows=(*_rows(audience, form, answers, terms), *_expires(audience, answers, known)),
        ask=ask,
        notes=(
            *test_note(audience),
            *_refusals(audience, form, draft),
            *(not_offered_note(texts, form, draft) if known.asking == "backend" else ()),
            *(_twin(audience, known) if ready else ()),
            *(_withheld(texts, known.withheld) if ready else ()),
            *recalled_note(texts, draft),
            *order_note(texts, form, draft),
            *((texts(hint),) if hinted else ()),
        ),
        buttons=buttons,
    )


def draft_prompt(audience: Audience, form: Form, draft: Draft, asking: str) -> Prompt:
    """The open question as a message of its own, to be replied to."""
    problem, texts = draft.problems.get(asking), audience.texts
    field = form.field(asking)
    text = explain(texts, form, field, problem) if problem else prompt(texts, form, field)
    return Prompt(text, texts(f"field.{asking}.label"), draft.person)


def _over(audience: Audience, draft: Draft, known: DraftContext) -> Card:
    texts = audience.texts
    if "used" in draft.answers and known.twin is not None:
        rows = [(texts("row.amount"), in_full(texts, terms_of(known.twin)))]
        rows += text_row(texts, "link", known.twin_url)
        rows.append((texts("row.reference"), known.twin.id))
        headline = texts("draft.using", id=known.twin.id)
        notes = (*test_note(audience), texts("draft.using_where"))
        return Card(draft.id, draft.version, headline, Tone.GOOD, tuple(rows), notes=notes)
    key = "draft.expired" if draft.state is DraftState.EXPIRED else "draft.cancelled"
    return Card(draft.id, draft.version, texts(key), Tone.NEUTRAL)


def _terms(answers: Mapping[str, str]) -> Terms | None:
    if not {"minor", "currency"} <= answers.keys():
        return None
    amount = Money(int(answers["minor"]), answers["currency"])
    return Terms(amount, least_of(answers), kind_of(answers), uses_of(answers))


def _rows(
    audience: Audience, form: Form, answers: Mapping[str, str], terms: Terms | None
) -> tuple[tuple[str, str], ...]:
    texts = audience.texts
    rows = [(texts("row.amount"), in_full(texts, terms)), *uses_row(texts, terms)] if terms else []
    customer = Customer(answers.get("name"), answers.get("email"), answers.get("phone"))
    rows += customer_rows(audience, customer)
    rows += text_row(texts, "description", answers.get("description"))
    rows += _detail_rows(audience, form, answers)
    rows += text_row(texts, "own_reference", answers.get("reference"))
    rows += text_row(texts, "backend", form.info.label if len(form.infos) > 1 else None)
    return tuple(rows)


def _expires(
    audience: Audience, answers: Mapping[str, str], known: DraftContext
) -> tuple[tuple[str, str], ...]:
    """The expiry, chosen or default: nobody creates a link without having seen it."""
    chosen = answers.get("expires")
    at = datetime.fromisoformat(chosen) if chosen else known.expires
    return ((audience.texts("row.expires"), audience.texts.moment(at, audience.zone)),) if at else ()


def _detail_rows(audience: Audience, form: Form, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Answers that only some backends ask for; where others can read it, no address."""
    texts = audience.texts
    shown = [each for each in form.fields if each.detail and answers.get(each.key)]
    return [
        (texts(f"field.{each.key}.label"), _said(texts, each, answers[each.key]))
        for each in shown
        if audience.private or each.key not in ADDRESS
    ]


def _said(texts: Texts, each: Field, value: str) -> str:
    return texts(f"choice.{value}") if value in each.options else harmless(value)


def _refusals(audience: Audience, form: Form, draft: Draft) -> tuple[str, ...]:
    """The problems that are known while the person chooses what to change."""
    if not draft.choosing:
        return ()
    return tuple(
        explain(audience.texts, form, form.field(key), problem) for key, problem in draft.problems.items()
    )


def _twin(audience: Audience, known: DraftContext) -> tuple[str, ...]:
    if known.twin is None:
        return ()
    expires = audience.texts.moment(known.twin.expires_at, audience.zone)
    return (audience.texts("draft.twin", id=known.twin.id, expires=expires),)


def _withheld(texts: Texts, withheld: Sequence[Withheld]) -> tuple[str, ...]:
    return tuple(texts(f"withheld.{each.key}", method=each.method, **each.params) for each in withheld)


def _question(
    audience: Audience, form: Form, draft: Draft, known: DraftContext
) -> tuple[str | None, tuple[tuple[Button, ...], ...]]:
    texts, asking = audience.texts, known.asking
    cancel = Button(texts("button.cancel"), act=Act.CANCEL)
    back = (Button(texts("button.back"), act=Act.BACK),) if known.behind else ()
    create = Button(texts("button.create"), act=Act.CREATE, primary=True)
    if draft.choosing:
        fields = [
            Button(texts(f"field.{field.key}.label"), act=Act.EDIT, argument=field.key)
            for field in form.editable
        ]
        pairs = [tuple(fields[at : at + 2]) for at in range(0, len(fields), 2)]
        last = (*back, cancel) if asking else (*back, create, cancel)
        return texts("draft.edit_which"), (*pairs, last)
    if asking is None:
        edit = Button(texts("button.edit"), act=Act.EDIT)
        use = (
            (Button(texts("button.use", id=known.twin.id), act=Act.USE, argument=known.twin.id),)
            if known.twin
            else ()
        )
        return None, (*((use,) if use else ()), (create, edit), (cancel,))
    field, problem = form.field(asking), draft.problems.get(asking)
    ask = explain(texts, form, field, problem) if problem else prompt(texts, form, field)
    in_vain = problem is not None and is_in_vain(problem)
    picks = () if in_vain else _picks(texts, form, asking, draft.answers, readings_to_choose(problem))
    skip = Button(texts("button.skip"), act=Act.SKIP, argument=asking)
    last = (*back, cancel) if is_needed(field, draft.answers) else (*back, skip, cancel)
    return ask, (*picks, *_keep(texts, draft, asking), last)


def _keep(texts: Texts, draft: Draft, asking: str) -> tuple[tuple[Button, ...], ...]:
    """A button that keeps the former answer."""
    answer = steps.kept_answer(draft, asking)
    label = answer.get("currency") or texts("button.keep_answer")
    return ((Button(label, act=Act.KEEP),),) if answer else ()


def _picks(
    texts: Texts, form: Form, asking: str, answers: Mapping[str, str], readings: Sequence[Money]
) -> tuple[tuple[Button, ...], ...]:
    """A button for each reading or choice."""
    field = form.field(asking)
    if field.kind is Kind.CHOICE:
        labels = {name: texts(f"choice.{name}") for name in field.options} or offered(form, answers)
        buttons = [Button(label, act=Act.PICK, argument=f"{asking}={name}") for name, label in labels.items()]
    elif asking == "currency":
        buttons = [
            Button(money.currency, act=Act.PICK, argument=f"currency={money.currency}") for money in readings
        ]
    else:
        buttons = [
            Button(texts.money(money), act=Act.PICK, argument=f"amount={spell_out(money)}")
            for money in readings
        ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
