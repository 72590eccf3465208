"""Everything the product says, about hostile people: its own records, through its own wording.

Nothing is listed here that the product has a table of: every headline, text key, field and problem
there is.
"""

from dataclasses import fields, replace
from datetime import timedelta
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.conversation.form import Field, Form, Kind
from bot.delivery.audience import Audience
from bot.money import EXPONENTS, Money
from bot.ports.model import (
    Customer,
    Draft,
    DraftState,
    Link,
    LinkState,
    Mode,
    Person,
    Problem,
)
from bot.texts import LANGUAGES, Texts, words_of
from tests.contract.validity_said import seen
from tests.fakes import INFO, START
from tests.unit.records import ACCOUNT, FORM, FORM_IN_EUR, FORM_WITH_COUNTRY

HOSTILE = (
    "<!channel>",
    "<@U0BOB>",
    "<https://evil.example|49.90 EUR>",
    "&lt;!here&gt; Tom & Jerry &amp; Söhne &",
    '</b></i></a><a href="tg://user?id=1002">x</a>',
    "شركة القهوة والشاي",
    "\u202eRUE 00.9 diaP",
    "👩\u200d👩\u200d👧 🇩🇪 🧁",
    "\"quoted\" 'and' \\ {braces} {amount} %s %(x)s \ufe0f\u0301",
    "…",
)
PAIRS = [" ".join(HOSTILE[at : at + 2]) for at in range(0, len(HOSTILE), 2)]
FORMS = {
    "plain": FORM,
    "several backends": replace(
        FORM_IN_EUR, infos=FORM_IN_EUR.infos | {"other": replace(INFO, label="Other & <Sons>")}
    ),
    "country asked": FORM_WITH_COUNTRY,
}
TEXT_KEYS = [(language, key) for language in LANGUAGES for key in words_of(language)]
LONG, LONGEST_ADDRESS, LONGEST_NAME = 5000, 3000, 64
ID, _ADDRESS = "PL0123456789AB", "https://pay.example.com/l/"


def hostile() -> st.SearchStrategy[str]:
    """One line of anything that can be seen, up to 5,000 characters."""
    pieces = st.sampled_from([*HOSTILE, *"&<>\"'…🧁a "])
    mixed = st.lists(pieces | st.sampled_from("\u202e\u2067"), min_size=1, max_size=12).map("".join)
    long = st.builds(lambda start, piece: (start + piece * LONG)[:LONG], st.text("ab", max_size=3), pieces)
    anything = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
    return st.one_of(mixed, long, anything).map(lambda text: " ".join(text.split())).filter(seen)


def addresses() -> st.SearchStrategy[str]:
    """An address of a backend, as long as a button takes; most often of a length where something ends."""
    lengths = st.sampled_from([30, 256, 257, 1000, 1001, 2000, 2001, LONGEST_ADDRESS])
    return (lengths | st.integers(30, LONGEST_ADDRESS)).map(lambda length: _ADDRESS.ljust(length, "a"))


def forms() -> st.SearchStrategy[str]:
    """The names of all forms."""
    return st.sampled_from(sorted(FORMS))


def questions() -> st.SearchStrategy[tuple[str, str]]:
    """Every field that a form shows: the form's name and the field's key."""
    return st.sampled_from([(name, asked.key) for name, form in FORMS.items() for asked in form.editable])


def amounts() -> st.SearchStrategy[Money]:
    """Any amount in any currency that somebody can be charged in."""
    return st.builds(Money, st.integers(4, 10**15), st.sampled_from(sorted(EXPONENTS)))


def audiences() -> st.SearchStrategy[Audience]:
    """Every language, in private and in public, with test and real money."""
    return st.builds(
        Audience,
        st.sampled_from(sorted(LANGUAGES)).map(Texts),
        st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]).map(ZoneInfo),
        st.booleans(),
        st.sampled_from(list(Mode)),
    )


def a_link(words: str, amount: Money) -> Link:
    """An open link on which everything that people can write says this."""
    return Link(
        id=ID,
        account_id=ACCOUNT,
        public_token="0" * 32,
        state=LinkState.OPEN,
        closed=None,
        amount=amount,
        uses=1,
        customer=Customer(**dict.fromkeys(_texts_of(Customer), words) | {"email": _email(words)}),
        creator=creator(words),
        destination_id=1,
        created_at=START,
        expires_at=START + timedelta(days=7),
        **dict.fromkeys(_texts_of(Link), words),  # type: ignore[arg-type]
    )


def creator(name: str) -> Person:
    """Somebody of that name, as far as a chat lets people have it."""
    return Person("slack", "1001", "T1", name[:LONGEST_NAME].strip())


def a_draft(words: str, form: Form, *, amount: Money | None, **changes: Any) -> Draft:
    """A draft whose every text is answered with these words. Open: problems, and an amount that is None."""
    unanswered = {"amount", "currency", *changes.get("problems", {})}
    answers = {field.key: answer_to(field, words) for field in form.fields if field.key not in unanswered}
    if amount:
        answers |= {"amount": str(amount.major), "minor": str(amount.minor), "currency": amount.currency}
    whole: dict[str, Any] = {
        "id": ID,
        "state": DraftState.OPEN,
        "person": creator("Alice"),
        "destination_id": 1,
        "account_id": ACCOUNT,
        "version": 99_999,
        "answers": answers,
        "problems": {},
        "choosing": False,
        "desk": {},
        "expires_at": START,
    }
    return Draft(**(whole | changes))


def answer_to(field: Field, words: str) -> str:
    """What the form would take: text in the field's length, an address of that name."""
    known = {
        Kind.EMAIL: _email(words),
        Kind.PHONE: "+491712345678",
        Kind.COUNTRY: "DE",
        Kind.DATE: START.isoformat(),
        Kind.CHOICE: "fakepay",
    }
    return known.get(field.kind, words[: field.limit].strip())


def a_problem(key: str, words: str, amount: Money) -> Problem:
    """A problem about something hostile, with more readings than are shown."""
    readings = tuple(replace(amount, minor=amount.minor + more) for more in range(8))
    return Problem(key, words, readings, amount.currency)


def below(prefix: str) -> list[str]:
    """The keys of the texts below a prefix, without it."""
    return [key.removeprefix(prefix) for key in words_of("en") if key.startswith(prefix)]


def places(key: str, language: str) -> list[str]:
    """What is put into a text."""
    return [name for _, name, _, _ in Formatter().parse(words_of(language)[key]) if name]


def _texts_of(record: type[Link] | type[Customer]) -> list[str]:
    """Its fields that may hold any text."""
    return [field.name for field in fields(record) if field.type in {"str | None", str | None}]


def _email(words: str) -> str:
    """An address that e-mail's grammar takes, as hostile as it can be."""
    name = "".join(letter for letter in words if letter in "abc&'{}%!#" or letter.isalpha())[:40]
    return f"{name or '&'}@example.com"
