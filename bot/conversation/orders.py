"""Pure: what is asked for of links that are there: `cancel PL…`, `PL… extend friday`, `status 2041`.

A text is an order only if all of it is one: `list 25 EUR` and `cancel fee 20 EUR` begin a link, whose card
says how the order would be typed. A number behind an order's word, and nothing more, is one that a link is
known by. And what begins with a word and names one of our links (`refund PL…`)
begins none, nor does `refund` without an amount: it is an order without a verb, to be explained.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import dropwhile

from bot.conversation.currencies import currencies_of
from bot.conversation.digits import words_of
from bot.conversation.moments import read_moment
from bot.conversation.runs import runs_of
from bot.conversation.searching import identify, says_currency, speaks_of_money, words_sought
from bot.conversation.tokens import tokens_of
from bot.ports.chat import Verb

LISTS = frozenset({"open", "paid", "mine"})

_REFERENCE = re.compile(r"PL-?([0-9A-Z]{12})(?:-[0-9]+)?", re.IGNORECASE)
_MISTYPED = re.compile(r"PL-?(?=[A-Z]*[0-9])[0-9A-Z]{8,16}", re.IGNORECASE)
_AS_WRITTEN = re.compile(r"PL[0-9A-HJKMNP-TV-Z]{12}(?:-[0-9]+)?", re.IGNORECASE)  # hardly a word is like this
_READ_ALOUD = str.maketrans("OIL", "011")  # Crockford's base32 has no such letters
_IN_FRENCH = {
    Verb.LIST: "liste liens lister listez chercher cherche cherchez trouver trouve trouvez",
    Verb.CANCEL: "annuler annule annulez supprimer supprime supprimez",
    Verb.PAUSE: "suspendre suspends suspendez",
    Verb.RESUME: "reprendre reprends reprenez",
    Verb.EXTEND: "prolonger prolonge prolongez",
    Verb.EDIT: "modifier modifie modifiez",
    Verb.RESEND: "renvoyer renvoie renvoyez",
    Verb.SHARE: "partager partage partagez envoyer envoie envoyez",
    Verb.REFRESH: "actualiser actualise actualisez redemander redemande redemandez",
    Verb.HISTORY: "historique",
    Verb.WHY: "pourquoi statut état",
}
_OTHERWISE = {
    Verb.LIST: "links find search",
    Verb.CANCEL: "delete void deactivate",
    Verb.EDIT: "change",
    Verb.WHY: "status",
}
_VERBS = {verb.value: verb for verb in Verb} | {
    word: verb for said in (_OTHERWISE, _IN_FRENCH) for verb, words in said.items() for word in words.split()
}
# As it is typed in haste, too; other words that are like it can be what is sold.
_HELP = frozenset("help --help -h hepl hlep ehlp hlp helpp hellp heelp hhelp aide aide-moi aidez-moi".split())
_WITH_HELP = frozenset("me please pls moi svp stp".split())
_REFUNDS = frozenset("refund refunds remboursement remboursements rembourser".split())
_REFUND = ("refund", "rembours")  # how they begin in any form
_FILLERS = frozenset(
    "my all please pls link links the it this that mes tous les le lien liens svp stp ce ça cela".split()
)
_LINKS = frozenset({"links", "liens"})
_SHOWING = frozenset("show see me view voir affiche afficher montre montrer".split())
_POLITE = frozenset("please pls plz can could you svp stp peux-tu pouvez-vous".split())
_BEFORE_A_LINK = _FILLERS | frozenset("of for payment de du la paiement".split())
_LISTS_IN_FRENCH = {"ouvert": "open", "ouverts": "open", "payé": "paid", "payés": "paid", "miens": "mine"}
_LISTED = {name: name for name in LISTS} | _LISTS_IN_FRENCH
_SOMETIME = datetime(2000, 1, 1, tzinfo=UTC)  # whether words are a moment does not depend on when
_BEFORE_MOMENTS = re.compile(
    r"^(?:(?:until|till|to|by|for|valid until|de)\s+|d['\u2019](?=une? )|\+(?=[0-9])|"
    r"jusqu['\u2019](?:(?=à [0-9])|(?:au|à)\s+))",
    re.IGNORECASE,
)
_AROUND = "<>()[]\"'`.,:;!?#/"
_SURE = "!"
_AT_THE_PROVIDER = frozenset({"at", "the", "from", "provider"})


@dataclass(frozen=True, slots=True)
class Order:
    """Do this to that link (None: it was not named), with the rest of the words.

    Without a verb, what is to be done is none of ours. A list's rest may have more words than `LISTS`: it is
    of the links that they describe. `sought`: the words that describe the link of any other order, if it was
    not named; its rest is what stands behind them. `since`: the end that was shown to whoever typed how much
    longer; none: the present one.
    """

    verb: Verb | None
    link_id: str | None = None
    rest: str = ""
    since: datetime | None = None
    sought: tuple[str, ...] = ()


def read_order(text: str, about: str | None = None) -> Order | None:
    """The order that a text is; `about`: the link whose card it replies to. None: it begins a new link."""
    words = text.split()
    if any(map(link_named, words)):
        words = list(dropwhile(lambda word: _bare(word) in _POLITE, words))
    return _whole(words, about) or _without_verb(words, about) if words else None


def is_refund(text: str) -> bool:
    """Is money to be given back?"""
    return any(_bare(word).startswith(_REFUND) for word in text.split())


def begins_with_refund(text: str) -> bool:
    """`refund Jane`, `remboursement`; not `refundable deposit`."""
    return any(_bare(first) in _REFUNDS for first in text.split(maxsplit=1)[:1])


def asks_for_help(text: str) -> bool:
    """`help`, also with its letters in disorder, or nothing but a question mark?"""
    first, *others = [_bare(word) for word in text.split()] or [""]
    return (first in _HELP and _WITH_HELP.issuperset(filter(None, others))) or set("".join(text.split())) == {
        "?"
    }


def amount_in(text: str) -> str:
    """The words of its one amount with a currency; empty if there is none, or more than one."""
    spoken = [run for run in runs_of(tokens_of(words_of(text))) if run.has_currency]
    return spoken[0].text if len(spoken) == 1 and len(spoken[0].numerals) == 1 else ""


def link_named(word: str) -> str | None:
    """The link that a word names, also by the reference of one of its objects, or as it was read aloud."""
    found = _REFERENCE.fullmatch(word.strip(_AROUND))
    return f"PL{found[1].upper().translate(_READ_ALOUD)}" if found else None


def names_several(text: str) -> bool:
    """Is more than one link meant by an order: `cancel PL… PL…`?"""
    words = text.split()
    return len({found for word in words if (found := link_named(word))}) > 1 and _bare(words[0]) in _VERBS


def verb_before(text: str) -> Verb | None:
    """The verb that a description begins with."""
    first, *_ = text.split() or [""]
    return _VERBS.get(_bare(first))


def moment_in(text: str) -> str:
    """`until friday` and `friday` are one, and so are `+3d`, as a button says it, and `3d`."""
    return _BEFORE_MOMENTS.sub("", text.strip(), count=1)


def at_the_provider(text: str) -> bool:
    """Is it the provider's own history that is asked for?"""
    words = {_bare(word) for word in text.split()}
    return "provider" in words and words <= _AT_THE_PROVIDER | _FILLERS


