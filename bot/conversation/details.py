"""What the details of a one-line command share: its words, what was found among them, and where."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.conversation.money_words import COINS
from bot.conversation.runs import APOSTROPHES, runs_of
from bot.conversation.tokens import tokens_of

Word = tuple[str, str]  # as typed, and with its digits spelled alike
TAKEN: Word = ("", "")  # where a word was that another detail has taken
T = TypeVar("T")

NAME_LABELS = frozenset("name customer client nom".split())
REFERENCE_LABELS = frozenset("ref reference réf référence".split())
PHONE_LABELS = frozenset("tel telephone phone ph mobile mob cell tél téléphone whatsapp".split())
EMAIL_LABELS = frozenset("email e-mail mail courriel".split())
EXPIRY_LABELS = frozenset(
    {
        *("until", "till", "valid until", "valid till", "valid for", "exp", "expiry"),
        *("expires", "expires on", "expires in", "expires at", "expire on", "expire in"),
        *(
            f"{valid}jusqu{mark}{rest}"
            for valid in ("", "valable ")
            for mark in APOSTROPHES
            for rest in ("au", "à")
        ),
        *("gültig bis", "zahlbar bis", "válido hasta", "válido até", "valido fino"),
        *("expire", "expire le", "expire dans", "valable pendant"),
    }
)
AMOUNT_LABELS = frozenset(
    "amount total price montant prix somme betrag gesamt gesamtbetrag summe preis precio importe valor "
    "importo prezzo kwota tutar".split()
)
CURRENCY_LABELS = frozenset("currency devise währung".split())
DESCRIPTION_LABELS = frozenset("description objet".split())
EXTRA_LABELS = frozenset("kind use uses price quantity qty suggested trial coupon".split())
_OF_DETAILS = NAME_LABELS | REFERENCE_LABELS | PHONE_LABELS | EMAIL_LABELS | EXPIRY_LABELS | EXTRA_LABELS
_LABELS = _OF_DETAILS | AMOUNT_LABELS | CURRENCY_LABELS | DESCRIPTION_LABELS
_GLUED = re.compile(rf"({'|'.join(_LABELS)})[:=](?=\S)", re.IGNORECASE)
_COINED = re.compile(rf"[0-9][0-9.,]*(?=(?:{'|'.join(COINS)})\W*$)", re.IGNORECASE)
UNITS = (
    "h|hr|hrs|hour|heure|std|stunde|day|jour|tag|d[ií]a|dia|night|nuit|noche|noite|nacht|week|"
    "semaine|semana|woche|mo|month|mois|monat|mes|mês|year|an|ans|año|ano|jahr|kg|person|personne|persona|"
    "pers|pp|pax|sac|pièce|piece|stück|unit"
)
_PER = re.compile(
    rf".*[^\W\d_€](?=/(?:{UNITS})\W*$)|(?:.*[€£$₹]|[€£$₹][0-9][0-9.,']*)(?=/[^\W\d]+\W*$)",
    re.IGNORECASE,
)
_WITH_SIGN_INSIDE = re.compile(r"([0-9]{1,5})([€$£₹])([0-9]{2})")
_MARKED = re.compile(r".*?[,;:](?=[^\W\d_])")
PARTING = frozenset("- – — | , ; : . • · = >".split())  # noqa: RUF001 - by itself each only parts words
_LONGEST_VALUE = 20  # words
_LABEL = re.compile(r"[^\W\d]+:")
_OPENING = "([{<\"'\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_CLOSING = ".,;:!?)]}>\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A detail: its value, or the key of what is wrong with what was `typed`; `at` are the words it takes."""

    value: T | None = None
    error: str | None = None
    typed: str = ""
    at: frozenset[int] = frozenset()


def settle(candidates: Sequence[Found[T]], several: str) -> Found[T]:
    """The one thing that all candidates say. Where they differ nothing is guessed: `several` is the error."""
    if not candidates:
        return Found()
    at = frozenset().union(*(candidate.at for candidate in candidates))
    typed = ", ".join(dict.fromkeys(candidate.typed for candidate in candidates))
    if len({(candidate.value, candidate.error) for candidate in candidates}) > 1:
        return Found(error=several, typed=typed, at=at)
    return Found(candidates[0].value, candidates[0].error, typed, at)


def with_labels_apart(words: Sequence[Word]) -> list[Word]:
    """`ref:INV-12` as two words, like `ref=INV-12` and `ref : INV-12`, and so `0.5BTC`, `EUR,lunch`, `50€/h`.

    `12€50` is spelled as `12.50€`.
    """
    apart: list[Word] = []
    for typed, spelled in words:
        if spelled == ":" and apart and apart[-1][1].lower() in _LABELS:  # as French is set
            label, spelled_label = apart.pop()
            apart.append((f"{label} :", f"{spelled_label}:"))
            continue
        if coins := _WITH_SIGN_INSIDE.fullmatch(spelled):
            apart.append((typed, f"{coins[1]}.{coins[3]}{coins[2]}"))
            continue
        glued = _GLUED.match(spelled) or _COINED.match(spelled) or _speaks_first(spelled)
        cut = glued.end() if glued else 0
        if cut:
            apart.append((typed[:cut], _with_colon(spelled[:cut])))
        apart.append((typed[cut:], spelled[cut:]))
    return apart


def _with_colon(label: str) -> str:
    return f"{label[:-1]}:" if label.endswith("=") else label


def _speaks_first(word: str) -> re.Match[str] | None:
    """The part of a word that ends in a mark, if that names a currency."""
    part = _MARKED.match(word) or _PER.match(word)
    return part if part and tokens_of([(part[0], part[0])])[0].currencies else None


def without(words: Sequence[Word], at: Collection[int]) -> list[Word]:
    """The words with those at `at` blanked out: the others keep their places."""
    return [TAKEN if place in at else word for place, word in enumerate(words)]


def led_by(words: Sequence[Word], at: Collection[int], leading: Collection[str]) -> frozenset[int]:
    """The word in front of what was found at `at` that means nothing without it: `for jane@example.com`."""
    return frozenset(place - 1 for place in at if place and words[place - 1][1].lower() in leading)


def typed_at(words: Sequence[Word], places: Collection[int]) -> str:
    return " ".join(words[place][0] for place in sorted(places)).rstrip(",;")


def bare(word: str) -> str:
    """A word without the brackets, quotes and punctuation around it."""
    return word.lstrip(_OPENING).rstrip(_CLOSING)


def is_label(word: str, labels: Collection[str], *, colon: bool = False) -> bool:
    """`ref`, `Ref:` or `ref.`; with `colon`, only where the colon is written."""
    return word.rstrip(":.").lower() in labels and (word.endswith(":") or not colon)


def ends_item(word: str) -> bool:
    return word.endswith((",", ";"))


def value_after(words: Sequence[Word], label: int) -> range:
    """The words of a label's value: up to a comma, a label, an amount with its currency, a taken word."""
    start = label + 1
    near = words[start : start + _LONGEST_VALUE]
    spoken = [run for run in runs_of(tokens_of(near)) if run.has_currency]
    end = start + min([run.start for run in spoken], default=len(near))
    stop = start
    while stop < end and not _ends_before(words[stop]):
        stop += 1
        if ends_item(words[stop - 1][1]):
            break
    return range(start, stop)


def _ends_before(word: Word) -> bool:
    return word == TAKEN or word[0] in PARTING or _LABEL.match(word[1]) is not None
