"""What people only read about links, in private: lists, histories, and why a state is what it is.

Every method runs inside a transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.conversation.orders import in_button
from bot.conversation.searching import likeness
from bot.delivery import sheets
from bot.delivery.audience import Audience
from bot.links.acts import Acts
from bot.links.possible import Snapshot
from bot.ports.backend import Moment
from bot.ports.chat import Act, Answer, Button, Pending, Sheet, Told, Verb
from bot.ports.model import Link, LinkState, Mode, Payment, Person
from bot.ports.storage import Transaction
from bot.texts import Texts

_LISTED: Mapping[str, tuple[LinkState, ...] | None] = {
    "open": (LinkState.CREATING, LinkState.OPEN, LinkState.PAUSED),
    "paid": None,
}


LOOKED_THROUGH = 1000  # the newest links of a list: no search reads all that there are


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for, as a list; `best` are the ids of the links that fit best: none, one, or several.

    `cut`: that not all were looked through.
    """

    sheet: Sheet
    best: tuple[str, ...]
    cut: tuple[str, ...]


class Reading:
    """Sheets made from rows; a provider's own history is fetched elsewhere."""

    def __init__(self, acts: Acts, texts: Texts, zone: ZoneInfo) -> None:
        self._acts, self._texts = acts, texts
        self._audience = Audience(texts, zone, private=True, mode=Mode.LIVE)

    def listing(self, tx: Transaction, person: Person, said: frozenset[str]) -> Sheet:
        """The person's own links; an administrator sees everybody's unless asked otherwise."""
        key, found = self._newest(tx, person, said, sheets.LONGEST_LIST + 1)
        shown, labels = self._shown(tx, found)
        more = len(found) > len(shown)
        return sheets.listing(self._audience, key, shown, labels, more=more, modes=_modes(tx))

    def search(
        self, tx: Transaction, person: Person, sought: Sequence[str], said: Collection[str] = ()
    ) -> Found:
        """Those of the same links that these words describe; where whole words do, they come first."""
        key, newest = self._newest(tx, person, said, LOOKED_THROUGH + 1)
        like, texts = likeness(sought), self._texts
        ranked = [(like(link), link) for link in newest[:LOOKED_THROUGH]]
        whole, in_part = ([link for found, link in ranked if found == rank] for rank in (2, 1))
        shown, labels = self._shown(tx, [*whole, *in_part])
        left = len(whole) + len(in_part) - len(shown)
        more = (texts("list.more_found", count=str(left)),) if left else ()
        cut = (texts("list.looked_through", count=str(len(ranked))),) if len(newest) > len(ranked) else ()
        sheet = sheets.found(
            self._audience, key, shown, labels, sought=" ".join(sought), notes=more + cut, modes=_modes(tx)
        )
        return Found(sheet, tuple(link.id for link in whole or in_part), cut)

    def why(self, tx: Transaction, known: Snapshot) -> Sheet:
        """The evidence for a link's state."""
        return sheets.why(self.audience_of(tx, known.link), known, tx.events.evidence(known.link.id))

    def history(self, tx: Transaction, known: Snapshot) -> Sheet:
        """Our history, with a button for the provider's where it keeps one."""
        return self._history(tx, known, (), again="button.at_the_provider")

    def asking(self, tx: Transaction, known: Snapshot) -> Answer:
        """Our history, until the provider has answered."""
        backend = known.info.label
        if not known.remembered:
            return Told(self._texts("answer.no_history", backend=backend))
        text = self._texts("history.asking", backend=backend)
        return Pending(known.link.id, text, self._history(tx, known, (text,)))

    def remembered(self, tx: Transaction, known: Snapshot, moments: Sequence[Moment]) -> Sheet:
        """Our history, with the provider's."""
        further = sheets.remembered(self._audience, known.info.label, moments)
        return self._history(tx, known, further, again="button.at_the_provider_again")

    def not_told(self, tx: Transaction, known: Snapshot, trouble: Mapping[str, str]) -> Sheet:
        """Our history, with why the provider's is missing: the key of a text (`trouble.…`) and its values."""
        values = dict(trouble) | {"codes": self._texts.codes(trouble.get("codes", ""))}
        further = (self._texts(f"trouble.{values.pop('key')}", **values),)
        return self._history(tx, known, further, again="button.at_the_provider_again")

    def _newest(
        self, tx: Transaction, person: Person, said: Collection[str], limit: int
    ) -> tuple[str, Sequence[Link]]:
        """The key of a list, and its newest links."""
        everybody = self._acts.is_admin(person) and "mine" not in said
        key = next((key for key in _LISTED if key in said), "everybody" if everybody else "all")
        creator = None if everybody else person
        return key, tx.links.asked_for(creator, _LISTED.get(key, tuple(LinkState)), limit)

    def _shown(
        self, tx: Transaction, links: Sequence[Link]
    ) -> tuple[Sequence[tuple[Link, Sequence[Payment]]], Mapping[str, str]]:
        """As many as a list has lines, with their payments; and the labels of their accounts."""
        shown = [(link, tx.payments.of(link.id)) for link in links[: sheets.LONGEST_LIST]]
        return shown, {link.account_id: self._acts.label_of(link) for link, _ in shown}

    def _history(
        self, tx: Transaction, known: Snapshot, further: tuple[str, ...], *, again: str | None = None
    ) -> Sheet:
        """`again`: the label of the button that asks the provider."""
        link_id, more = known.link.id, tuple[Button, ...]()
        if again is not None and known.remembered:
            label = self._texts(again, backend=known.info.label)
            more = (Button(label, act=Act.MANAGE, argument=in_button(Verb.HISTORY, "provider")),)
        deeds, told = tx.deeds.of(link_id), tx.events.evidence(link_id)
        sheet = sheets.history(self.audience_of(tx, known.link), known, deeds, told)
        parts = tuple(filter(None, (*sheet.parts, further)))
        return replace(sheet, parts=parts, subject=link_id, more=more)

    def audience_of(self, tx: Transaction, link: Link) -> Audience:
        """One person in private, reading about a link."""
        return replace(self._audience, mode=_modes(tx).get(link.account_id, Mode.LIVE))


def _modes(tx: Transaction) -> dict[str, Mode]:
    return {account.id: account.mode for account in tx.accounts.all()}
