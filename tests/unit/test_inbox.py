"""Stored rows are applied in order within their stripe, and one that fails stops no other."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pytest
from structlog.testing import capture_logs

from bot.errors import StorageUnavailable
from bot.inbox.process import AfterCommit, Processor
from bot.inbox.receive import STRIPES, keep, stripe_of
from bot.ports.model import Person, Standing
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import Deed, Inbound, InboundFact, inbox_key
from tests.unit.inbox_rig import ID, InboxRig
from tests.unit.records import ACCOUNT, ALICE

T = TypeVar("T")


async def test_facts_of_one_stripe_are_handled_in_the_order_they_came(inbox: InboxRig) -> None:
    bodies = [str(number).encode() for number in range(150)]
    now, handled = inbox.world.clock.now(), list[bytes]()
    for body in bodies:
        fact = InboundFact("webhook", ACCOUNT, body.decode(), 3, body)
        await inbox.world.write(lambda tx, fact=fact: keep(tx, fact, now))  # type: ignore[misc]
    await inbox.process(lambda tx, row: handled.append(row.fact.body))
    assert handled == bodies


async def test_what_came_for_one_link_is_handled_in_order_however_long_it_has_waited(inbox: InboxRig) -> None:
    """Whatever its keys are; what came for other links does not wait for it."""
    bodies = [f"{number} of {ID}".encode() for number in range(20)]
    others = [f"{number} of another".encode() for number in range(20)]
    handled = list[bytes]()
    for body, other in zip(bodies, others, strict=True):
        inbox.backends[ACCOUNT].about[body] = ID
        await inbox.receive(body)
        await inbox.receive(other)
    assert len(await inbox.waiting()) > 1
    await inbox.process(lambda tx, row: handled.append(row.fact.body))
    assert [body for body in handled if body in bodies] == bodies
    assert sorted(handled) == sorted([*bodies, *others])


@pytest.mark.parametrize(("takes_ms", "transactions"), [(20, 1), (30, 2), (1000, 3)])
async def test_rows_that_take_long_have_a_transaction_each(
    inbox: InboxRig, takes_ms: int, transactions: int
) -> None:
    now, seen = inbox.world.clock.now(), list[Transaction]()
    for key in ("one", "two", "three"):
        fact = InboundFact("webhook", ACCOUNT, key, 3, b"")
        await inbox.world.write(lambda tx, fact=fact: keep(tx, fact, now))  # type: ignore[misc]

    def handle(tx: Transaction, _: Inbound) -> None:
        seen.append(tx)
        inbox.world.clock.advance(milliseconds=takes_ms)

    await inbox.process(handle)
    assert (len(seen), len({id(tx) for tx in seen})) == (3, transactions)
    assert await inbox.rows() == []


async def test_a_failing_handler_marks_its_row_failed_and_the_others_go_on(inbox: InboxRig) -> None:
    for body in (b"one", b"two", b"three"):
        await inbox.receive(body)
    handled = []

    def handle(tx: Transaction, row: Inbound) -> None:
        tx.people.put(Person("slack", row.fact.key), Standing.ADMITTED)
        if row.fact.body == b"two":
            raise ValueError("broken")
        handled.append(row.fact.body)

    with capture_logs() as logs:
        await inbox.process(handle)
    assert sorted(handled) == [b"one", b"three"]
    assert await inbox.rows() == []
    assert [(line["event"], type(line["exc_info"])) for line in logs] == [("inbox.failed", ValueError)]
    assert await inbox.world.read(lambda tx: tx.people.standing(Person("slack", "one")))
    assert not await inbox.world.read(lambda tx: tx.people.standing(Person("slack", "two")))


async def test_trouble_with_the_database_leaves_the_row_waiting(inbox: InboxRig) -> None:
    await inbox.receive(b"one")

    def unavailable(tx: Transaction, row: Inbound) -> None:
        raise StorageUnavailable("disk full")

    with pytest.raises(StorageUnavailable):
        await inbox.process(unavailable)
    assert await inbox.rows() == [b"one"]


async def test_what_a_handler_leaves_for_later_runs_after_the_commit(inbox: InboxRig) -> None:
    await inbox.receive(b"one")
    seen = []

    def handle(tx: Transaction, row: Inbound) -> AfterCommit:
        async def look() -> None:
            seen.append(await inbox.rows())

        return look

    await inbox.process(handle)
    assert seen == [[]]


async def test_what_one_leaves_for_later_and_fails_takes_nothing_from_the_next(inbox: InboxRig) -> None:
    now, said = inbox.world.clock.now(), []
    for key in ("one", "two", "three"):
        await inbox.world.storage.accept(InboundFact("webhook", ACCOUNT, key, 3, b""), now)

    def handle(_: Transaction, row: Inbound) -> AfterCommit:
        async def say() -> None:
            if row.fact.key == "two":
                raise LookupError
            said.append(row.fact.key)

        return say

    with capture_logs() as logs:
        await inbox.process(handle)
    assert said == ["one", "three"]
    assert [line["event"] for line in logs] == ["inbox.after_failed"]


@pytest.mark.parametrize("together", ["", "evt_1", "\N{SNOWMAN}" * 300])
def test_a_stripe_depends_on_its_key_alone(together: str) -> None:
    assert stripe_of(together) == stripe_of(together)
    assert 0 <= stripe_of(together) < STRIPES


class _Twice:
    """A database that undoes each transaction once, and runs it again."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self.again = storage, False

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        def undone(tx: Transaction) -> None:
            fn(tx)
            raise _UndoneError

        self.again = False
        with contextlib.suppress(_UndoneError):
            await self._storage.write(undone)
        self.again = True
        return await self._storage.write(fn)

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        return await self._storage.read(fn)

    async def accept(self, fact: InboundFact, at: datetime) -> None:
        await self._storage.accept(fact, at)


