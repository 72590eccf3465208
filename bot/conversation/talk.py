"""Drafts: from the first words to the confirmed draft that becomes a link.

Every method runs inside a transaction and names the version of the draft that the person saw: a press on an
older version is refused, and one that was done already is answered with its result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.conversation import engine, steps
from bot.conversation.answers import Asked
from bot.conversation.choosing import answered, fitting
from bot.conversation.confirmed import link_of
from bot.conversation.formats import learn_format
from bot.conversation.memory import recalled, still_recalled
from bot.conversation.offer import Offer
from bot.conversation.showing import owe_desk, owe_draft
from bot.errors import ExpiryPassed, NothingOpen, NotYours, StaleDraft
from bot.ids import new_link_id, new_public_token
from bot.links.announcements import DESK_PAUSE
from bot.links.lifecycle import is_repeatable
from bot.ports.clock import Clock
from bot.ports.model import Draft, DraftState, Link, Person, Place
from bot.ports.storage import Transaction
from bot.ports.traffic import Deed, creating_key

DRAFT_LIFETIME = timedelta(hours=24)


class Talk:
    """The conversation about new links, for any account."""

    def __init__(self, offers: Sequence[Offer], clock: Clock) -> None:
        """`offers`: of every account; the first is used unless the person names another."""
        self.offer = offers[0]
        self._offers = {offer.account_id: offer for offer in offers}
        self._clock = clock

    def offer_of(self, draft: Draft) -> Offer:
        """The offer of a draft's account; the first one if that account is gone."""
        return self._offers.get(draft.account_id, self.offer)

    def begin(
        self, tx: Transaction, person: Person, place: Place, text: str, desk: Mapping[str, str] | None = None
    ) -> Draft:
        """A new draft from a command's text. An older open one of this person in this place is closed."""
        older = tx.drafts.active(person, place)
        if older is not None and not older.desk:
            self._close(tx, older, DraftState.CANCELLED)
        destination = tx.destinations.add(place, self.offer.language)
        asked = self._asked(tx, person)
        offers = self._offers.values()
        offer, outcome = fitting(self.offer, offers, lambda form: engine.understand(form, text, asked))
        outcome, known = recalled(tx, offer, outcome, asked, person)
        draft = Draft(
            id=new_link_id(self._clock.now()),
            state=DraftState.OPEN,
            person=person,
            destination_id=destination.id,
            account_id=offer.account_id,
            version=1,
            answers=outcome.answers,
            problems=outcome.problems,
            choosing=False,
            desk=desk or {},
            expires_at=self._clock.now() + DRAFT_LIFETIME,
            recalled=known,
        )
        tx.drafts.add(draft)
        tx.note("draft.begun", link=draft.id, chat=person.chat)
        self._show(tx, draft)
        return draft

    def answer(self, tx: Transaction, draft_id: str, person: Person, answers: Mapping[str, str]) -> Draft:
        """Take one answer or all. The draft's problems and open fields say what is missing."""
        return self._put(tx, self.open(tx, draft_id, person), answers)

    def reply(self, tx: Transaction, draft: Draft, text: str) -> Draft:
        """Take a typed text as the answer to the question that is open; raises NothingOpen if none is."""
        asked = self.asking(draft)
        if asked is None or draft.choosing:
            raise NothingOpen(draft.id)
        return self._put(tx, draft, {asked: text})

    def press(
        self, tx: Transaction, draft_id: str, version: int, person: Person, answers: Mapping[str, str]
    ) -> Draft:
        """Take a button's answer, if the button is of the present version."""
        return self._put(tx, self._current(tx, draft_id, version, person), answers)

    def choose(
        self, tx: Transaction, draft_id: str, version: int, person: Person, field: str | None
    ) -> Draft:
        """Show the answers so that one can be changed (None), or ask one field again; Back undoes either."""
        draft = self._current(tx, draft_id, version, person)
        if not steps.can_be_asked(self.offer_of(draft).form, field):
            raise NothingOpen(draft_id)
        return self._store(tx, steps.chosen(draft, field))

    def back(self, tx: Transaction, draft_id: str, version: int, person: Person) -> Draft:
        """Return to the previous question or choice; raises NothingOpen if there was none."""
        before = steps.gone_back(self._current(tx, draft_id, version, person))
        if before is None:
            raise NothingOpen(draft_id)
        return self._store(tx, before)

    def keep(self, tx: Transaction, draft_id: str, version: int, person: Person) -> Draft:
        """Keep the former answer to the open question; raises NothingOpen if there was none."""
        draft = self._current(tx, draft_id, version, person)
        answer = steps.kept_answer(draft, self.asking(draft))
        if not answer:
            raise NothingOpen(draft_id)
        return self._put(tx, draft, answer)

    def use(self, tx: Transaction, draft_id: str, version: int, person: Person, link_id: str) -> Draft:
        """Use a link that is open already instead of a new one: the draft ends."""
        draft = self._current(tx, draft_id, version, person)
        twin = self.twin(tx, draft)
        if twin is None or twin.id != link_id:
            raise StaleDraft(draft_id)
        used = replace(draft, answers={**draft.answers, "used": link_id})
        return self._close(tx, used, DraftState.CANCELLED)

    def confirm(self, tx: Transaction, draft_id: str, version: int | None, person: Person) -> Link:
        """The confirmed draft becomes a link, once: confirming it again gives the same link.

        `version` None: a complete form was submitted, and the view that replaces it shows the result.
        """
        link = link_of(tx, draft_id)
        if link is not None:
            if link.creator != person:
                raise NotYours(draft_id)
            return link
        draft = self.open(tx, draft_id, person)
        if version not in {None, draft.version}:
            raise StaleDraft(draft_id)
        offer, asked = self.offer_of(draft), self._asked(tx, person)
        outcome = engine.advance(offer.form, draft.answers, {}, asked)
        if isinstance(outcome, engine.Open):
            raise StaleDraft(draft_id)
        if offer.expires_at(draft.answers, asked.now) <= asked.now:
            raise ExpiryPassed(draft_id)
        link = offer.link(draft, outcome, asked.now, new_public_token())
        tx.links.add(link)
        tx.deeds.add(Deed(link.id, "create", person, asked.now))
        tx.note("link.confirmed", link=link.id, account=link.account_id)
        draft = replace(draft, state=DraftState.CONFIRMED, version=draft.version + 1)
        tx.drafts.put(draft)
        if version is not None:
            self._show(tx, draft)
        tx.wake("link", creating_key(link.account_id, link.id))
        return link

    def submit(
        self,
        tx: Transaction,
        draft_id: str,
        person: Person,
        answers: Mapping[str, str],
        desk: Mapping[str, str],
    ) -> Draft | Link:
        """A submitted form: a link if nothing is open, else the draft, to be looked at again.

        `desk` is added to where the person watches. A form that is submitted again gives the same link.
        """
        if link_of(tx, draft_id) is not None:
            self.redraw(tx, draft_id, DESK_PAUSE)  # what takes the form's place again may be over by now
            return self.confirm(tx, draft_id, None, person)
        shown = self.open(tx, draft_id, person)
        draft = self._put(tx, replace(shown, desk={**shown.desk, **desk}), answers)
        unseen = set(draft.recalled) - set(shown.recalled)
        if draft.problems or self.asking(draft) or unseen or self.twin(tx, draft) is not None:
            return draft
        return self.confirm(tx, draft_id, None, person)

    def twin(self, tx: Transaction, draft: Draft) -> Link | None:
        """The open link for the same customer and amount, or the one that this draft has given way to."""
        if used := draft.answers.get("used"):
            return tx.links.get(used)
        offer, now = self.offer_of(draft), self._clock.now()
        outcome = engine.advance(offer.form, draft.answers, {}, Asked(now))
        return None if isinstance(outcome, engine.Open) else tx.links.twin(offer.link(draft, outcome, now))

    def redraw(self, tx: Transaction, draft_id: str, pause: timedelta = timedelta()) -> None:
        """Show the draft again to somebody who has an outdated card of it."""
        draft = tx.drafts.get(draft_id)
        if draft is not None and draft.desk:
            owe_desk(tx, draft, self._clock.now() + pause)
        elif draft is not None:
            self._show(tx, draft)

    def cancel(self, tx: Transaction, draft_id: str, person: Person) -> Draft:
        """Close the draft; nothing is created."""
        return self._close(tx, self.open(tx, draft_id, person), DraftState.CANCELLED)

    def again(
        self, tx: Transaction, link_id: str, person: Person, desk: Mapping[str, str] | None = None
    ) -> Draft:
        """A new draft with the answers of a link that was not created, or can no longer be paid."""
        link, failed = tx.links.get(link_id), tx.drafts.get(link_id)
        if link is None or failed is None or not is_repeatable(link, tx.payments.of(link_id)):
            raise NothingOpen(link_id)
        if failed.person != person:
            raise NotYours(link_id)
        place = tx.destinations.get(link.destination_id).place
        fresh = self.begin(tx, person, place, "", desk)
        draft = replace(
            fresh,
            account_id=failed.account_id,
            answers={**failed.answers, "expires": ""},  # counted anew
            problems=steps.refused(link, failed.answers),
            choosing=True,
            recalled=failed.recalled,
            version=fresh.version + 1,
        )
        return self._store(tx, draft)

    def expire(self, tx: Transaction) -> None:
        """Close drafts that were not finished in time."""
        for draft in filter(None, map(tx.drafts.get, tx.drafts.expire(self._clock.now()))):
            self._show(tx, draft)

    def asking(self, draft: Draft) -> str | None:
        """The field whose question is open: the first without an answer."""
        return steps.asking(self.offer_of(draft).form, draft)

    def open(self, tx: Transaction, draft_id: str, person: Person) -> Draft:
        """The open draft of this person; raises NothingOpen, NotYours."""
        draft = tx.drafts.get(draft_id)
        if draft is None or draft.state is not DraftState.OPEN:
            raise NothingOpen(draft_id)
        if draft.person != person:
            raise NotYours(draft_id)
        return draft

    def _current(self, tx: Transaction, draft_id: str, version: int, person: Person) -> Draft:
        """The open draft, if this is its present version; raises StaleDraft, NothingOpen, NotYours."""
        draft = self.open(tx, draft_id, person)
        if draft.version != version:
            raise StaleDraft(draft_id)
        return draft

    def _put(self, tx: Transaction, draft: Draft, answers: Mapping[str, str]) -> Draft:
        asked, offer = self._asked(tx, draft.person), self.offer_of(draft)
        read = answered(offer, draft.answers, answers, asked)
        chosen, outcome = fitting(offer, self._offers.values(), read)
        outcome, known = recalled(tx, chosen, outcome, asked, draft.person)
        learn_format(tx, draft, outcome.answers)
        after = replace(
            draft,
            account_id=chosen.account_id,
            answers=outcome.answers,
            problems=steps.still_wrong(draft, answers) | outcome.problems,
            choosing=False,
            version=draft.version + 1,
            expires_at=asked.now + DRAFT_LIFETIME,
            recalled=(*still_recalled(draft, outcome.answers), *known),
        )
        return self._store(tx, steps.went_on(draft, after, self.asking(draft), self.asking(after)))

    def _store(self, tx: Transaction, draft: Draft) -> Draft:
        tx.drafts.put(draft)
        self._show(tx, draft)
        return draft

    def _asked(self, tx: Transaction, person: Person) -> Asked:
        return Asked(self._clock.now(), tx.people.number_format(person))

    def _close(self, tx: Transaction, draft: Draft, state: DraftState) -> Draft:
        draft = replace(draft, state=state, version=draft.version + 1)
        tx.note("draft.closed", link=draft.id, why=state)
        return self._store(tx, draft)

    def _show(self, tx: Transaction, draft: Draft) -> None:
        owe_draft(tx, draft, self.asking(draft), self._clock.now())
