"""Links that are described instead of named: `list jane@example.com`, `status INV-2041`, `cancel INV-2041`.

Every method runs inside a transaction.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.orders import LISTS, Order
from bot.conversation.reading import Reading
from bot.conversation.searching import words_sought
from bot.links import possible
from bot.links.acts import Acts
from bot.links.possible import Snapshot
from bot.ports.chat import Answer, Button, Sheet, Told, Verb
from bot.ports.model import Person
from bot.ports.storage import Transaction
from bot.texts import Texts


class Finding:
    """Looks among the links that a person's list would show."""

    def __init__(
        self,
        acts: Acts,
        reading: Reading,
        texts: Texts,
        offer: Callable[[Verb, Snapshot, str], tuple[Button, tuple[str, ...]]],
    ) -> None:
        """`offer`: the button that does this to a link, with these words, and what is said of them."""
        self._acts, self._reading, self._texts, self._offer = acts, reading, texts, offer

    def listing(self, tx: Transaction, person: Person, rest: str) -> Sheet:
        """A list; of the links that the words describe, where more is said than which list."""
        said = rest.split()
        lists, sought = frozenset(said) & LISTS, words_sought(word for word in said if word not in LISTS)
        if not sought:
            return self._reading.listing(tx, person, lists)
        return self._reading.search(tx, person, sought, lists).sheet

    def answer(self, tx: Transaction, person: Person, verb: Verb, order: Order) -> Answer:
        """What is to be read of the one link that an order describes, or it with the button of the act.

        Nothing is done to a link that nobody has seen.
        """
        which = self._texts("answer.which_link", verb=verb)
        if not order.sought:
            return Told(which)
        found = self._reading.search(tx, person, order.sought)
        if len(found.best) != 1:
            return _below(found.sheet, which) if found.best else found.sheet
        known = self._acts.known(tx, found.best[0], person)
        if verb in {Verb.WHY, Verb.HISTORY}:
            read = self._reading.why if verb is Verb.WHY else self._reading.history
            return _below(read(tx, known), *found.cut)
        if key := possible.refusal(verb, known):
            return _below(found.sheet, self._texts(f"refused.{key}", backend=known.info.label))
        button, said = self._offer(verb, known, order.rest)
        return replace(_below(found.sheet, *said), subject=known.link.id, more=(button,))


def _below(sheet: Sheet, *lines: str) -> Sheet:
    return replace(sheet, parts=(*sheet.parts, lines)) if lines else sheet
