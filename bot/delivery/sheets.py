"""Sheets, read by one person in private: a list of links, a link's history, and why its state is what it is.

No sheet is longer than a message of any chat: each part shows its newest lines, and how many more there are.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate

from bot.delivery.audience import Audience, what_for
from bot.delivery.cards import headline_of
from bot.delivery.masks import in_full
from bot.links.expected import is_free
from bot.links.facts import Fact, facts, in_order
from bot.links.payments import Stage, stage
from bot.links.possible import Snapshot
from bot.ports.backend import Moment
from bot.ports.chat import Sheet
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, EventKind, Link, LinkState, Mode, Payment
from bot.ports.provider_links import ProviderLink, ProviderLinkState, Sight
from bot.ports.traffic import Deed, Evidence
from bot.texts import Texts

LONGEST_LIST = 15
_LONGEST_SOUGHT = 60  # characters of what was looked for
_ANY = frozenset({"all", "everybody"})  # none at all: somebody is new here
_LONGEST_PART, _LONGEST_LINE = 10, 150  # lines; UTF-16 units, as Telegram counts
_DONE_TO_IT = frozenset(
    {"create", "cancel", "pause", "resume", "extend", "edit", "refresh", "resend", "share"}
)
_ALL_LIVE: Mapping[str, Mode] = {}
_NO_PAYMENT = frozenset({Stage.STARTED, Stage.DECLINED})
_NOT_SEEN: Mapping[ProviderLinkState, str] = {
    ProviderLinkState.ORPHAN: "why.lost",
    ProviderLinkState.IN_FLIGHT: "why.in_flight",
}


def marked(audience: Audience, headline: str) -> str:
    """With TEST, where no real money moves."""
    return audience.texts("sheet.test", headline=headline) if audience.mode is Mode.TEST else headline


def listing(
    audience: Audience,
    key: str,
    links: Sequence[tuple[Link, Sequence[Payment]]],
    backends: Mapping[str, str],
    *,
    more: bool,
    modes: Mapping[str, Mode] = _ALL_LIVE,
) -> Sheet:
    """Links, newest first.

    `backends`: labels by account id; if there are several, each line names its own.
    """
    texts = audience.texts
    lines = _in_list(audience, links, _purpose, backends, modes)
    lines = lines or [texts("list.none"), *([texts("list.begin")] if key in _ANY else [])]
    rest = (texts("list.more", count=str(len(links))),) if more else ()
    return Sheet(texts(f"list.{key}"), tuple(filter(None, (tuple(lines), rest))))


def found(
    audience: Audience,
    key: str,
    links: Sequence[tuple[Link, Sequence[Payment]]],
    backends: Mapping[str, str],
    *,
    sought: str,
    notes: tuple[str, ...],
    modes: Mapping[str, Mode] = _ALL_LIVE,
) -> Sheet:
    """The links of a list that were looked for, each with everything that it can be known by."""
    texts = audience.texts
    lines = _in_list(audience, links, _known_by, backends, modes)
    nothing = tuple(texts(f"list.{each}") for each in ("none", "looked_at", "see_all"))
    headline = texts("list.found", list=texts(f"list.{key}"), sought=_cut(sought, _LONGEST_SOUGHT))
    return Sheet(headline, tuple(filter(None, (tuple(lines) or nothing, notes))))


def history(audience: Audience, known: Snapshot, deeds: Sequence[Deed], told: Sequence[Evidence]) -> Sheet:
    """What people did and what happened to the money, in our words, oldest first."""
    texts, backend = audience.texts, known.info.label
    done = [
        (deed.at, texts(f"deed.{deed.act}", by=deed.person.called, backend=backend))
        for deed in deeds
        if deed.act in _DONE_TO_IT
    ]
    came = [(fact.at, _event(texts, fact)) for fact in facts(told) if fact.kind is not EventKind.IGNORED]
    lines = [
        texts("history.line", at=texts.moment(at, audience.zone), what=what)
        for at, what in sorted([*done, *came], key=lambda line: line[0])
    ]
    headline = marked(audience, texts("history.headline", id=known.link.id))
    return Sheet(headline, (_newest(texts, lines),))


def remembered(audience: Audience, backend: str, moments: Sequence[Moment]) -> tuple[str, ...]:
    """The provider's own history, oldest first, in its own words."""
    texts = audience.texts
    lines = [_of_provider(audience, one) for one in moments] or [texts("history.provider_none")]
    return (texts("history.provider", backend=backend), *_newest(texts, lines))


def why(audience: Audience, known: Snapshot, told: Sequence[Evidence]) -> Sheet:
    """Our state and its evidence: events, what the backend last showed, when it is polled next."""
    texts, link, backend = audience.texts, known.link, known.info.label
    told_so = marked(audience, headline_of(texts, link, known.payments))
    headline = texts("why.headline", id=link.id, headline=told_so)
    heard = [_evidence(audience, known, one) for one in in_order(told)]
    heard = heard or [texts("why.nothing_told", backend=backend)]
    asked = any(not one.sent for one in told)
    seen = [line for each in known.objects for line in _object(audience, known, each, asked=asked)]
    if link.poll_at is None:
        next_look = texts("why.never", backend=backend)
    else:
        next_look = texts("why.next", backend=backend, at=_moment(audience, max(link.poll_at, known.now)))
    parts = ((_state(texts, known),), _newest(texts, heard), _newest(texts, seen), (next_look,))
    return Sheet(headline, tuple(filter(None, parts)))


