"""What is done at the provider because of what people, or the time, have done to a link.

It is owed by rows: by the link's own state (what is over there is taken back), and by what its objects
still owe (`ProviderLink.owed`). Each errand may be done twice without harm, is tried again like any look,
and is told when the provider has said yes. Of two it matters what has become of them: that they have begun
is written down first. What a customer would get twice may have got through, is told as such and left alone;
an extension may have been done, so that its provider refuses it as done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.errors import BackendGone, BackendProtocolError, BackendRejected, BackendUnavailable
from bot.links import ledger
from bot.ports.backend import Backend, BackendInfo, Cancels, Edits, Extends, Feature, Resumes, Shares
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Customer, Link, LinkState
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.storage import Transaction
from bot.ports.traffic import Notice


class Task(StrEnum):
    """What a provider is asked to do; the words of `ProviderLink.owed`, in the order they are done in."""

    CANCEL = "cancel"
    RESUME = "resume"
    EXTEND = "extend"
    EDIT = "edit"
    SHARE = "share"


ONCE = frozenset({Task.SHARE})
MARKED = ONCE | {Task.EXTEND}  # that they have begun is written down first
BEGUN = "begun"  # the value of what is done once, from before the provider is asked until it has answered
_DOUBT = "extend_unsure"  # beside what is owed: until when it may have been extended by now


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to be done to one object. `value`: until when, or what it is for."""

    task: Task
    known: ProviderLink
    value: str = ""

    @property
    def may_be_done(self) -> bool:
        """Was this very extension asked for before, and its answer lost?"""
        return self.task is Task.EXTEND and self.known.owed.get(_DOUBT) == self.value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the provider said: until when it can be paid now, or the codes of its refusal.

    `lost`: its answer; what was asked for once may have been done.
    """

    until: datetime | None = None
    refused: str | None = None
    lost: bool = False


def due(link: Link, objects: Sequence[ProviderLink], info: BackendInfo, now: datetime) -> list[Errand]:
    """What is to be done at the provider, in order."""
    there = [known for known in objects if known.provider_id is not None]
    if is_over(link, info, now):
        still_open = [
            known
            for known in there
            if known.state is ProviderLinkState.OPEN and may_be_paid(link, known, objects, info)
        ]
        return [Errand(Task.CANCEL, known) for known in still_open] if info.cancels else []
    if link.state is not LinkState.OPEN:
        return []
    return [
        Errand(task, known, known.owed[task])
        for known in there
        for task in Task
        if task in known.owed and Feature(task) in info.features
    ]


def is_over(link: Link, info: BackendInfo, now: datetime) -> bool:
    """Should nobody be able to begin to pay it any more?"""
    late = not info.ends and now >= link.expires_at
    return late or link.state in {LinkState.CLOSED, LinkState.PAUSED}


def may_be_paid(link: Link, known: ProviderLink, objects: Sequence[ProviderLink], info: BackendInfo) -> bool:
    """Once a link is used up: what was lost, what does not end by itself, and what was not the one paid.

    A subscription that has begun goes on, however its link has ended.
    """
    if link.closed not in {Closed.PAID, Closed.USED_UP} or known.state is ProviderLinkState.ORPHAN:
        return True
    if link.kind is LinkKind.SUBSCRIPTION:
        return True
    return known.state is ProviderLinkState.OPEN and (not info.ends or len(objects) > 1)


async def do(backend: Backend, errand: Errand, customer: Customer, now: datetime) -> Outcome:
    """Ask it of the provider. Raises what every call does, except that a refusal is an outcome."""
    provider_id = errand.known.provider_id or ""
    try:
        match errand.task:
            case Task.SHARE if isinstance(backend, Shares):
                return await _share(backend, errand, customer)
            case Task.CANCEL if isinstance(backend, Cancels):
                await backend.cancel(provider_id)
            case Task.RESUME if isinstance(backend, Resumes):
                await backend.resume(provider_id)
            case Task.EXTEND if isinstance(backend, Extends):
                wanted = datetime.fromisoformat(errand.value)
                until = await backend.extend(provider_id, wanted, now, again=errand.may_be_done)
                return Outcome(until=until)
            case Task.EDIT if isinstance(backend, Edits):
                await backend.edit(provider_id, errand.value)
    except BackendRejected as error:
        return Outcome(refused=", ".join(error.codes))
    except BackendProtocolError as error:
        if errand.task is not Task.CANCEL:
            return Outcome(refused="answer_unclear")
        if not isinstance(error, BackendGone):  # nobody asked for this very thing: it is tried again
            raise
    return Outcome()


async def _share(backend: Shares, errand: Errand, customer: Customer) -> Outcome:
    """What was cut off in the middle, before a restart, has no answer either."""
    if errand.value == BEGUN:
        return Outcome(lost=True)
    try:
        await backend.share(errand.known.provider_id or "", customer)
    except BackendProtocolError:
        return Outcome(lost=True)
    except BackendUnavailable as error:
        if error.sent == "no":
            raise
        return Outcome(lost=True)
    return Outcome()


def begin(tx: Transaction, errand: Errand) -> bool:
    """Write down that it has begun. False: somebody has thought better of it meanwhile."""
    link, known = tx.links.get(errand.known.link_id), _fresh(tx, errand.known)
    if link is None or link.state is not LinkState.OPEN or known is None:
        return False
    if known.owed.get(errand.task) != errand.value:
        return False
    key, value = (errand.task, BEGUN) if errand.task in ONCE else (_DOUBT, errand.value)
    tx.provider_links.put(replace(known, owed={**known.owed, key: value}))
    return True


def not_begun(tx: Transaction, errand: Errand) -> None:
    """Write down that nobody has been asked after all."""
    known = _fresh(tx, errand.known)
    if known is not None and errand.task in known.owed:
        wish = {errand.task: errand.value} if errand.task in ONCE else {}
        tx.provider_links.put(replace(known, owed=_without(known, _DOUBT) | wish))


def settle(tx: Transaction, errand: Errand, outcome: Outcome, now: datetime) -> None:
    """Write down what came of an errand, and tell it. What was asked for anew meanwhile stays owed."""
    link, known = tx.links.get(errand.known.link_id), _fresh(tx, errand.known)
    if link is None or known is None:
        return
    if errand.task is Task.CANCEL:  # the look that follows shows that it is done
        if outcome.refused is not None:
            _tell_still_payable(tx, link, known, outcome.refused, now)
        return
    if errand.task in ONCE or known.owed.get(errand.task) == errand.value:
        known = replace(known, owed=_without(known, errand.task, _DOUBT))
    is_open = link.state is LinkState.OPEN  # else somebody has thought better of it
    if outcome.refused is None:
        link, known = _done(link, known, errand, outcome)
    elif errand.task is Task.RESUME and is_open:
        link = replace(link, state=LinkState.PAUSED, version=link.version + 1)
    tx.provider_links.put(known)
    tx.links.put(link)
    if is_open or errand.task in ONCE:
        ledger.tell(tx, link, (_notice(tx, link, errand, outcome),), now)


def _tell_still_payable(tx: Transaction, link: Link, known: ProviderLink, reason: str, now: datetime) -> None:
    """Once for each object: it is asked for again and again."""
    refused = Notice("cancel_refused", f"cancel:{known.reference}:refused", {"reason": reason})
    tx.outbox.owe_reply(link.id, link.destination_id, refused, now)
    tx.wake("delivery", tx.destinations.lane(link.destination_id))


def _done(link: Link, known: ProviderLink, errand: Errand, outcome: Outcome) -> tuple[Link, ProviderLink]:
    match errand.task:
        case Task.RESUME:
            known = replace(known, state=ProviderLinkState.OPEN)
        case Task.EXTEND if outcome.until is not None:
            known = replace(known, expires_on=outcome.until)
            link = replace(link, expires_at=outcome.until, version=link.version + 1)
        case Task.EDIT:
            link = replace(link, description=errand.value, version=link.version + 1)
    return link, known


_TOLD: Mapping[Task, tuple[str, str]] = {  # done, and refused
    Task.RESUME: ("resumed", "resume_refused"),
    Task.EXTEND: ("extended", "extend_refused"),
    Task.EDIT: ("edited", "edit_refused"),
    Task.SHARE: ("shared", "share_refused"),
}


def _notice(tx: Transaction, link: Link, errand: Errand, outcome: Outcome) -> Notice:
    """With whoever asked for it last; each time it was asked for is told once."""
    who, once = _asked(tx, link, errand.task, errand.value)
    done, refused = _TOLD[errand.task]
    if outcome.lost:
        return Notice("share_lost", f"{once}:lost", who)
    if outcome.refused is not None:
        return Notice(refused, f"{once}:refused", who | {"reason": outcome.refused})
    if outcome.until is not None:
        who["until"] = outcome.until.isoformat()
    if errand.task is Task.EDIT:
        who["text"] = errand.value
    return Notice(done, once, who)


def paused(tx: Transaction, link: Link) -> Notice:
    """Nobody can begin to pay it any more, as its provider shows."""
    who, once = _asked(tx, link, "pause", "")
    return Notice("paused", once, who)


def _asked(tx: Transaction, link: Link, act: str, value: str) -> tuple[dict[str, str], str]:
    """Who asked for it last, and what tells this time from another."""
    asked = [deed for deed in tx.deeds.of(link.id) if deed.act == act]
    who = {"by": asked[-1].person.called} if asked else {"by": ""}
    return who, f"{act}:{asked[-1].at.isoformat() if asked else value}"


def _without(known: ProviderLink, *keys: str) -> dict[str, str]:
    return {key: value for key, value in known.owed.items() if key not in keys}


def _fresh(tx: Transaction, known: ProviderLink) -> ProviderLink | None:
    """As it is now: under its link's lock, since people wish for something else meanwhile."""
    tx.links.get(known.link_id)
    found = (each for each in tx.provider_links.of(known.link_id) if each.attempt == known.attempt)
    return next(found, None)
