"""What every storage must do at its door: transactions, wakes, trouble; its records have files of their own.

A storage's own test file supplies a `db` (see `storage_rig`) and nothing else.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.errors import StorageUnavailable
from bot.ports.storage import Transaction, Wake
from tests.contract.records import LATER, NOW, a_draft, a_fact
from tests.contract.storage_rig import StorageRig, handed_in, outcomes, writer_held
from tests.rigs import PATIENCE_S


def remember(key: str, tx: Transaction) -> str:
    """A small write that can be told from every other."""
    assert tx.inbox.add(a_fact(key), NOW)
    return key


def remembered(tx: Transaction) -> list[str]:
    return [inbound.fact.key for inbound in tx.inbox.waiting("webhook", 3, 1000)]


def forget_it(key: str, tx: Transaction) -> None:
    """A write that thinks better of it."""
    remember(key, tx)
    tx.wake("inbox", key)
    raise LookupError(key)


def break_a_rule(key: str, tx: Transaction) -> None:
    """A write that the schema does not allow: there is no such destination."""
    remember(key, tx)
    tx.drafts.add(a_draft(999))


class TransactionContract:
    """All of a function or nothing of it, durable when its caller goes on."""

    async def test_a_write_gives_what_its_function_gives(self, db: StorageRig) -> None:
        assert await db.storage.write(partial(remember, "one")) == "one"
        assert await db.storage.read(remembered) == ["one"]

    async def test_what_was_written_is_there_after_a_restart(self, db: StorageRig) -> None:
        await db.storage.write(partial(remember, "one"))
        await db.reopen()
        assert await db.storage.read(remembered) == ["one"]

    @pytest.mark.parametrize("failing", [forget_it, break_a_rule])
    async def test_a_failing_function_undoes_itself_and_tells_its_caller(
        self, db: StorageRig, failing: Callable[[str, Transaction], None]
    ) -> None:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, but for the next line
            await db.storage.write(partial(failing, "one"))
        assert not isinstance(raised.value, StorageUnavailable)
        assert await db.storage.read(remembered) == []

    @pytest.mark.parametrize("failing", [forget_it, break_a_rule])
    async def test_a_failing_function_hurts_nobody_in_its_batch(
        self, db: StorageRig, failing: Callable[[str, Transaction], None]
    ) -> None:
        async with writer_held(db.storage):
            fns = [partial(fn, key) for fn, key in ((remember, "one"), (failing, "two"), (remember, "three"))]
            tasks = await handed_in(db.storage, fns)
        one, two, three = await outcomes(tasks)
        assert (one, three) == ("one", "three")
        assert isinstance(two, Exception)
        assert sorted(await db.storage.read(remembered)) == ["one", "three"]

    async def test_many_writers_at_once_are_all_durable(self, db: StorageRig) -> None:
        keys = [f"evt_{number:03}" for number in range(300)]
        tasks = await handed_in(db.storage, [partial(remember, key) for key in keys])
        assert await outcomes(tasks) == keys
        await db.reopen()
        assert sorted(await db.storage.read(remembered)) == keys

    async def test_a_caller_that_gave_up_holds_up_nobody(self, db: StorageRig) -> None:
        async with writer_held(db.storage):
            tasks = await handed_in(db.storage, [partial(remember, key) for key in ("one", "two", "three")])
            tasks[1].cancel()
        _, cancelled, three = await outcomes(tasks)
        assert isinstance(cancelled, asyncio.CancelledError)
        assert three == "three"
        assert await db.storage.write(partial(remember, "four")) == "four"

    async def test_what_takes_long_is_committed_before_the_next(self, db: StorageRig) -> None:
        released = threading.Event()

        def slow(tx: Transaction) -> str:
            db.clock.advance(seconds=1)
            return remember("one", tx)

        def after_it(tx: Transaction) -> str:
            assert released.wait(PATIENCE_S)
            return remember("two", tx)

        async with writer_held(db.storage):
            tasks = await handed_in(db.storage, [slow, after_it])
        assert await outcomes(tasks[:1]) == ["one"]
        released.set()
        assert await outcomes(tasks[1:]) == ["two"]

    async def test_a_fact_waits_for_no_function_that_came_with_it(self, db: StorageRig) -> None:
        released = threading.Event()

        def slow(tx: Transaction) -> str:
            assert released.wait(PATIENCE_S)
            return remember("two", tx)

        async with writer_held(db.storage):
            [waiting] = await handed_in(db.storage, [slow])
            accepted = asyncio.create_task(db.storage.accept(a_fact("one"), NOW))
            await asyncio.sleep(0)
        assert await outcomes([accepted]) == [None]
        released.set()
        assert await outcomes([waiting]) == ["two"]
        assert await db.storage.read(remembered) == ["one", "two"]

    async def test_nobody_waits_for_a_batch(self, db: StorageRig) -> None:
        before = db.commits
        await db.storage.write(partial(remember, "one"))
        assert db.commits == before + 1


class ReadingContract:
    """One consistent picture of what is committed."""

    async def test_a_read_sees_nothing_that_is_not_committed(self, db: StorageRig) -> None:
        entered, released = threading.Event(), threading.Event()

        def slow(tx: Transaction) -> None:
            remember("one", tx)
            entered.set()
            assert released.wait(PATIENCE_S)

        writing = asyncio.create_task(db.storage.write(slow))
        assert await asyncio.to_thread(entered.wait, PATIENCE_S)
        assert await db.storage.read(remembered) == []
        released.set()
        await writing
        assert await db.storage.read(remembered) == ["one"]

    async def test_a_read_sees_one_picture_whatever_is_written_meanwhile(self, db: StorageRig) -> None:
        entered, released = threading.Event(), threading.Event()

        def looks_twice(tx: Transaction) -> tuple[list[str], list[str]]:
            first = remembered(tx)
            entered.set()
            assert released.wait(PATIENCE_S)
            return first, remembered(tx)

        await db.storage.write(partial(remember, "one"))
        reading = asyncio.create_task(db.storage.read(looks_twice))
        assert await asyncio.to_thread(entered.wait, PATIENCE_S)
        await db.storage.write(partial(remember, "two"))
        released.set()
        assert await reading == (["one"], ["one"])

    async def test_a_read_changes_nothing(self, db: StorageRig) -> None:
        await db.storage.read(partial(remember, "one"))
        assert await db.storage.read(remembered) == []

    async def test_what_a_read_raises_reaches_its_caller(self, db: StorageRig) -> None:
        with pytest.raises(LookupError):
            await db.storage.read(lambda tx: tx.destinations.get(999))


class AcceptingContract:
    """The same as writing, for inbound facts by the thousand."""

    async def test_an_accepted_fact_is_durable_and_wakes_its_stripe(self, db: StorageRig) -> None:
        await db.storage.accept(a_fact("one"), NOW)
        assert db.wakes == [Wake("inbox", "webhook:3")]
        await db.reopen()
        assert await db.storage.read(remembered) == ["one"]

    async def test_a_fact_is_stored_once_however_often_it_comes(self, db: StorageRig) -> None:
        await db.storage.accept(a_fact("one"), NOW)
        await db.storage.accept(a_fact("one", body=b"again"), LATER)
        [kept] = await db.storage.read(lambda tx: tx.inbox.waiting("webhook", 3, 10))
        assert kept.fact == a_fact("one")

    async def test_many_at_once_are_all_durable_in_the_order_of_their_calls(self, db: StorageRig) -> None:
        before, keys = db.commits, [f"evt_{number:03}" for number in range(300)]
        await asyncio.gather(*(db.storage.accept(a_fact(key), NOW) for key in keys))
        assert db.commits == before  # each statement, of as many as waited, is a transaction by itself
        await db.reopen()
        assert await db.storage.read(remembered) == keys

    @pytest.mark.parametrize(
        "broken", [{"stripe": None}, {"stripe": 2**70}], ids=["the schema", "the driver"]
    )
    @pytest.mark.parametrize("tick", [timedelta(), timedelta(seconds=1)], ids=["soon", "slowly"])
    async def test_one_that_cannot_be_stored_hurts_nobody_beside_it(
        self, db: StorageRig, tick: timedelta, broken: dict[str, Any]
    ) -> None:
        db.clock.tick = tick
        facts = [a_fact("one"), replace(a_fact("bad"), **broken), a_fact("two")]
        async with asyncio.timeout(PATIENCE_S):
            accepted = [db.storage.accept(fact, NOW) for fact in facts]
            told = await asyncio.gather(*accepted, return_exceptions=True)
        assert [error is None for error in told] == [True, False, True]
        assert not isinstance(told[1], StorageUnavailable)
        assert await db.storage.read(remembered) == ["one", "two"]


class WakeContract:
    """An alarm clock that rings after the commit, once."""

    async def test_a_wake_fires_after_the_commit_and_before_the_caller_goes_on(self, db: StorageRig) -> None:
        before = db.commits

        def work(tx: Transaction) -> None:
            tx.wake("link", "PL1")
            assert db.wakes == []

        await db.storage.write(work)
        assert db.wakes == [Wake("link", "PL1")]
        assert db.commits_at_wake == [before + 1]

    async def test_a_failing_function_wakes_nobody(self, db: StorageRig) -> None:
        with pytest.raises(LookupError):
            await db.storage.write(partial(forget_it, "one"))
        assert db.wakes == []

    async def test_wakes_of_one_key_are_one_the_soonest(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            for at in (LATER, NOW, LATER):
                tx.wake("link", "PL1", at)
            for moment in (LATER, None, NOW):
                tx.wake("link", "PL2", moment)
            tx.wake("delivery", "PL2", LATER)

        await db.storage.write(work)
        assert db.wakes == [Wake("link", "PL1", NOW), Wake("link", "PL2"), Wake("delivery", "PL2", LATER)]


class TroubleContract:
    """A database that does not answer has written nothing, and nobody waits for ever."""

    async def test_an_unavailable_database_says_so_and_writes_nothing(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            remember("one", tx)
            tx.wake("link", "PL1")

        with db.unavailable(), pytest.raises(StorageUnavailable):
            await db.storage.write(work)
        assert db.wakes == []
        assert await db.storage.read(remembered) == []

    async def test_everybody_in_the_batch_is_told_and_may_try_again(self, db: StorageRig) -> None:
        with db.unavailable():
            tasks = await handed_in(db.storage, [partial(remember, key) for key in ("one", "two")])
            told = await outcomes(tasks)
        assert [type(error) for error in told] == [StorageUnavailable, StorageUnavailable]
        assert await db.storage.write(partial(remember, "one")) == "one"
        assert await db.storage.read(remembered) == ["one"]

    async def test_a_full_disk_is_the_databases_trouble(self, db: StorageRig) -> None:
        def large(tx: Transaction) -> None:
            tx.wake("link", "PL1")
            tx.inbox.add(a_fact("large", body=bytes(1_000_000)), NOW)

        with db.nearly_full(), pytest.raises(StorageUnavailable):
            await db.storage.write(large)
        assert db.wakes == []
        assert await db.storage.write(partial(remember, "small")) == "small"
        assert await db.storage.read(remembered) == ["small"]

    @pytest.mark.parametrize("tick", [timedelta(), timedelta(seconds=1)], ids=["soon", "slowly"])
    async def test_closing_finishes_what_was_handed_in(self, db: StorageRig, tick: timedelta) -> None:
        db.clock.tick = tick
        async with writer_held(db.storage):
            keys = [f"evt_{number:03}" for number in range(200)]
            tasks = await handed_in(db.storage, [partial(remember, key) for key in keys])
            closing = asyncio.create_task(db.close())
            await asyncio.sleep(0)
            assert not closing.done()
        await closing
        assert await outcomes(tasks) == keys
        await db.reopen()
        assert sorted(await db.storage.read(remembered)) == keys

    async def test_closing_waits_for_whoever_reads_and_holds_up_nobody_meanwhile(
        self, db: StorageRig
    ) -> None:
        begun, answered = threading.Event(), threading.Event()

        def slowly(_: Transaction) -> bool:
            begun.set()
            return answered.wait(PATIENCE_S)

        reading = asyncio.create_task(db.storage.read(slowly))
        assert await asyncio.to_thread(begun.wait, PATIENCE_S)
        closing = asyncio.create_task(db.close())
        for _ in range(10_000):  # long enough to have come to the readers
            await asyncio.sleep(0)
        answered.set()
        await closing
        assert await reading
        await db.reopen()

    async def test_a_closed_storage_answers_that_it_is_unavailable(self, db: StorageRig) -> None:
        await db.close()
        async with asyncio.timeout(1):
            for call in (db.storage.write, db.storage.read):
                with pytest.raises(StorageUnavailable):
                    await call(remembered)


@pytest.mark.asyncio(loop_scope="module")
class StorageContract(TransactionContract, AcceptingContract, ReadingContract, WakeContract, TroubleContract):
    """All that a storage must do at its door."""
