"""Drafts: a request for money while it is being collected, up to the confirmed one that becomes a link.

Every method runs inside a transaction and names the draft's version it was drawn for: what belongs
to an older version is refused, what was done already is answered with what came of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.conversation import engine
from bot.conversation.offer import Offer
from bot.errors import PaylinkError
from bot.ids import new_link_id
from bot.ports.clock import Clock
from bot.ports.model import Closed, Draft, DraftState, Link, Person, Place, Problem
from bot.ports.storage import Transaction

DRAFT_LIFETIME = timedelta(hours=24)
DESK_PAUSE = timedelta(
    milliseconds=300
)  # the acknowledgement draws the desk first, and must not draw over us


class StaleDraft(PaylinkError):
    """The press or the answer belongs to an older state of the draft."""


class NotYours(PaylinkError):
    """Somebody else began this draft."""


class NothingOpen(PaylinkError):
    """There is no such draft, or it is over."""


class Talk:
    """The conversation about one account's links."""

    def __init__(self, offer: Offer, clock: Clock, new_id: Callable[[], str] = new_link_id) -> None:
        self.offer = offer
        self._clock, self._new_id = clock, new_id

    def begin(
        self, tx: Transaction, person: Person, place: Place, text: str, desk: Mapping[str, str] | None = None
    ) -> Draft:
        """A new draft out of a command's text. An older open one of this person here is closed."""
        older = tx.drafts.active(person, place)
        if older is not None and not older.desk:
            self._close(tx, older, DraftState.CANCELLED)
        destination = tx.destinations.add(place, self.offer.language)
        outcome = engine.understand(self.offer.form, text)
        draft = Draft(
            id=self._new_id(),
            state=DraftState.OPEN,
            person=person,
            destination_id=destination.id,
            account_id=self.offer.account_id,
            form_version=self.offer.form.version,
            version=1,
            answers=outcome.answers,
            problems=_problems(outcome),
            choosing=False,
            desk=desk or {},
            expires_at=self._clock.now() + DRAFT_LIFETIME,
        )
        tx.drafts.add(draft)
        self._show(tx, draft)
        return draft

    def answer(self, tx: Transaction, draft_id: str, person: Person, answers: Mapping[str, str]) -> Draft:
        """Take one answer or all. The draft's problems and open fields say what is missing."""
        return self._put(tx, self.open(tx, draft_id, person), answers)

    def reply(self, tx: Transaction, draft: Draft, text: str) -> Draft:
        """Take a typed text as the answer to the question that is open; raises NothingOpen if none is."""
        asked = self.asking(draft)
        if asked is None:
            raise NothingOpen(draft.id)
        return self._put(tx, draft, {asked: text})

    def press(
        self, tx: Transaction, draft_id: str, version: int, person: Person, answers: Mapping[str, str]
    ) -> Draft:
        """Take a button's answer, if the button is of the present version."""
        draft = self.open(tx, draft_id, person)
        if draft.version != version:
            raise StaleDraft(draft_id)
        return self._put(tx, draft, answers)

    def choose(
        self, tx: Transaction, draft_id: str, version: int, person: Person, field: str | None
    ) -> Draft:
        """Offer the answers for a change (None), or ask one field again; its old answer shows what it was."""
        draft = self.open(tx, draft_id, person)
        if draft.version != version:
            raise StaleDraft(draft_id)
        forgotten = {"amount": ("amount", "minor", "currency")}.get(field or "", (field,))
        answers = {key: value for key, value in draft.answers.items() if key not in forgotten}
        draft = replace(draft, answers=answers, choosing=field is None, version=draft.version + 1)
        tx.drafts.put(draft)
        self._show(tx, draft)
        return draft

    def confirm(self, tx: Transaction, draft_id: str, version: int | None, person: Person) -> Link:
        """The confirmed draft becomes a link, once: confirming it again gives the same link.

        `version` None: a form that shows every answer was submitted, and is what it says.
        """
        link = tx.links.get(draft_id)
        if link is not None:
            if link.creator != person:
                raise NotYours(draft_id)
            return link
        draft = self.open(tx, draft_id, person)
        if version is not None and draft.version != version:
            raise StaleDraft(draft_id)
        outcome = engine.advance(self.offer.form, draft.answers, {})
        if isinstance(outcome, engine.Open):
            raise StaleDraft(draft_id)
        link = self.offer.link(draft, outcome, self._clock.now())
        tx.links.add(link)
        draft = replace(draft, state=DraftState.CONFIRMED, version=draft.version + 1)
        tx.drafts.put(draft)
        self._show(tx, draft)
        tx.wake("link", link.id)
        return link

    def submit(
        self,
        tx: Transaction,
        draft_id: str,
        person: Person,
        answers: Mapping[str, str],
        desk: Mapping[str, str],
    ) -> Draft | Link:
        """A form with every answer on it: a link if nothing is open, else the draft with its problems.

        `desk` is added to where the person watches. A form submitted again gives the link it made before.
        """
        known = tx.drafts.get(draft_id)
        if known is not None and known.state is DraftState.CONFIRMED:
            return self.confirm(tx, draft_id, None, person)
        draft = self.open(tx, draft_id, person)
        tx.drafts.put(replace(draft, desk={**draft.desk, **desk}))
        draft = self.answer(tx, draft_id, person, answers)
        return draft if draft.problems or self.asking(draft) else self.confirm(tx, draft_id, None, person)

    def redraw(self, tx: Transaction, draft_id: str) -> None:
        """Show the draft as it stands, to somebody who holds an older picture of it."""
        draft = tx.drafts.get(draft_id)
        if draft is not None and draft.desk:
            self._show_desk(tx, draft, timedelta())
        elif draft is not None:
            self._show(tx, draft)

    def cancel(self, tx: Transaction, draft_id: str, person: Person) -> Draft:
        """Close the draft; nothing is created."""
        return self._close(tx, self.open(tx, draft_id, person), DraftState.CANCELLED)

    def again(
        self, tx: Transaction, link_id: str, person: Person, desk: Mapping[str, str] | None = None
    ) -> Draft:
        """A new draft with the answers of a link that could not be created."""
        link, failed = tx.links.get(link_id), tx.drafts.get(link_id)
        if link is None or failed is None or link.closed is not Closed.FAILED:
            raise NothingOpen(link_id)
        if failed.person != person:
            raise NotYours(link_id)
        place = tx.destinations.get(failed.destination_id).place
        fresh = self.begin(tx, person, place, "", desk)
        problems = _refusal(link, failed.answers)
        draft = replace(
            fresh, answers=failed.answers, problems=problems, choosing=True, version=fresh.version + 1
        )
        tx.drafts.put(draft)
        self._show(tx, draft)
        return draft

    def expire(self, tx: Transaction) -> None:
        """Close the drafts that nobody finished in time."""
        for draft_id in tx.drafts.expire(self._clock.now()):
            draft = tx.drafts.get(draft_id)
            if draft is not None:
                self._show(tx, draft)

    def asking(self, draft: Draft) -> str | None:
        """The field whose question is open in a dialogue: the first without an answer."""
        unanswered = [field.key for field in self.offer.form.fields if field.key not in draft.answers]
        return unanswered[0] if unanswered else None

    def open(self, tx: Transaction, draft_id: str, person: Person) -> Draft:
        """The open draft of this person; raises NothingOpen, NotYours."""
        draft = tx.drafts.get(draft_id)
        if draft is None or draft.state is not DraftState.OPEN:
            raise NothingOpen(draft_id)
        if draft.person != person:
            raise NotYours(draft_id)
        return draft

    def _put(self, tx: Transaction, draft: Draft, answers: Mapping[str, str]) -> Draft:
        outcome = engine.advance(self.offer.form, draft.answers, answers)
        draft = replace(
            draft,
            answers=outcome.answers,
            problems=_problems(outcome),
            choosing=False,
            version=draft.version + 1,
            expires_at=self._clock.now() + DRAFT_LIFETIME,
        )
        tx.drafts.put(draft)
        self._show(tx, draft)
        return draft

    def _close(self, tx: Transaction, draft: Draft, state: DraftState) -> Draft:
        draft = replace(draft, state=state, version=draft.version + 1)
        tx.drafts.put(draft)
        self._show(tx, draft)
        return draft

    def _show(self, tx: Transaction, draft: Draft) -> None:
        """The card of a draft lives where it is talked about. An open desk is drawn by whoever opened it."""
        if not draft.desk:
            tx.outbox.owe_card(draft.id, draft.destination_id, self._clock.now())
            tx.wake("delivery", tx.destinations.get(draft.destination_id).place.lane)
        elif draft.state is not DraftState.OPEN:
            self._show_desk(tx, draft, DESK_PAUSE)

    def _show_desk(self, tx: Transaction, draft: Draft, pause: timedelta) -> None:
        not_before = self._clock.now() + pause
        tx.outbox.owe_desk(draft.id, draft.destination_id, not_before)
        tx.wake("delivery", tx.destinations.get(draft.destination_id).place.lane, not_before)


def _refusal(link: Link, answers: Mapping[str, str]) -> dict[str, Problem]:
    """What a backend found wrong, at the field that it named."""
    trouble = link.trouble or {}
    field = trouble.get("field") or ""
    return {field: Problem("rejected", trouble.get("codes", ""))} if field in answers else {}


def _problems(outcome: engine.Open | engine.Ready) -> dict[str, Problem]:
    return outcome.problems if isinstance(outcome, engine.Open) else {}