def in_button(verb: Verb, value: str = "", *, sure: bool = False) -> str:
    """An order as the argument of a link's button; `sure`: whoever presses it has been asked."""
    return verb + (f"={value}" if value else "") + (_SURE if sure else "")


def from_button(link_id: str, argument: str) -> tuple[Order, bool]:
    """The order of a pressed button, and whether it was asked about; raises ValueError."""
    verb, _, value = argument.removesuffix(_SURE).partition("=")
    return Order(Verb(verb), link_id, value), argument.endswith(_SURE)


def _whole(words: Sequence[str], about: str | None) -> Order | None:
    named = {place: found for place, word in enumerate(words) if (found := link_named(word))}
    others = [word for place, word in enumerate(words) if place not in named]
    verb = _VERBS.get(_bare(others[0])) if others else None
    if verb is Verb.LIST:
        return _list(others[1:], named.values())
    if verb is None or len(set(named.values())) > 1:
        return _list((), ()) if not named and _shows_links(words) else None
    link_id, rest = next(iter(named.values()), None), " ".join(others[1:])
    if link_id is None:
        mistyped = _mistyped(others[1:])
        if mistyped or _is_whole(verb, rest, about):
            return Order(verb, mistyped or about, rest)
        sought, left = _sought(verb, others[1:])
        return Order(verb, None, left, sought=sought) if sought else None
    led = others[1 : min(named)]  # `cancel the link PL…`
    if all(_bare(word) in _BEFORE_A_LINK for word in led):
        return Order(verb, link_id, " ".join(others[1 + len(led) :]))
    return Order(verb, link_id, rest) if verb is Verb.EXTEND and _is_moment(rest) else None


