"""How long a link can be paid: a new end, typed or picked, and what is asked before it is taken."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.moments import is_duration, read_moment
from bot.conversation.orders import Order, in_button, moment_in
from bot.links import possible
from bot.links.acts import Acts
from bot.links.possible import Snapshot, Way
from bot.ports.chat import Act, Answer, Button, Question, Sure, Told, Verb, Wanted
from bot.ports.model import Person
from bot.ports.storage import Transaction
from bot.texts import Texts

_LONGER = (1, 3, 7, 30)  # days
_SAME_END = timedelta(seconds=30)  # some providers are told seconds from now: not to the moment


@dataclass(frozen=True, slots=True)
class NoEnd:
    """Why a link cannot be extended until then, in words; none where nothing was typed."""

    problem: str = ""


class Extending:
    """Of links that accept it."""

    def __init__(self, acts: Acts, texts: Texts, zone: ZoneInfo, *, ours: bool) -> None:
        """`ours`: customers are given our own address of a link."""
        self._acts, self._texts, self._zone, self._ours = acts, texts, zone, ours

    def answer(
        self,
        tx: Transaction,
        known: Snapshot,
        person: Person,
        order: Order,
        *,
        sure: bool,
        notes: tuple[str, ...],
    ) -> Answer:
        """Do it, or ask for an end that can be; before a new link is made, whether it is to be.

        `sure`: the person has confirmed it already. `notes`: what is said beside the question.
        """
        until = self._end(known, order.rest, order.since or known.ends_at)
        if isinstance(until, NoEnd):
            return self._wanted(known, until, notes)
        if self._makes_a_new_one(known) and not sure:
            argument = in_button(Verb.EXTEND, until.isoformat(), sure=True)
            yes = Button(self._texts("button.extend_anew"), act=Act.MANAGE, argument=argument, primary=True)
            return Question(known.link.id, self._sure(known, until), yes)
        self._acts.extend(tx, known.link.id, person, until)
        keys = {Way.REPLACEMENT: "extending_anew", Way.PROVIDER: "extending", Way.OURS: "extended"}
        key = f"answer.{keys[possible.way_to_extend(known.info)]}"
        return Told(self._texts(key, backend=known.info.label, until=self._moment(until)), done=True)

    def button(self, known: Snapshot, words: str) -> Button | NoEnd:
        """The one that extends the link until the end that was typed."""
        until, texts = self._end(known, words, known.ends_at), self._texts
        if isinstance(until, NoEnd):
            return until
        sure = Sure(self._sure(known, until), texts("button.extend_anew"), texts("button.not_now"))
        return Button(
            texts("button.extend_until", until=self._moment(until)),
            act=Act.MANAGE,
            argument=in_button(Verb.EXTEND, until.isoformat()),
            sure=sure if self._makes_a_new_one(known) else None,
        )

    def _end(self, known: Snapshot, typed: str, shown: datetime) -> datetime | NoEnd:
        """The new expiry, or what is wrong with it. A duration is added to the expiry that was shown."""
        texts, words = self._texts, moment_in(typed)
        if not words:
            return NoEnd()
        moment = read_moment(words, shown if is_duration(words) else known.now, self._zone)
        if moment is None or moment.at is None:
            return NoEnd(texts(f"problem.{(moment.problem if moment else None) or 'expires_unreadable'}"))
        longest = timedelta(seconds=known.info.longest_expiry_s)
        if moment.at > known.now + longest:
            days = str(longest.days)
            return NoEnd(texts("problem.expires_too_far", backend=known.info.label, days=days))
        if moment.at < known.ends_at + _SAME_END:
            return NoEnd(texts("wrong.extend_earlier", until=self._moment(known.ends_at)))
        return moment.at.astimezone(UTC)

    def _wanted(self, known: Snapshot, wrong: NoEnd, notes: tuple[str, ...]) -> Wanted:
        now = self._texts("note.until_now", until=self._moment(known.ends_at))
        return Wanted(
            known.link.id,
            in_button(Verb.EXTEND),
            self._texts(f"ask.{Verb.EXTEND}", id=known.link.id),
            self._texts(f"hint.{Verb.EXTEND}"),
            notes=(now, *self._instead(known), *notes),
            problem=wrong.problem,
            picks=self._longer(known),
            since=known.ends_at,
        )

    def _makes_a_new_one(self, known: Snapshot) -> bool:
        return possible.way_to_extend(known.info) is Way.REPLACEMENT

    def _sure(self, known: Snapshot, until: datetime) -> str:
        """The question before a new link is made instead."""
        key = "sure.extend_anew_ours" if self._ours else "sure.extend_anew"
        said = {"until": self._moment(until), "earlier": self._moment(known.ends_at)}
        return self._texts(key, backend=known.info.label, **said)

    def _instead(self, known: Snapshot) -> tuple[str, ...]:
        """What is done instead where the backend cannot extend a link."""
        if not self._makes_a_new_one(known):
            return ()
        until = self._moment(known.ends_at)
        key = "note.extend_anew_ours" if self._ours else "note.extend_anew"
        return (self._texts(key, backend=known.info.label, until=until),)

    def _longer(self, known: Snapshot) -> tuple[Button, ...]:
        """Each with its moment: a duration that is pressed twice would be added twice."""
        last = known.now + timedelta(seconds=known.info.longest_expiry_s)
        now_until = known.ends_at.astimezone(UTC).replace(microsecond=0)
        ends = {days: now_until + timedelta(days=days) for days in _LONGER}
        return tuple(
            Button(
                self._texts("button.longer", days=str(days), until=self._moment(end)),
                act=Act.MANAGE,
                argument=in_button(Verb.EXTEND, end.isoformat()),
            )
            for days, end in ends.items()
            if end <= last
        )

    def _moment(self, at: datetime) -> str:
        return self._texts.moment(at, self._zone)
