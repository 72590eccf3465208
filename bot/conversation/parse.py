"""The one-line command: `49.90 EUR jane@example.com until friday Invoice 12`, read whole or asked about.

Each detail takes its words out, in the order of `_finders`, and a `for` that leads to them; what is left is
the description, as typed.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

from bot.conversation.candidates import Amount, Question, find_amount
from bot.conversation.contacts import (
    find_email,
    find_labelled_name,
    find_name_before_address,
    find_quoted_name,
)
from bot.conversation.details import (
    AMOUNT_LABELS,
    CURRENCY_LABELS,
    DESCRIPTION_LABELS,
    NAME_LABELS,
    PARTING,
    TAKEN,
    Found,
    Word,
    is_label,
    led_by,
    with_labels_apart,
    without,
)
from bot.conversation.digits import words_of
from bot.conversation.doubts import gone_with
from bot.conversation.expiry import TO_A_DURATION, find_expiry
from bot.conversation.extras import LABELLED, find_kind, find_labelled, find_price, find_uses
from bot.conversation.meanings import Habits
from bot.conversation.phones import find_phone
from bot.conversation.ranges import find_range
from bot.conversation.references import find_backend, find_reference
from bot.conversation.runs import Kind, Token, runs_of
from bot.conversation.tokens import tokens_of
from bot.money import Money
from bot.ports.expectation import LinkKind

Find = Callable[[Sequence[Word]], Found[Any]]

_NONE_OFFERED: Mapping[str, str] = {}
_COMMAND = re.compile(r"\s*/paylink(@\w+)?(?!\S)\s*", re.IGNORECASE)
_SHARE = re.compile(r"[0-9.,]+ ?%")  # behind a dash it is taken off: the dash says something
_TO_SOMEBODY = frozenset("for to from pour à de für an".split())
_TO_AN_ADDRESS = _TO_SOMEBODY | {f"{label}:" for label in _TO_SOMEBODY | NAME_LABELS}
_LEADING = {**dict.fromkeys(("name", "email", "phone"), _TO_AN_ADDRESS), "expires": TO_A_DURATION}
_NO_COINS = frozenset("/- /= -/ .- ,- :-".split())
_NO_MORE = frozenset("only seulement nur solo".split())
_TO_AN_AMOUNT = frozenset("for of at @ pour de à für über zu von por".split()) | {
    f"{label}:" for label in AMOUNT_LABELS
}


@dataclass(frozen=True, slots=True)
class Understood:
    """A command as understood: exactly one of `amount`, `question` and `errors["amount"]`.

    `errors` has the key of a text for each field that is wrong, `typed` the words of that field.
    `amount_text` is the numeral as typed; what stands beside it and is no currency that we know is the
    `typed` currency. `phone` is in E.164, `expires` in the zone it was read in, `backend` a name on offer.
    `least` is the lower end of a range. `kind`, `uses` (a number or `unlimited`) and the fields behind
    them are answers as the form keeps them. A link that only saves a means of payment (`kind` setup) has
    no amount, no question and no such error.
    """

    amount: Money | None = None
    question: Question | None = None
    errors: dict[str, str] = field(default_factory=dict)
    amount_text: str | None = None
    currency: str | None = None
    email: str | None = None
    description: str | None = None
    phone: str | None = None
    name: str | None = None
    reference: str | None = None
    expires: datetime | None = None
    backend: str | None = None
    least: Money | None = None
    kind: str | None = None
    uses: str | None = None
    price: str | None = None
    quantity: str | None = None
    suggested: str | None = None
    trial_days: str | None = None
    coupon: str | None = None
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def says_more(self) -> bool:
        """Is there anything beside the amount?"""
        details = (self.email, self.description, self.phone, self.name, self.reference, self.backend)
        extras = (self.kind, self.uses, *(getattr(self, key) for key in LABELLED), self.price)
        return any((*details, *extras)) or self.expires is not None or bool(self.errors.keys() - {"amount"})


def parse(
    text: str,
    *,
    currency: str | None = None,
    confirmed: str | None = None,
    region: str | None = None,
    now: datetime | None = None,
    zone: tzinfo = UTC,
    backends: Mapping[str, str] = _NONE_OFFERED,
) -> Understood:
    """Understand a command's text.

    `currency` and `region` are the account's, `confirmed` is this person's number format, `backends` the
    labels on offer, by name. `now` and `zone` say what `until friday` means; without `now` no expiry is
    looked for, and its words stay in the description.
    """
    words = _with_its_currency(with_labels_apart(words_of(without_command(text))))
    found: dict[str, Found[Any]] = {}
    for name, find in _finders(region, now, zone, backends):
        if name not in found and (detail := find(words)).at:
            found[name] = detail
            words = without(words, detail.at | led_by(words, detail.at, _LEADING.get(name, ())))
    words = _with_amount_first(words)
    tokens = tokens_of(words)
    kind = found["kind"].value if "kind" in found else None
    amount, places = _find_amount(tokens, Habits(currency, confirmed, region), kind)
    places |= gone_with(places, tokens)
    words = without(words, places | led_by(words, places, _TO_AN_AMOUNT) | _closed_by(words, places))
    return _understood(amount, found, _description(words))


def without_command(text: str) -> str:
    """What follows the command's own name, which is not what a link is for where a whole line was pasted."""
    return text[named.end() :] if (named := _COMMAND.match(text)) else text