def _mistyped(rest: Sequence[str]) -> str | None:
    """A reference that is too short or too long to be one names no link that is there, and describes none."""
    said = [word for word in map(_bare, rest) if word not in _BEFORE_A_LINK]
    return (
        said[0].upper() if said and _MISTYPED.fullmatch(said[0]) and not amount_in(" ".join(rest)) else None
    )


def _sought(verb: Verb, said: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The words that describe a link: any for its status, else only a number, a reference or an address.

    `cancel INV-2041` is said of a link; `cancel plumbing` and `pause 3d` can be what is sold. Behind them may
    stand how much longer, or the new text.
    """
    words = [word for word in said if _bare(word) not in _BEFORE_A_LINK]
    if verb is Verb.WHY:
        return _described(words), ""
    for end in range(1, len(words) + 1):
        left = " ".join(words[end:])
        if _completes(verb, left) and identify(sought := _described(words[:end])):
            return sought, left
    return (), ""


def _described(words: Sequence[str]) -> tuple[str, ...]:
    text = " ".join(words)
    return () if speaks_of_money(text) or _is_moment(text) else words_sought(words)


def _completes(verb: Verb, rest: str) -> bool:
    """Can this stand behind what describes the link of an order?"""
    return not rest or (
        (verb is Verb.EXTEND and _is_moment(rest)) or (verb is Verb.EDIT and not says_currency(rest))
    )


def _shows_links(words: Sequence[str]) -> bool:
    """`my links`, `show me the links`."""
    said = {_bare(word) for word in words}
    return bool(said & _LINKS) and said <= _FILLERS | _SHOWING


def _list(said: Sequence[str], named: Collection[str]) -> Order | None:
    """With an amount it is a new link's description; words that are no list's are kept, to be looked for."""
    wanted = [_LISTED.get(_bare(word), word) for word in said if _bare(word) not in _FILLERS]
    described = " ".join(word for word in wanted if word not in LISTS)
    return None if speaks_of_money(described) else Order(Verb.LIST, None, " ".join([*wanted, *named]))


def _without_verb(words: Sequence[str], about: str | None) -> Order | None:
    """A link is named (or it is money back, for the one of the card), and no amount comes first."""
    named = next((link_named(word) for word in words if _AS_WRITTEN.fullmatch(word.strip(_AROUND))), None)
    link_id = named or (about if is_refund(words[0]) else None)
    text = " ".join(words)
    is_one = bool(link_id) and _is_word(words[0])
    is_money_back = begins_with_refund(text) and not amount_in(text)
    return Order(None, link_id, text) if is_one or is_money_back else None


def _is_word(first: str) -> bool:
    """Or the beginning of what a new link is made of: an amount, its currency, an address?"""
    letters_only = any(map(str.isalpha, first)) and not any(each.isdigit() or each == "@" for each in first)
    return link_named(first) is not None or (letters_only and not currencies_of(first))


def _bare(word: str) -> str:
    return word.strip(_AROUND).lower()


def _is_whole(verb: Verb, rest: str, about: str | None) -> bool:
    """Without the link's name: is there nothing else that the words could mean?"""
    if all(_bare(word) in _FILLERS for word in rest.split()):
        return True
    if verb is Verb.EDIT:
        return about is not None
    if verb is Verb.HISTORY:
        return at_the_provider(rest)
    return verb is Verb.EXTEND and _is_moment(rest)


def _is_moment(text: str) -> bool:
    return read_moment(moment_in(text), _SOMETIME, UTC) is not None
