"""What every storage must do with records: they come back exactly, and are found by the rules of the port."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.money import Money
from bot.ports.model import Account, DraftState, LinkState, Mode, Person, Place
from bot.ports.storage import Transaction
from bot.ports.traffic import InboxState
from tests.contract import records as r
from tests.contract.exactness_contract import ExactnessContract
from tests.contract.life_contract import LifeContract
from tests.contract.moving_contract import MovingContract
from tests.contract.people_contract import LeasesContract, PeopleContract
from tests.contract.records import ACCOUNT, ALICE, EARLIER, LATER, LINK_ID, NOW, OTHER_LINK_ID, SALES
from tests.contract.storage_rig import StorageRig, handed_in, outcomes, trying
from tests.contract.telling_contract import TellingContract


class FindingContract:
    """What is looked for is found, and nothing else."""

    async def test_what_nobody_stored_is_not_there(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> list[object]:
            found = [tx.drafts.get("PL1"), tx.links.get("PL1"), tx.payments.get("checkout", "pay_1")]
            return [*found, tx.links.by_reference("checkout", "PL1"), tx.inbox.get(1)]

        assert await db.storage.read(work) == [None] * 5

    async def test_the_newest_open_draft_of_a_person_in_a_place_is_the_active_one(
        self, db: StorageRig
    ) -> None:
        topic = replace(SALES, thread="11")

        def work(tx: Transaction) -> list[str | None]:
            r.prepared(tx)
            kept = [
                ("PL1", SALES, ALICE, DraftState.OPEN),
                ("PL2", SALES, ALICE, DraftState.OPEN),
                ("PL3", SALES, ALICE, DraftState.CONFIRMED),
                ("PL4", topic, ALICE, DraftState.OPEN),
                ("PL5", SALES, replace(ALICE, user="U0BOB"), DraftState.OPEN),
                ("PL6", SALES, replace(ALICE, team="T0OTHER"), DraftState.OPEN),
            ]
            for draft_id, place, person, state in kept:
                there = tx.destinations.add(place, "en").id
                tx.drafts.add(r.a_draft(there, id=draft_id, person=person, state=state))
            asked: Sequence[tuple[Person, Place]] = [
                (ALICE, SALES),
                (ALICE, topic),
                (replace(ALICE, user="U0BOB"), SALES),
                (replace(ALICE, user="U0NEW"), SALES),
                (ALICE, replace(SALES, channel="C0QUIET")),
            ]
            found = [tx.drafts.active(person, place) for person, place in asked]
            return [draft.id if draft else None for draft in found]

        assert await trying(db, work) == ["PL2", "PL4", "PL5", None, None]

    async def test_what_is_open_in_a_channel_is_found_with_its_threads(self, db: StorageRig) -> None:
        elsewhere = [replace(SALES, channel="C0QUIET"), replace(SALES, chat="telegram")]
        kept = [(SALES, state) for state in DraftState]
        kept += [(place, DraftState.OPEN) for place in (replace(SALES, thread="1.1"), *elsewhere)]

        def work(tx: Transaction) -> Sequence[str]:
            r.prepared(tx)
            for number, (place, state) in enumerate(kept):
                there = tx.destinations.add(place, "en").id
                tx.drafts.add(r.a_draft(there, id=f"PL{number}", state=state))
            return tx.drafts.open_in(SALES.chat, SALES.channel)

        opened = [number for number, (_, state) in enumerate(kept) if state is DraftState.OPEN]
        assert list(await trying(db, work)) == [f"PL{number}" for number in opened[:2]]

    async def test_only_open_drafts_past_their_time_expire_once(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = r.prepared(tx)
            tx.drafts.add(r.a_draft(there, id="PL1", expires_at=LATER))
            assert not tx.drafts.overdue(NOW)
            tx.drafts.add(r.a_draft(there, id="PL2", expires_at=NOW, version=4))
            tx.drafts.add(r.a_draft(there, id="PL3", expires_at=EARLIER, state=DraftState.CONFIRMED))
            assert tx.drafts.overdue(NOW)
            assert tx.drafts.expire(NOW) == ["PL2"]
            expired = tx.drafts.get("PL2")
            assert expired == r.a_draft(there, id="PL2", expires_at=NOW, version=5, state=DraftState.EXPIRED)
            assert not tx.drafts.overdue(NOW)
            assert tx.drafts.expire(NOW) == []

        await trying(db, work)

    async def test_links_that_may_be_tried_now_are_found(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> set[tuple[str, str]]:
            there = r.prepared(tx)
            kept = {
                "PL1": (LinkState.CREATING, None),
                "PL2": (LinkState.CREATING, NOW),
                "PL3": (LinkState.CREATING, LATER),
                "PL4": (LinkState.OPEN, None),
                "PL5": (LinkState.CLOSED, EARLIER),
            }
            for link_id, (state, retry_at) in kept.items():
                link = r.a_link(there, id=link_id, public_token=link_id, state=state, retry_at=retry_at)
                tx.links.add(link)
            return set(tx.links.creating(NOW))

        assert await trying(db, work) == {(ACCOUNT.id, "PL1"), (ACCOUNT.id, "PL2")}

    async def test_provider_links_are_listed_by_attempt_and_can_be_taken_back(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            r.with_links(tx)
            second = r.a_provider_link(attempt=2, reference=f"{LINK_ID}-2")
            first = r.a_provider_link()
            tx.provider_links.put(second)
            tx.provider_links.put(first)
            assert tx.provider_links.of(LINK_ID) == [first, second]
            tx.provider_links.remove(second)
            assert tx.provider_links.of(LINK_ID) == [first]

        await trying(db, work)

    async def test_a_reference_belongs_to_one_link_of_an_account(self, db: StorageRig) -> None:
        theirs = r.a_provider_link(link_id=OTHER_LINK_ID, account_id=r.OTHER_ACCOUNT.id)

        def work(tx: Transaction) -> None:
            r.with_links(tx, LINK_ID, OTHER_LINK_ID)
            tx.provider_links.put(r.a_provider_link())
            tx.provider_links.put(theirs)
            tx.provider_links.put(r.a_provider_link(attempt=2, reference=f"{LINK_ID}-2"))
            for reference in (LINK_ID, f"{LINK_ID}-2"):
                assert tx.links.by_reference(ACCOUNT.id, reference) == tx.links.get(LINK_ID)
            assert tx.links.by_reference(r.OTHER_ACCOUNT.id, LINK_ID) == tx.links.get(OTHER_LINK_ID)
            assert tx.links.by_reference(r.OTHER_ACCOUNT.id, f"{LINK_ID}-2") is None
            mine = r.a_provider_link(provider_id="pl_1", webhook_token="a1")
            tx.provider_links.put(mine)
            assert tx.provider_links.by_provider_id(ACCOUNT.id, "pl_1") == mine
            assert tx.provider_links.by_token(ACCOUNT.id, "a1") == mine
            assert tx.provider_links.by_provider_id(r.OTHER_ACCOUNT.id, "pl_1") is None
            assert tx.provider_links.by_token(r.OTHER_ACCOUNT.id, "a1") is None
            tx.provider_links.put(r.a_provider_link(link_id=OTHER_LINK_ID, attempt=2))

        with pytest.raises(Exception, match=r"(?i)unique"):
            await db.storage.write(work)

    async def test_an_address_of_ours_belongs_to_one_link(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = r.with_links(tx, LINK_ID, OTHER_LINK_ID)
            for link_id in (LINK_ID, OTHER_LINK_ID):
                known = tx.links.get(link_id)
                assert known
                assert tx.links.by_token(known.public_token) == known
            assert tx.links.by_token("f" * 32) is None
            tx.links.add(r.a_link(there, id="PL9", public_token=known.public_token))

        with pytest.raises(Exception, match=r"(?i)unique"):
            await db.storage.write(work)

    async def test_a_link_of_an_address_is_read_while_somebody_changes_it(self, db: StorageRig) -> None:
        await db.storage.write(lambda tx: r.with_links(tx, LINK_ID))
        known = await db.storage.read(lambda tx: tx.links.get(LINK_ID))
        assert known
        token = known.public_token
        assert await db.storage.read(lambda tx: tx.links.by_token(token)) == known
        closed = replace(known, state=LinkState.CLOSED)

        def work(tx: Transaction) -> None:
            assert tx.links.by_token(token) == known
            tx.links.put(closed)
            assert tx.links.by_token(token) == closed

        await db.storage.write(work)
        assert await db.storage.read(lambda tx: tx.links.by_token(token)) == closed

    async def test_payments_are_listed_as_we_first_heard_of_them(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> list[str]:
            r.with_links(tx)
            for payment_id in ("pay_9", "pay_1", "pay_5", "pay_9"):
                tx.payments.put(r.a_payment(provider_payment_id=payment_id))
            assert tx.payments.get(r.OTHER_ACCOUNT.id, "pay_9") is None
            return [payment.provider_payment_id for payment in tx.payments.of(LINK_ID)]

        assert await trying(db, work) == ["pay_9", "pay_1", "pay_5"]

    async def test_a_draft_and_a_link_are_added_once(self, db: StorageRig) -> None:
        def drafts(tx: Transaction) -> None:
            there = r.prepared(tx)
            for _ in range(2):
                tx.drafts.add(r.a_draft(there))

        for work in (drafts, lambda tx: r.with_links(tx, LINK_ID, LINK_ID)):
            with pytest.raises(Exception, match=r"(?i)unique"):
                await db.storage.write(work)

    async def test_inbound_facts_wait_in_order_by_kind_and_stripe(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            facts = [r.a_fact(key) for key in ("c", "a", "b")]
            facts += [r.a_fact("a", kind="telegram"), r.a_fact("d", stripe=4), r.a_fact("a", account_id="")]
            assert [tx.inbox.add(fact, NOW) for fact in (*facts, facts[0])] == [True] * 6 + [False]
            waiting = tx.inbox.waiting("webhook", 3, 10)
            assert [inbound.fact for inbound in waiting] == [facts[0], facts[1], facts[2], facts[5]]
            assert set(tx.inbox.stripes()) == {("webhook", 3), ("webhook", 4), ("telegram", 3)}
            tx.inbox.close(waiting[0].id, InboxState.DONE)
            tx.inbox.close(waiting[1].id, InboxState.FAILED, "LookupError")
            assert tx.inbox.waiting("webhook", 3, 1) == [waiting[2]]
            tx.inbox.done([waiting[2].id, waiting[3].id])
            tx.inbox.done([])
            assert tx.inbox.waiting("webhook", 3, 1) == []
            assert set(tx.inbox.stripes()) == {("webhook", 4), ("telegram", 3)}
            assert not tx.inbox.add(facts[0], NOW)

        await trying(db, work)

    async def test_only_what_is_old_and_applied_and_of_no_account_is_deleted(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.accounts.put(ACCOUNT)
            facts = [r.a_fact(key, account_id="", kind="telegram") for key in ("a", "b", "c", "d", "e")]
            times = (EARLIER, EARLIER, EARLIER, EARLIER, NOW)
            for fact, at in zip([r.a_fact(), *facts], (EARLIER, *times), strict=True):
                tx.inbox.add(fact, at)
            proven = tx.inbox.waiting("webhook", 3, 10)[0].id
            tx.events.add(ACCOUNT.id, r.an_event(), proven, None)
            *done, failed, waits, young = (row.id for row in tx.inbox.waiting("telegram", 3, 10))
            tx.inbox.done([proven, *done, young])
            tx.inbox.close(failed, InboxState.FAILED, "LookupError")
            assert [tx.inbox.forget(NOW, 1) for _ in range(3)] == [1, 1, 0]
            kept = [tx.inbox.get(row) is not None for row in (proven, *done, failed, waits, young)]
            assert kept == [True, False, False, True, True, True]
            assert tx.inbox.add(facts[0], NOW)  # the same number may come again, of something else

        await trying(db, work)

    async def test_drafts_that_came_to_nothing_are_deleted_once_they_are_old(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> list[bool]:
            there = r.prepared(tx)
            kept = [(state, at) for state in DraftState for at in (EARLIER, NOW)]
            for number, (state, at) in enumerate(kept):
                tx.drafts.add(r.a_draft(there, id=f"PL{number}", state=state, expires_at=at))
            assert [tx.drafts.forget(NOW, 1) for _ in range(3)] == [1, 1, 0]
            return [tx.drafts.get(f"PL{number}") is not None for number in range(len(kept))]

        assert await trying(db, work) == [True, True, True, True, False, True, False, True]

    async def test_the_largest_amounts_stay_exact(self, db: StorageRig) -> None:
        amount = Money(2**63 - 1, "IRR")

        def work(tx: Transaction) -> None:
            tx.links.add(r.a_link(r.prepared(tx), amount=amount))
            found = tx.links.get(LINK_ID)
            assert found is not None
            assert found.amount == amount

        await trying(db, work)


class OnceContract:
    """What must be there once is there once, however many say it at the same time."""

    async def test_a_fact_told_by_many_at_once_is_kept_once(self, db: StorageRig) -> None:
        tasks = await handed_in(db.storage, [lambda tx: tx.inbox.add(r.a_fact(), NOW)] * 20)
        assert sorted(await outcomes(tasks)) == [False] * 19 + [True]

    async def test_an_event_is_kept_once_per_account(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> list[bool]:
            for account in (ACCOUNT, r.OTHER_ACCOUNT):
                tx.accounts.put(account)
            tx.inbox.add(r.a_fact(), NOW)
            (inbound,) = tx.inbox.waiting("webhook", 3, 10)
            accounts = (ACCOUNT.id, ACCOUNT.id, r.OTHER_ACCOUNT.id)
            added = [tx.events.add(account, r.an_event(), inbound.id, None) for account in accounts]
            return [*added, tx.events.add(ACCOUNT.id, r.an_event("evt_2"), inbound.id, None)]

        assert await db.storage.write(work) == [True, False, True, True]

    async def test_an_event_that_was_sent_is_known_by_its_key_for_its_day_a_fetched_one_for_ever(
        self, db: StorageRig
    ) -> None:
        days = [datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((21, 0), (21, 23), (22, 0))]

        def work(tx: Transaction) -> list[list[bool]]:
            tx.accounts.put(ACCOUNT)
            tx.inbox.add(r.a_fact(), NOW)
            (inbound,) = tx.inbox.waiting("webhook", 3, 10)
            told = [r.an_event(occurred_at=moment) for moment in days]
            return [
                [tx.events.add(ACCOUNT.id, event, whence, None) for event in told]
                for whence in (inbound.id, None)
            ]

        assert await db.storage.write(work) == [[True, False, True], [True, False, False]]

    async def test_places_are_numbered_and_no_number_comes_back(self, db: StorageRig) -> None:
        first = await db.storage.write(lambda tx: tx.destinations.add(SALES, "en"))
        second = await db.storage.write(lambda tx: tx.destinations.add(SALES, "de"))
        assert first.id != second.id
        assert await db.storage.read(lambda tx: tx.destinations.get(second.id)) == second

    async def test_an_account_is_brought_up_to_date(self, db: StorageRig) -> None:
        changed = Account(ACCOUNT.id, "checkout", Mode.LIVE)
        for account in (r.OTHER_ACCOUNT, ACCOUNT, changed):
            await db.storage.write(lambda tx, account=account: tx.accounts.put(account))  # type: ignore[misc]
        assert await db.storage.read(lambda tx: tx.accounts.all()) == [changed, r.OTHER_ACCOUNT]


@pytest.mark.asyncio(loop_scope="module")
class RepositoryContract(
    ExactnessContract,
    FindingContract,
    OnceContract,
    LeasesContract,
    LifeContract,
    MovingContract,
    PeopleContract,
    TellingContract,
):
    """All that a storage must do with records."""