def _finders(
    region: str | None, now: datetime | None, zone: tzinfo, backends: Mapping[str, str]
) -> Iterator[tuple[str, Find]]:
    """What is looked for, the most clearly marked first. A field found once is not sought again."""
    yield "name", find_quoted_name
    yield "name", find_name_before_address
    yield "email", find_email
    yield "reference", find_reference
    if now is not None:
        yield "expires", partial(find_expiry, now=now, zone=zone)
    yield "phone", partial(find_phone, region=region)
    yield "backend", partial(find_backend, backends=backends)
    yield "name", find_labelled_name
    yield "kind", find_kind
    yield "uses", find_uses
    yield "price", find_price
    for key in LABELLED:
        yield key, partial(find_labelled, key=key)


def _with_its_currency(words: list[Word]) -> list[Word]:
    """`Amount: 49.90, currency: EUR`: what a label says is the currency stands behind the bare number."""
    tokens, labels = tokens_of(words), _labels(words, CURRENCY_LABELS)
    numerals = [at + 1 for at in _labels(words, AMOUNT_LABELS) if tokens[at + 1].kind is Kind.NUMERAL]
    numerals = numerals or [token.at for token in tokens if token.kind is Kind.NUMERAL]
    if (
        len(labels) != 1
        or len(numerals) != 1
        or tokens[labels[0] + 1].kind not in {Kind.CURRENCY, Kind.CODE_LIKE}
        or tokens[numerals[0]].currencies
    ):
        return words
    code, behind = labels[0] + 1, numerals[0] + 1
    others = without(words, {code - 1, code})
    return [*others[:behind], words[code], *others[behind:]]


def _labels(words: Sequence[Word], labels: Collection[str]) -> list[int]:
    """Where such a label stands, with a colon and something behind it."""
    return [at for at, (_, word) in enumerate(words[:-1]) if is_label(word, labels, colon=True)]


def _with_amount_first(words: list[Word]) -> list[Word]:
    """`5 guests, total: 250`: where a label says that a bare number is the amount, it stands first."""
    labels, tokens = _labels(words, AMOUNT_LABELS), tokens_of(words)
    if (
        len(labels) != 1
        or tokens[labels[0] + 1].kind is not Kind.NUMERAL
        or any(each.currencies for each in tokens)
    ):
        return words
    return [*words[labels[0] + 1 :], TAKEN, *words[: labels[0]], TAKEN]


def _closed_by(words: Sequence[Word], at: Collection[int]) -> frozenset[int]:
    """`Rs 500 /-`, `500 EUR only`: what says that no more is to come. `500 EUR only drinks` is for drinks."""
    behind = [place + 1 for place in at if place + 1 < len(words) and words[place + 1] != TAKEN]
    return frozenset(
        place
        for place in behind
        if words[place][1] in _NO_COINS
        or (
            words[place][1].lower().rstrip(".!") in _NO_MORE and words[place + 1 : place + 2] in ([], [TAKEN])
        )
    )


def _description(words: Sequence[Word]) -> str | None:
    """What is left: `lunch - 50 EUR - jane@example.com` is for lunch, and so is `description: lunch`."""
    left = [one for one, word in words if one and not is_label(word, DESCRIPTION_LABELS, colon=True)]
    kept: list[str] = []
    for at, typed in enumerate(left):
        idle = kept[-1] in PARTING if kept else not _SHARE.match(" ".join(left[at + 1 :][:2]))
        if typed not in PARTING or not idle:
            kept.append(typed)
    text = _closed(" ".join(kept[:-1] if kept and kept[-1] in PARTING else kept))
    return (text.rstrip(" ,;:") if words[-1:] == [TAKEN] else text) or None


def _closed(text: str) -> str:
    """Without brackets whose other half has gone with a detail: `lunch (jane@example.com) (incl.`."""
    for one, other in ("()", "[]"):
        if text.count(one) != text.count(other):
            text = text.translate({ord(one): None, ord(other): None})
    return " ".join(text.split())


def _understood(amount: Amount, found: Mapping[str, Found[Any]], rest: str | None) -> Understood:
    wrong = {name: detail for name, detail in found.items() if detail.error}
    errors = {name: str(detail.error) for name, detail in wrong.items()}
    typed = {name: detail.typed for name, detail in wrong.items()}
    if amount.error:
        errors = {"amount": amount.error, **errors}
        if amount.text:
            typed["amount"] = amount.text
        if amount.unknown:
            typed["currency"] = amount.unknown
    return Understood(
        amount.amount,
        amount.question,
        errors,
        amount_text=amount.text,
        currency=amount.currency,
        least=amount.least,
        description=rest,
        typed=typed,
        **{name: detail.value for name, detail in found.items()},
    )


def _find_amount(tokens: Sequence[Token], habits: Habits, kind: str | None) -> tuple[Amount, frozenset[int]]:
    """The amount, or a range; none where only a means of payment is saved: one that is typed is refused."""
    if kind != LinkKind.SETUP:
        return find_range(tokens, habits) or find_amount(tokens, habits)
    spoken = any(run.has_currency for run in runs_of(tokens))
    amount, places = find_range(tokens, habits) or (find_amount(tokens, habits) if spoken else _none(tokens))
    return (Amount(error="setup_amount", text=amount.text) if amount.text else amount), places


def _none(tokens: Sequence[Token]) -> tuple[Amount, frozenset[int]]:
    """No amount, but perhaps its currency."""
    said = {token.currencies[0]: token.at for token in tokens if len(token.currencies) == 1}
    if len(said) != 1:
        return Amount(), frozenset()
    ((currency, at),) = said.items()
    return Amount(currency=currency), frozenset({at})
