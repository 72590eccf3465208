"""What a command says of how a link is to be used: `20 uses`, `kind: setup`, `price: price_9`.

Everyday words need a colon behind them, or a number beside them, to be taken as one of these.
"""

import re
from collections.abc import Mapping, Sequence

from bot.conversation.answers import ANY_NUMBER, UNLIMITED
from bot.conversation.details import TAKEN, Found, Word, bare, is_label, settle, typed_at
from bot.conversation.form import MOST
from bot.conversation.runs import Kind
from bot.conversation.tokens import tokens_of
from bot.ports.expectation import LinkKind

LABELLED: Mapping[str, frozenset[str]] = {
    "quantity": frozenset({"quantity", "qty"}),
    "suggested": frozenset({"suggested"}),
    "trial_days": frozenset({"trial"}),
    "coupon": frozenset({"coupon"}),
}
_USES = frozenset({"uses", "use"})
_UNIT = re.compile(r"(?:day|jour|week|semaine|month|year|an)s?|mois", re.IGNORECASE)
_COUNT = re.compile(r"[1-9][0-9]*")
_PRICE = re.compile(r"(?=.*[0-9_])[A-Za-z][\w-]*")


def find_uses(words: Sequence[Word]) -> Found[str]:
    """`20 uses`, `uses: 20`, `unlimited uses`; not `uses 20 EUR`, which speaks of an amount."""
    return settle([found for at in range(len(words)) if (found := _uses(words, at)).at], "value_several")


def find_kind(words: Sequence[Word]) -> Found[str]:
    """`kind: subscription`, `kind setup`."""
    found = [
        Found(value, typed=value, at=frozenset({at, at + 1}))
        for at, (_, word) in enumerate(words[:-1])
        if is_label(word, {"kind"}) and (value := bare(words[at + 1][1]).lower()) in set(LinkKind)
    ]
    return settle(found, "value_several")


def find_price(words: Sequence[Word]) -> Found[str]:
    """`price: price_9`; without a colon only what no amount and no word looks like."""
    tokens = tokens_of(words)
    found = []
    for at, (_, word) in enumerate(words[:-1]):
        value = bare(words[at + 1][0])
        kind = tokens[at + 1].kind
        is_id = _PRICE.fullmatch(value) and (kind is Kind.WORD or (kind is Kind.CODE_LIKE and "_" in value))
        if is_label(word, {"price"}) and is_id and (word.endswith(":") or "_" in value):
            found.append(Found(value, typed=value, at=frozenset({at, at + 1})))
    return settle(found, "value_several")


def find_labelled(words: Sequence[Word], key: str) -> Found[str]:
    """What stands behind a label with a colon: a word, a list of amounts, a number of days."""
    found, labels = [], LABELLED[key]
    for at, (_, word) in enumerate(words[:-1]):
        if not is_label(word, labels, colon=True) or words[at + 1] == TAKEN:
            continue
        stop = _value_stop(words, at + 1, listed=key == "suggested", timed=key == "trial_days")
        value = typed_at(words, range(at + 1, stop))
        found.append(Found(value, typed=value, at=frozenset(range(at, stop))))
    return settle(found, "value_several")


def _value_stop(words: Sequence[Word], start: int, *, listed: bool, timed: bool) -> int:
    """Where a value ends: it goes on behind a semicolon, amounts go on in amounts, a number in its unit."""
    tokens, stop = tokens_of(words), start + 1
    while stop < len(words) and words[stop] != TAKEN:
        before, word = words[stop - 1][1], words[stop][1]
        spoken_for = stop + 1 < len(words) and tokens[stop + 1].kind is Kind.CURRENCY
        goes_on = listed and tokens[stop].kind is Kind.NUMERAL and not spoken_for
        if not (goes_on or before.endswith(";") or (timed and stop == start + 1 and _UNIT.fullmatch(word))):
            break
        stop += 1
    return stop


def _uses(words: Sequence[Word], at: int) -> Found[str]:
    """A number, or that there is none, on either side of the word."""
    label = words[at][1]
    if not is_label(label, _USES):
        return Found()
    before = bare(words[at - 1][1]).lower() if at > 0 and not label.endswith(":") else ""
    is_of_another = at > 1 and any(is_label(words[at - 2][1], labels) for labels in LABELLED.values())
    if _says_how_many(before) and not is_of_another:
        return _many(words, before, range(at - 1, at + 1))
    behind = bare(words[at + 1][1]).lower() if at + 1 < len(words) else ""
    tokens = tokens_of(words[at + 1 : at + 3])
    is_amount = len(tokens) > 1 and tokens[1].kind is Kind.CURRENCY
    if _says_how_many(behind) and not is_amount:
        return _many(words, behind, range(at, at + 2))
    return Found()


def _says_how_many(word: str) -> bool:
    return word in ANY_NUMBER or _COUNT.fullmatch(word) is not None


def _many(words: Sequence[Word], said: str, places: range) -> Found[str]:
    typed = typed_at(words, places)
    if said in ANY_NUMBER:
        return Found(UNLIMITED, typed=typed, at=frozenset(places))
    if int(said[: len(str(MOST)) + 1]) > MOST:
        return Found(error="uses_too_many", typed=typed, at=frozenset(places))
    return Found(said, typed=typed, at=frozenset(places))
