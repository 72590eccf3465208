"""What must still be done at the provider after a person's act, or once a link has expired.

The rows say what is pending: a link that is over must be cancelled there, and `ProviderLink.owed` names the
rest. A task is retried with every poll, and told in the thread once the provider has confirmed it. For two of
them a lost answer matters, so they are stored as begun before the call. Sharing is not repeated, as the
customer would be written to twice; the thread is told that it is uncertain. An extension is repeated, and the
adapter is told so: a provider may refuse it because it was made the first time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.errors import BackendGone, BackendProtocolError, BackendRejected, BackendUnavailable
from bot.links.announcements import announce
from bot.ports.backend import Backend, BackendInfo, Cancels, Edits, Extends, Feature, Resumes, Shares
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Customer, Link, LinkState
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.storage import Transaction
from bot.ports.traffic import Notice


class Task(StrEnum):
    """What a provider is asked to do: the keys of `ProviderLink.owed`, in order of execution."""

    CANCEL = "cancel"
    RESUME = "resume"
    EXTEND = "extend"
    EDIT = "edit"
    SHARE = "share"


ONCE = frozenset({Task.SHARE})  # never repeated after a lost answer
MARKED = ONCE | {Task.EXTEND}  # stored as begun before the provider is called
BEGUN = "begun"  # the value of a task in ONCE from before the call until its answer
_DOUBT = "extend_unsure"  # also a key of `owed`: the expiry of an extension that may have been made


@dataclass(frozen=True, slots=True)
class PendingTask:
    """A task for one object of the provider. `value`: the new expiry (ISO 8601), or the new description."""

    task: Task
    known: ProviderLink
    value: str = ""

    @property
    def may_be_done(self) -> bool:
        """Was this same extension requested before, and its answer lost?"""
        return self.known.owed.get(_DOUBT) == self.value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the provider answered. `refused`: the codes of its refusal; `lost`: there was no answer."""

    until: datetime | None = None
    refused: str | None = None
    lost: bool = False


def due(link: Link, objects: Sequence[ProviderLink], info: BackendInfo, now: datetime) -> list[PendingTask]:
    """The tasks that can be done now, in order."""
    there = [known for known in objects if known.provider_id is not None]
    one_too_many = _to_cancel(there, ProviderLinkState.ORPHAN, info)
    if is_over(link, info, now):
        still_open = [known for known in there if may_be_paid(link, known, objects, info)]
        return _to_cancel(still_open, ProviderLinkState.OPEN, info) + one_too_many
    if link.state is not LinkState.OPEN:
        return one_too_many
    return one_too_many + [
        PendingTask(task, known, known.owed[task])
        for known in there
        for task in Task
        if task in known.owed and Feature(task) in info.features
    ]


def _to_cancel(
    objects: Sequence[ProviderLink], state: ProviderLinkState, info: BackendInfo
) -> list[PendingTask]:
    found = [known for known in objects if known.state is state]
    return [PendingTask(Task.CANCEL, known) for known in found] if info.cancels else []


def is_over(link: Link, info: BackendInfo, now: datetime) -> bool:
    """Should its provider accept no more payments? Many see to an expiry themselves (`info.ends`)."""
    late = not info.ends and now >= link.expires_at
    return late or link.state in {LinkState.CLOSED, LinkState.PAUSED}


def may_be_paid(link: Link, known: ProviderLink, objects: Sequence[ProviderLink], info: BackendInfo) -> bool:
    """Can this object of a link that is over still be paid, for all we know?

    Not the only object of a link that is used up, if its provider closes what was paid. But an orphan can,
    and each of several objects, since only one of them was paid. A subscription that has begun goes on.
    """
    if link.closed not in {Closed.PAID, Closed.USED_UP} or known.state is ProviderLinkState.ORPHAN:
        return True
    if link.kind is LinkKind.SUBSCRIPTION:
        return True
    return known.state is ProviderLinkState.OPEN and (not info.ends or len(objects) > 1)


async def do(backend: Backend, pending: PendingTask, customer: Customer, now: datetime) -> Outcome:
    """Call the provider. Raises what every call does, except that a refusal is an outcome."""
    provider_id = pending.known.provider_id or ""
    try:
        match pending.task:
            case Task.SHARE if isinstance(backend, Shares):
                return await _share(backend, pending, customer)
            case Task.CANCEL if isinstance(backend, Cancels):
                await backend.cancel(provider_id)
            case Task.RESUME if isinstance(backend, Resumes):
                await backend.resume(provider_id)
            case Task.EXTEND if isinstance(backend, Extends):
                wanted = datetime.fromisoformat(pending.value)
                until = await backend.extend(provider_id, wanted, now, again=pending.may_be_done)
                return Outcome(until=until)
            case Task.EDIT if isinstance(backend, Edits):
                await backend.edit(provider_id, pending.value)
    except BackendRejected as error:
        return Outcome(refused=", ".join(error.codes))
    except BackendProtocolError as error:
        if pending.task is not Task.CANCEL:
            return Outcome(refused="answer_unclear")
        if not isinstance(error, BackendGone):  # nobody asked for this very thing: it is tried again
            raise
    return Outcome()


