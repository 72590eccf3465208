"""Until when a link can be paid: `3d` by itself, or anything that is a moment behind `until` or `expires`."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial

from bot.conversation.details import (
    EXPIRY_LABELS,
    EXTRA_LABELS,
    PHONE_LABELS,
    Found,
    Word,
    bare,
    ends_item,
    is_label,
    settle,
    typed_at,
    value_after,
)
from bot.conversation.doubts import UP_TO
from bot.conversation.moments import Moment, is_duration, read_moment
from bot.conversation.runs import Kind, Token, runs_of
from bot.conversation.tokens import tokens_of

Read = Callable[[str], Moment | None]

_LONGEST = 6  # words of a moment: `Dec 31 2026 at 5 pm`
_LONGEST_LABEL = 2
_AROUND = "()\"',"
_CLOCK = re.compile(r"(?:[01]?[0-9]|2[0-3])h(?:[0-9]{2})?", re.IGNORECASE)  # no `jusqu'à 48h`
_BY_THE_CLOCK = ("à", "until", "till")  # `until 17h`
_TOWARDS = frozenset({"à", "a", "vers", "dès", "at"})
TO_A_DURATION = frozenset("in within valid dans sous valable validité".split())
_BEGINS_ANOTHER = PHONE_LABELS | TO_A_DURATION | {"via", "unlimited"}
_OF = re.compile(
    r"(?:of|de|[@x*])$|d['\N{RIGHT SINGLE QUOTATION MARK}]|print|model|scan|render|design|animation",
    re.IGNORECASE,
)
_HOURS = re.compile(r"[0-9]+[mh]")
_LESS_THAN_A_DAY = re.compile(r"[0-9]+m|(?:[0-9]|1[0-9]|2[0-3])h")
_BARE = re.compile(r"[1-9][0-9]{0,3}[mhdjw]")
# Behind a moment these change it, in ways that are not read: `friday evening`, `17:00 CET`.
_GOES_ON = re.compile(
    r"(?:(?:(?:at|in the|à|au|dans la) )?(?:morning|noon|afternoon|evening|night|midnight|next|week|or|"
    r"matin|midi|apr[eè]s-midi|soir|nuit|minuit|prochain|ou|[0-9]{1,2}h(?:[0-9]{2})?|"
    r"a[ce][ds]t|[cemp][sd]t|cest|cet|bst|eest|eet|hkt|ist|jst|msk|sgt|west|wet)|"
    r"(?:at|à) (?P<number>[0-9]{1,2}))(?: |$)",
    re.IGNORECASE,
)
_LONGEST_TURN = 3  # words


def find_expiry(words: Sequence[Word], now: datetime, zone: tzinfo) -> Found[datetime]:
    """The labelled moment, else the one bare duration. Where two differ nothing is guessed."""
    tokens = tokens_of(words)
    read = partial(read_moment, now=now, zone=zone)
    labelled = [
        _labelled(words, tokens, range(start, stop), read)
        for start in range(len(words))
        if (stop := _label_stop(words, start)) > start and not _leads_to_amount(tokens, stop)
    ]
    amount = min((run.start for run in runs_of(tokens) if run.has_currency), default=0)
    bare_ones = (
        at
        for at in range(len(words))
        if _is_bare(tokens, at)
        and not _is_clock(words, at, read)
        and not _is_of_another(words, at)
        and not _is_sold(words, tokens, at, amount)
    )
    found = labelled or [_bare(words, at, read) for at in bare_ones]
    return settle(found, "expires_several")


def _label_stop(words: Sequence[Word], start: int) -> int:
    """Where the label that begins at `start` ends; `start` itself if none does, or it is part of one."""
    for stop in range(min(start + _LONGEST_LABEL, len(words)), start, -1):
        if _label(words, start, stop) in EXPIRY_LABELS:
            part_of_longer = start > 0 and _label(words, start - 1, start + 1) in EXPIRY_LABELS
            return start if part_of_longer else stop
    return start


def _leads_to_amount(tokens: Sequence[Token], stop: int) -> bool:
    """`jusqu'à 40 EUR` says of no moment."""
    return tokens[stop - 1].text.lower() in UP_TO and any(
        run.start == stop and run.has_currency for run in runs_of(tokens)
    )


def _label(words: Sequence[Word], start: int, stop: int) -> str:
    return " ".join(word.rstrip(":.").lower() for _, word in words[start:stop])


def _labelled(words: Sequence[Word], tokens: Sequence[Token], label: range, read: Read) -> Found[datetime]:
    """The longest moment behind the label, else what is there is unreadable."""
    start = label.stop
    by_the_clock = words[start - 1][1].rstrip(":").lower().endswith(_BY_THE_CLOCK)
    for stop in range(min(start + _LONGEST, len(words)), start, -1):
        inner = [word.strip(_AROUND) for _, word in words[start : stop - 1]]  # `31. 12. 2026` keeps its dots
        said = " ".join([*inner, bare(words[stop - 1][1])])
        moment = read(f"à {said}" if by_the_clock and _CLOCK.fullmatch(said) else said)
        if moment is not None and not _is_amount(tokens, stop):
            if not ends_item(words[stop - 1][1]) and _goes_on(tokens, stop):
                break
            return _found(words, range(label.start, stop), start, moment)
    value = value_after(words, start - 1)
    places = range(label.start, max(start, value.stop))
    return _found(words, places, start, Moment(problem="expires_unreadable"))


def _goes_on(tokens: Sequence[Token], stop: int) -> bool:
    """`friday evening`, `friday at noon`, `friday at 5`, but for `friday at 5 EUR`."""
    turn = _GOES_ON.match(" ".join(token.text for token in tokens[stop : stop + _LONGEST_TURN]))
    return turn is not None and not (turn["number"] and _is_amount(tokens, stop + 2))


def _found(words: Sequence[Word], places: range, start: int, moment: Moment) -> Found[datetime]:
    typed = typed_at(words, range(start, places.stop)) or typed_at(words, places)
    return Found(moment.at, moment.problem, typed, frozenset(places))


def _bare(words: Sequence[Word], at: int, read: Read) -> Found[datetime]:
    moment = read(bare(words[at][1])) or Moment(problem="expires_unreadable")
    return _found(words, range(at, at + 1), at, moment)


def _is_bare(tokens: Sequence[Token], at: int) -> bool:
    """A duration by itself. `30m` is none where it can be thirty million: alone, or beside a currency."""
    text = tokens[at].text
    if not _BARE.fullmatch(text):
        return False
    return not text.endswith("m") or not (_is_amount(tokens, at + 1) or _may_be_amount(tokens, at))


def _is_clock(words: Sequence[Word], at: int, read: Read) -> bool:
    """`vendredi 17h`, `à 17h`: no 17 hours, but a time of day as it is written in French."""
    if at == 0 or not bare(words[at][1]).endswith("h"):
        return False
    before = bare(words[at - 1][1])
    return before.lower() in _TOWARDS or (read(before) is not None and not is_duration(before))


def _is_of_another(words: Sequence[Word], at: int) -> bool:
    """`trial: 14d` says how long something else is."""
    return at > 0 and is_label(words[at - 1][1], EXTRA_LABELS, colon=True)


def _is_sold(words: Sequence[Word], tokens: Sequence[Token], at: int, amount: int) -> bool:
    """Hours beside a word, in front of the `amount`, are what is paid for, like `3h consulting 50 EUR`.

    Behind it, as in `50 EUR consulting 3h` and `50€ 2h ménage`, so is less than a day beside it; so is
    anywhere what is some `of` something or at a price, like `3j de formation`, `2h @ 80`, or a `3d print`.
    """
    parted = ends_item(words[at - 1][1]), ends_item(words[at][1])
    in_front = at < amount
    near = (at - 1, at + 1) if in_front or tokens[at].text.endswith("h") else (at - 1,)
    beside = [one for one, apart in zip(near, parted, strict=False) if 0 <= one < len(words) and not apart]
    sold = (_HOURS if in_front else _LESS_THAN_A_DAY).fullmatch(tokens[at].text) is not None
    follows = not _is_in_value(words[amount:at])
    if any(_OF.match(word) for _, word in words[at + 1 : at + 2]):
        return True
    return sold and follows and any(_describes(words[one][1], tokens[one]) for one in beside)


def _is_in_value(words: Sequence[Word]) -> bool:
    """`name: Jane`, `via checkout`: do these words end with those of another detail?"""
    since = max((at + 1 for at, (_, word) in enumerate(words) if ends_item(word)), default=0)
    return any(word.endswith(":") or word.lower() == "via" for _, word in words[since:])


def _describes(word: str, token: Token) -> bool:
    """Is it a word, and not one with which something else begins?"""
    if _BARE.fullmatch(token.text):
        return False
    in_letters = token.kind in {Kind.WORD, Kind.CODE_LIKE, Kind.JOINER} and any(map(str.isalpha, word))
    return in_letters and not word.endswith(":") and word.lower() not in _BEGINS_ANOTHER


def _may_be_amount(tokens: Sequence[Token], at: int) -> bool:
    others = [token for token in tokens if token.kind is Kind.NUMERAL]
    before = tokens[at - 1] if at > 0 else None
    spoken_for = at > 1 and tokens[at - 2].kind is Kind.NUMERAL
    return not others or (before is not None and before.kind is Kind.CURRENCY and not spoken_for)


def _is_amount(tokens: Sequence[Token], stop: int) -> bool:
    """Is the word before `stop` a number with its currency behind it, and not that of a number to come?"""
    if stop >= len(tokens) or tokens[stop].kind is not Kind.CURRENCY:
        return False
    last = tokens[stop - 1]
    counted = last.kind is Kind.NUMERAL or _BARE.fullmatch(last.text) is not None
    to_come = stop + 1 < len(tokens) and tokens[stop + 1].kind is Kind.NUMERAL
    return counted and not (to_come and last.kind is Kind.NUMERAL)