def _of(audience: Audience, modes: Mapping[str, Mode], link: Link) -> Audience:
    return replace(audience, mode=modes.get(link.account_id, audience.mode))


def _purpose(link: Link) -> str:
    return what_for(link.description)


def _known_by(link: Link) -> str:
    known = (link.own_reference, in_full(link.customer), _purpose(link))
    return ", ".join(filter(None, known))


def _in_list(
    audience: Audience,
    links: Sequence[tuple[Link, Sequence[Payment]]],
    about: Callable[[Link], str],
    backends: Mapping[str, str],
    modes: Mapping[str, Mode],
) -> list[str]:
    """A line for each link; `about` says what it is for."""
    labels = backends if len(backends) > 1 else {}
    return [
        _cut(_line(_of(audience, modes, link), link, payments, about(link), labels.get(link.account_id)))
        for link, payments in links
    ]


def _line(
    audience: Audience, link: Link, payments: Sequence[Payment], about: str, backend: str | None
) -> str:
    headline = marked(audience, headline_of(audience.texts, link, payments))
    return audience.texts(
        "list.line_for" if about else "list.line",
        id=link.id,
        headline=audience.texts("list.via", headline=headline, backend=backend) if backend else headline,
        description=about,
        made=_moment(audience, link.created_at),
    )


def _event(texts: Texts, fact: Fact) -> str:
    what = texts(f"event.{fact.kind}")
    return texts("event.amount", what=what, amount=texts.money(fact.amount)) if fact.amount else what


def _of_provider(audience: Audience, one: Moment) -> str:
    what = f"{one.word}, {one.detail}" if one.detail else one.word
    if one.at is None:
        return audience.texts("history.undated", what=what)
    return audience.texts("history.line", at=_moment(audience, one.at), what=what)


def _state(texts: Texts, known: Snapshot) -> str:
    link = known.link
    if link.state is not LinkState.CLOSED:
        return texts(f"why.{link.state}")
    shown = link.closed is Closed.EXPIRED and _has_shown_one(known)
    reason = texts("closed.expired_used" if shown else f"closed.{link.closed}", backend=known.info.label)
    return texts("why.closed", reason=reason)


def _has_shown_one(known: Snapshot) -> bool:
    """Has the backend shown a payment, even a failed one, or at least that there is one?"""
    received = any(each.sight.received for each in known.objects if each.sight)
    return received or any(stage(payment) not in _NO_PAYMENT for payment in known.payments)


def _evidence(audience: Audience, known: Snapshot, one: Evidence) -> str:
    texts = audience.texts
    signed = one.sent and known.info.signed
    values = {"at": _moment(audience, one.at), "backend": known.info.label, "word": one.word}
    if one.amount is None:
        return texts("why.signed" if signed else "why.fetched", **values)
    key = "why.signed_amount" if signed else "why.fetched_amount"
    return texts(key, **values, amount=texts.money(one.amount))


def _object(audience: Audience, known: Snapshot, each: ProviderLink, *, asked: bool) -> list[str]:
    """What the backend last showed of one provider link, and what is still pending there.

    `asked`: has it shown us a payment of the link?
    """
    texts, backend = audience.texts, known.info.label
    until = _moment(audience, each.expires_on or known.link.expires_at)
    owed = [texts(f"why.owed_{task}", backend=backend) for task in each.owed]
    if key := _NOT_SEEN.get(each.state):
        return [texts(key, reference=each.reference)]
    key = _sight_key(each.sight, asked=asked, payable=_is_payable(known, each))
    if key == "why.received" and known.link.kind is LinkKind.SETUP:
        key = "why.received_setup"
    at = _moment(audience, each.sight.at) if each.sight else ""
    return [texts(key, reference=each.reference, at=at, backend=backend, until=until), *owed]


def _is_payable(known: Snapshot, each: ProviderLink) -> bool:
    """Can it be paid, as far as we know?"""
    given_up = known.link.state in {LinkState.CLOSED, LinkState.PAUSED}
    return each.state is ProviderLinkState.OPEN and not given_up and is_free(known.link, known.payments)


def _sight_key(sight: Sight | None, *, asked: bool, payable: bool) -> str:
    """What was seen, worded so that it does not contradict what has happened since."""
    if sight is None:
        unseen = "why.payable" if asked else "why.never_seen"
        return unseen if payable else "why.given_up"
    if sight.usable:
        return "why.usable" if payable else "why.was_usable"
    return "why.received" if sight.received else "why.unusable"


def _newest(texts: Texts, lines: Sequence[str]) -> tuple[str, ...]:
    earlier = len(lines) - _LONGEST_PART
    cut = tuple(map(_cut, lines[-_LONGEST_PART:]))
    return (texts("sheet.earlier", count=str(earlier)), *cut) if earlier > 0 else cut


def _cut(line: str, longest: int = _LONGEST_LINE) -> str:
    sizes = list(accumulate(len(character.encode("utf-16-le")) // 2 for character in line))
    if not sizes or sizes[-1] <= longest:
        return line
    return line[: bisect_left(sizes, longest)] + "…"


def _moment(audience: Audience, at: datetime) -> str:
    return audience.texts.moment(at, audience.zone)