async def _share(backend: Shares, pending: PendingTask, customer: Customer) -> Outcome:
    """Share once; if a restart cut off the call, its answer is lost, too."""
    if pending.value == BEGUN:
        return Outcome(lost=True)
    try:
        await backend.share(pending.known.provider_id or "", customer)
    except BackendProtocolError:
        return Outcome(lost=True)
    except BackendUnavailable as error:
        if error.sent == "no":
            raise
        return Outcome(lost=True)
    return Outcome()


def begin(tx: Transaction, pending: PendingTask) -> bool:
    """Store that a task of MARKED has begun. False: it was withdrawn or changed meanwhile."""
    link, known = tx.links.get(pending.known.link_id), _fresh(tx, pending.known)
    if link is None or link.state is not LinkState.OPEN or known is None:
        return False
    if known.owed.get(pending.task) != pending.value:
        return False
    key, value = (pending.task, BEGUN) if pending.task in ONCE else (_DOUBT, pending.value)
    tx.provider_links.put(replace(known, owed={**known.owed, key: value}))
    return True


def not_begun(tx: Transaction, pending: PendingTask) -> None:
    """Store that the provider was not reached after all."""
    known = _fresh(tx, pending.known)
    if known is not None and pending.task in known.owed:
        restored = {pending.task: pending.value} if pending.task in ONCE else {}
        tx.provider_links.put(replace(known, owed=_without(known, _DOUBT) | restored))


def settle(tx: Transaction, pending: PendingTask, outcome: Outcome, now: datetime) -> None:
    """Store the outcome, and tell it. A request that was changed meanwhile stays pending."""
    link, known = tx.links.get(pending.known.link_id), _fresh(tx, pending.known)
    if link is None or known is None:
        return
    if pending.task is Task.CANCEL:  # the poll that follows shows that it is done
        if outcome.refused is not None and known.state is not ProviderLinkState.ORPHAN:
            _tell_still_payable(tx, link, known, outcome.refused, now)
        return
    if pending.task in ONCE or known.owed.get(pending.task) == pending.value:
        known = replace(known, owed=_without(known, pending.task, _DOUBT))
    is_open = link.state is LinkState.OPEN  # else the request was withdrawn
    if outcome.refused is None:
        link, known = _done(link, known, pending, outcome)
    elif pending.task is Task.RESUME and is_open:
        link = replace(link, state=LinkState.PAUSED)
    tx.provider_links.put(known)
    tx.links.put(link)
    if is_open or pending.task in ONCE:
        announce(tx, link, (_notice(tx, link, pending, outcome),), now)


def _tell_still_payable(tx: Transaction, link: Link, known: ProviderLink, reason: str, now: datetime) -> None:
    """Tell that the provider refuses to cancel: once for each object, although it is tried repeatedly."""
    refused = Notice("cancel_refused", f"cancel:{known.reference}:refused", {"reason": reason})
    tx.outbox.owe_reply(link.id, link.destination_id, refused, now)
    tx.wake("delivery", tx.destinations.lane(link.destination_id))


def _done(
    link: Link, known: ProviderLink, pending: PendingTask, outcome: Outcome
) -> tuple[Link, ProviderLink]:
    match pending.task:
        case Task.RESUME:
            known = replace(known, state=ProviderLinkState.OPEN)
        case Task.EXTEND if outcome.until is not None:
            known = replace(known, expires_on=outcome.until)
            link = replace(link, expires_at=outcome.until)
        case Task.EDIT:
            link = replace(link, description=pending.value)
    return link, known


_TOLD: Mapping[Task, tuple[str, str]] = {  # done, and refused
    Task.RESUME: ("resumed", "resume_refused"),
    Task.EXTEND: ("extended", "extend_refused"),
    Task.EDIT: ("edited", "edit_refused"),
    Task.SHARE: ("shared", "share_refused"),
}


def _notice(tx: Transaction, link: Link, pending: PendingTask, outcome: Outcome) -> Notice:
    """The outcome in the thread: it names who asked last, and each request is told once."""
    who, once = _asked(tx, link, pending.task, pending.value)
    done, refused = _TOLD[pending.task]
    if outcome.lost:
        return Notice("share_lost", f"{once}:lost", who)
    if outcome.refused is not None:
        return Notice(refused, f"{once}:refused", who | {"reason": outcome.refused})
    if outcome.until is not None:
        who["until"] = outcome.until.isoformat()
    if pending.task is Task.EDIT:
        who["text"] = pending.value
    return Notice(done, once, who)


def paused(tx: Transaction, link: Link) -> Notice:
    """The notice for a link whose provider no longer accepts payments, because it was paused."""
    who, once = _asked(tx, link, "pause", "")
    return Notice("paused", once, who)


def _asked(tx: Transaction, link: Link, act: str, value: str) -> tuple[dict[str, str], str]:
    """Who asked last, and the key under which this request is told once."""
    asked = [deed for deed in tx.deeds.of(link.id) if deed.act == act]
    who = {"by": asked[-1].person.called} if asked else {"by": ""}
    return who, f"{act}:{asked[-1].at.isoformat() if asked else value}"


def _without(known: ProviderLink, *keys: str) -> dict[str, str]:
    return {key: value for key, value in known.owed.items() if key not in keys}


def _fresh(tx: Transaction, known: ProviderLink) -> ProviderLink | None:
    """Read again under its link's lock: people may have asked for something else meanwhile."""
    tx.links.get(known.link_id)
    found = (each for each in tx.provider_links.of(known.link_id) if each.attempt == known.attempt)
    return next(found, None)