class _UndoneError(Exception):
    """Not the fault of what ran."""


async def test_what_was_applied_in_a_transaction_that_was_undone_is_applied_again(inbox: InboxRig) -> None:
    """The second time fewer rows fit into it: none of the others counts as applied."""
    now, keys, twice = inbox.world.clock.now(), ["one", "two", "three"], _Twice(inbox.world.storage)
    for key in keys:
        fact = InboundFact("webhook", ACCOUNT, key, 3, b"")
        await inbox.world.write(lambda tx, fact=fact: keep(tx, fact, now))  # type: ignore[misc]

    def handle(tx: Transaction, row: Inbound) -> None:
        tx.deeds.add(Deed(ID, row.fact.key, ALICE, now))
        inbox.world.clock.advance(seconds=int(twice.again))

    await Processor(twice, {"webhook": handle}, inbox.world.clock).run(inbox_key("webhook", 3))
    assert [deed.act for deed in await inbox.world.read(lambda tx: tx.deeds.of(ID))] == keys


async def test_whoever_waits_is_apologised_to_once_and_not_when_an_operator_tries_again(
    inbox: InboxRig,
) -> None:
    apologies = list[str]()

    def apologise(row: Inbound) -> AfterCommit:
        async def say() -> None:
            apologies.append(row.fact.key)

        return say

    def fail(tx: Transaction, row: Inbound) -> None:
        raise LookupError

    now, fact = inbox.world.clock.now(), InboundFact("webhook", ACCOUNT, "one", 3, b"")
    await inbox.world.write(lambda tx: keep(tx, fact, now))
    processor = Processor(
        inbox.world.storage, {"webhook": fail}, inbox.world.clock, apologies={"webhook": apologise}
    )
    with capture_logs():
        await processor.run(inbox_key("webhook", 3))
        [(failed, _)] = await inbox.world.read(lambda tx: tx.inbox.failed())
        await inbox.world.write(lambda tx: tx.inbox.replay(failed.id))
        await processor.run(inbox_key("webhook", 3))
    assert apologies == ["one"]
    assert len(await inbox.world.read(lambda tx: tx.inbox.failed())) == 1
