"""Words beside an amount that leave open how much it is: `about 40 EUR`, `up to 40 EUR`, `40 EUR or more`.

They are asked about, and go with the amount: nobody pays for them.
"""

from collections.abc import Collection, Sequence

from bot.conversation.runs import APOSTROPHES, Token

UP_TO = frozenset(f"jusqu{mark}à" for mark in APOSTROPHES)
_IN_FRONT = frozenset(
    {
        *UP_TO,
        *(f"d{mark}environ" for mark in APOSTROPHES),
        *"~ ≈ < > ≤ ≥ maximum minimum abt about approx approximately around roughly almost nearly".split(),
        *"under over upto atleast twice double half each from between circa ca".split(),
        *("up to", "at least", "at most", "as much as", "starting at", "starting from", "half of"),
        *(f"{no}{more} than" for no in ("", "no ", "not ") for more in ("more", "less")),
        *(f"{one}{most} of" for one in ("", "a ") for most in ("maximum", "minimum")),
        *"environ presque dès entre chacun chacune".split(),
        *("à peu près", "près de", "autour de", "dans les", "au moins", "au plus", "à partir de"),
        *("plus de", "moins de", "pas plus de", "la moitié de", "le double de"),
        *(f"{un}{most} de" for un in ("", "un ") for most in ("maximum", "minimum")),
        *"ungefähr etwa rund knapp unter ab mindestens höchstens maximal zwischen".split(),
        *("bis zu", "mehr als", "weniger als", "nicht mehr als", "die hälfte von"),
        *"aproximadamente unos hasta desde casi mínimo máximo até quase uns almeno quasi".split(),
        *("alrededor de", "cerca de", "más de", "menos de", "al menos", "a partir de", "mais de"),
        *("pelo menos", "no mínimo", "no máximo", "fino a", "a partire da", "più di", "meno di"),
    }
)
_BEHIND = frozenset(
    {
        *"each ea apiece approx approximately roughly circa".split(),
        *("or more", "or less", "more or less", "or so", "and more", "and up", "at least", "at most"),
        *"environ chacun chacune".split(),
        *(
            "ou plus",
            "ou moins",
            "plus ou moins",
            "et plus",
            "au moins",
            "au plus",
            "au maximum",
            "au minimum",
        ),
        *("oder mehr", "oder weniger", "und mehr", "mindestens", "höchstens"),
        *("o más", "o menos", "más o menos", "ou mais", "ou menos", "mais ou menos", "più o meno", "c/u"),
    }
)
_AT_AN_END = frozenset("max min maximum minimum maximal twice".split())  # but `phone 15 Pro Max` has a name
_MOST_WORDS = max(phrase.count(" ") for phrase in _IN_FRONT | _BEHIND) + 1


def doubts_beside(places: Collection[int], tokens: Sequence[Token]) -> frozenset[int]:
    """The places of such words in front of and behind what stands at `places`."""
    found: set[int] = set()
    for at in places:
        if at - 1 not in places:
            found |= _longest(tokens, at, -1, _IN_FRONT)
        if at + 1 not in places:
            found |= _longest(tokens, at, 1, _BEHIND)
    return frozenset(found)


def gone_with(places: Collection[int], tokens: Sequence[Token]) -> frozenset[int]:
    """Those of them that are no part of the description: all but the `each` of `50 EUR each way`."""
    beside = doubts_beside(places, tokens)
    return frozenset(
        at
        for at in beside
        if at - 1 not in places or at + 1 in beside or _ends(tokens, at) or at + 1 in places
    )


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Does nothing go on behind it?"""
    return bool(tokens[at].ends) or not any(token.text for token in tokens[at + 1 : at + 2])


def _longest(tokens: Sequence[Token], at: int, step: int, phrases: Collection[str]) -> set[int]:
    """The most words of a phrase that stand on that side of `at`."""
    near = [place for one in range(_MOST_WORDS) if 0 <= (place := at + step * (one + 1)) < len(tokens)]
    for count in range(len(near), 0, -1):
        places = sorted(near[:count])
        said = " ".join(tokens[place].text.lower() for place in places)
        at_an_end = said in _AT_AN_END and not any(tokens[one].text for one in near[count : count + 1])
        if said in phrases or at_an_end:
            return set(places)
    return set()
