"""The person's own reference (`ref INV-12`, `#4711`) and the backend to use (`via checkout`)."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence

from bot.conversation.details import (
    REFERENCE_LABELS,
    TAKEN,
    Found,
    Word,
    bare,
    ends_item,
    is_label,
    settle,
)
from bot.conversation.form import LONGEST_REFERENCE
from bot.conversation.runs import Kind
from bot.conversation.tokens import tokens_of

# Well-known providers that nobody mistakes for a town, a street or a word: a link is wanted there.
_PROVIDERS = frozenset(
    "adyen airwallex alipay braintree checkout cost+ costplus eximpe flutterwave gocardless instamojo klarna "
    "mercadopago mollie mpesa m-pesa paymentkit payoneer paypal paystack paytm payu phonepe razorpay revolut "
    "skrill stripe sumup venmo worldpay yabetoo yabetoopay zelle".split()
)
_ALIKE = 3 / 4  # of difflib: `chekout` is meant to be checkout


def find_reference(words: Sequence[Word]) -> Found[str]:
    """A labelled one, else one behind a `#`. Where two differ nothing is guessed.

    Without a colon it must hold a digit: `for reference only` and `#lunch` are none.
    """
    labelled = [
        _labelled(words, at, asserted=word.endswith(":"))
        for at, (_, word) in enumerate(words[:-1])
        if is_label(word, REFERENCE_LABELS)
    ]
    hashed = [_hashed(words, at) for at, (typed, _) in enumerate(words) if typed[:1] == "#"]
    labelled, hashed = ([found for found in group if found.at] for group in (labelled, hashed))
    return settle(labelled or hashed, "reference_several")


def find_backend(words: Sequence[Word], backends: Mapping[str, str]) -> Found[str]:
    """The backend named behind `via`; a slip of one, or any other provider, is wrong only at the end."""
    names = {_plain(known): name for name, label in backends.items() for known in (name, label)}
    candidates: list[Found[str]] = []
    for at, (_, spelled) in enumerate(words[:-1]):
        if spelled.lower() != "via":
            continue
        typed, places = bare(words[at + 1][0]), frozenset({at, at + 1})
        said, at_end = _plain(typed), all(word == TAKEN for word in words[at + 2 :])
        if said in names:
            candidates.append(Found(names[said], typed=typed, at=places))
        elif at_end and names and (said in _PROVIDERS or _is_slip(said, names)):
            candidates.append(Found(error="backend_unknown", typed=typed, at=places))
    return settle(candidates, "backend_several")


def _is_slip(said: str, names: Collection[str]) -> bool:
    return bool(difflib.get_close_matches(said, names, cutoff=_ALIKE))


def _reference(words: Sequence[Word], places: range, *, asserted: bool = False) -> Found[str]:
    """The word that ends `places`, if it is like a reference or a label with a colon says that it is one."""
    value = bare(words[places[-1]][0]).removeprefix("#")
    if not value or not (asserted or re.search(r"\d", value)):
        return Found()
    if len(value) > LONGEST_REFERENCE:
        return Found(error="reference_too_long", typed=value, at=frozenset(places))
    return Found(value, typed=value, at=frozenset(places))


def _labelled(words: Sequence[Word], at: int, *, asserted: bool) -> Found[str]:
    """`ref: INV-12`, and `ref: INV 12` where the number is no amount."""
    found = _reference(words, range(at, at + 2), asserted=asserted)
    if not asserted or not found.value or re.search(r"\d", found.value) or ends_item(words[at + 1][1]):
        return found
    tokens = tokens_of(words)
    number, behind = tokens[at + 2 : at + 3], words[at + 3 : at + 4]
    is_last = behind in ([], [TAKEN]) or any(bare(typed) != typed for typed, _ in words[at + 2 : at + 3])
    is_number = any(token.text.isdigit() for token in number)
    if not (is_number and is_last and any(token.currencies for token in tokens)):
        return found
    value = f"{found.value} {number[0].text}"
    return Found(value, typed=value, at=found.at | {at + 2})


def _hashed(words: Sequence[Word], at: int) -> Found[str]:
    """`#4711`, and `# 4711` where that is no amount."""
    tokens = tokens_of(words[at + 1 : at + 3])
    number = words[at][0] == "#" and tokens and tokens[0].kind is Kind.NUMERAL and not tokens[0].currencies
    apart = number and not any(token.kind is Kind.CURRENCY for token in tokens[1:])
    return _reference(words, range(at, at + 2 if apart else at + 1))


def _plain(name: str) -> str:
    """`Checkout.com`, `checkout` and `CHECKOUT` are one name."""
    return name.casefold().removesuffix(".com")
