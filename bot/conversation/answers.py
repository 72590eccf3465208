"""One typed answer, read as what its field means: the value to keep, or what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel import Locale

from bot.conversation.contacts import address_alone
from bot.conversation.digits import words_of
from bot.conversation.expiry import find_expiry
from bot.conversation.form import MOST, Field, Form, Kind
from bot.conversation.moments import read_moment
from bot.conversation.phones import find_phone
from bot.ports.expectation import LinkKind
from bot.ports.model import Problem

UNLIMITED = "unlimited"  # uses
ANY_NUMBER = frozenset({UNLIMITED, "any", "infinite", "sans limite", "illimité"})
_COUNT = re.compile(r"([1-9][0-9]*)(?: ?(?:d|j|days?|uses?|times|jours?|utilisations?|fois))?", re.IGNORECASE)
# In CLDR's table of territories, and no country: unions, outlying oceans, test and unknown regions.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@dataclass(frozen=True, slots=True)
class Asked:
    """In what moment of whose conversation a text is read. `confirmed`: this person's number format."""

    now: datetime
    confirmed: str | None = None


def read_answer(form: Form, each: Field, value: str, asked: Asked) -> str | Problem:
    """What is kept of an answer to any field but amounts and their currency, which are read together."""
    return _READERS[each.kind](form, each, value, asked)


def _email(_: Form, __: Field, value: str, ___: Asked) -> str | Problem:
    return address_alone(value) or Problem("email_invalid", value)


def _phone(form: Form, _: Field, value: str, __: Asked) -> str | Problem:
    return find_phone(words_of(f"tel {value}"), form.locality.region).value or Problem("phone_invalid", value)


def _country(_: Form, __: Field, value: str, ___: Asked) -> str | Problem:
    code = value.upper()
    known = code.isalpha() and code in Locale("en").territories and code not in _NO_COUNTRIES
    return code if known else Problem("country_unknown", value)


def _date(form: Form, _: Field, value: str, asked: Asked) -> str | Problem:
    """A moment as ISO 8601, in the account's time zone."""
    moment = read_moment(value, asked.now, form.locality.zone)
    labelled = find_expiry(words_of(value), asked.now, form.locality.zone)
    at = moment.at if moment else labelled.value
    if at is None:
        return Problem((moment.problem if moment else labelled.error) or "expires_unreadable", value)
    if at <= asked.now:
        return Problem("expires_past", value)
    if at > asked.now + timedelta(seconds=form.info.longest_expiry_s):
        return Problem("expires_too_far", value)
    return at.astimezone(form.locality.zone).isoformat()


def _choice(form: Form, each: Field, value: str, __: Asked) -> str | Problem:
    if each.options:
        named = value.casefold().replace(" ", "_")
        unknown = "kind_not_offered" if named in set(LinkKind) else "choice_unknown"
        return named if named in each.options else Problem(unknown, value)
    known = {label.casefold(): name for name, label in form.backends.items()}
    known |= {name.casefold(): name for name in form.backends}
    return known.get(value.casefold()) or Problem("backend_unknown", value)


def _count(_: Form, each: Field, value: str, __: Asked) -> str | Problem:
    is_uses = each.key == "uses"
    if is_uses and value.casefold().removesuffix(" uses") in ANY_NUMBER:
        return UNLIMITED if each.most is None else Problem("uses_too_many", value)
    count = _COUNT.fullmatch(value)
    if count is None:
        return Problem("count_unreadable", value)
    if len(count[1]) > len(str(MOST)) or int(count[1]) > (each.most or MOST):
        return Problem("uses_too_many" if is_uses else "count_too_large", value)
    return count[1]


def _text(_: Form, each: Field, value: str, __: Asked) -> str | Problem:
    text = " ".join(value.split())
    return text if len(text) <= each.limit else Problem("too_long", value)


_READERS: Mapping[Kind, Callable[[Form, Field, str, Asked], str | Problem]] = {
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
    Kind.COUNTRY: _country,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.COUNT: _count,
    Kind.TEXT: _text,
}
