"""A record comes back as it went in: every figure, every character, the very moment."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ports.model import Draft, Link, Payment, Place, Reach
from bot.ports.provider_links import ProviderLink
from bot.ports.storage import Transaction
from bot.ports.traffic import Notice
from tests.contract import records as r
from tests.contract.records import ACCOUNT, LINK_ID, NOW
from tests.contract.storage_rig import StorageRig, trying

small = settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


class ExactnessContract:
    """Every record that can be read back."""

    @small
    @given(place=r.places, changed=r.places, language=r.words, root=r.maybe)
    async def test_destinations_come_back(
        self, db: StorageRig, place: Place, changed: Place, language: str, root: str | None
    ) -> None:
        def work(tx: Transaction) -> None:
            added = tx.destinations.add(place, language, root)
            assert tx.destinations.get(added.id) == added
            assert (added.place, added.language, added.root) == (place, language, root)
            assert added.reach is Reach.OPEN
            moved = replace(added, place=changed, reach=Reach.GONE, root=None)
            tx.destinations.put(moved)
            assert tx.destinations.get(added.id) == tx.destinations.anew(added.id) == moved

        await trying(db, work)

    @pytest.mark.parametrize("unreadable", ["\0", "\ud83d"], ids=["nul", "half"])
    async def test_what_no_database_keeps_is_kept_as_unreadable(
        self, db: StorageRig, unreadable: str
    ) -> None:
        def work(tx: Transaction) -> None:
            there = r.prepared(tx)
            tx.links.add(r.a_link(there, id=LINK_ID, description=f"Cakes {unreadable} 🧁"))
            tx.payments.put(Payment(ACCOUNT.id, "pay_1", LINK_ID, {}, {}, reason=f"no{unreadable}"))

        await db.storage.write(work)
        link = await db.storage.read(lambda tx: tx.links.get(LINK_ID))
        (payment,) = await db.storage.read(lambda tx: tx.payments.of(LINK_ID))
        assert link is not None
        assert (link.description, payment.reason) == ("Cakes \ufffd 🧁", "no\ufffd")

    async def test_half_an_emoji_among_several_texts_is_kept_as_unreadable(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = r.prepared(tx)
            tx.links.add(
                r.a_link(there, id=LINK_ID, details={"goods": "Cakes \ud83d 🧁", "\udfff": "\\ud83d"})
            )
            tx.outbox.owe_reply(LINK_ID, there, Notice("declined", "1", {"reason": "no\ud83d"}), NOW)

        await db.storage.write(work)
        link = await db.storage.read(lambda tx: tx.links.get(LINK_ID))
        (owed,) = await db.storage.read(lambda tx: tx.outbox.unsaid())
        assert link is not None
        assert link.details == {"goods": "Cakes \ufffd 🧁", "\ufffd": "\\ud83d"}
        assert owed.params == {"reason": "no\ufffd"}

    @small
    @given(added=r.drafts, changed=r.drafts)
    async def test_drafts_come_back(self, db: StorageRig, added: Draft, changed: Draft) -> None:
        def work(tx: Transaction) -> None:
            there = r.prepared(tx)
            first, second = (replace(one, destination_id=there) for one in (added, changed))
            tx.drafts.add(first)
            assert tx.drafts.get(LINK_ID) == first
            tx.drafts.put(second)
            found = tx.drafts.get(LINK_ID)
            assert found == second
            assert found is not None
            assert found.person.name == second.person.name

        await trying(db, work)

    @small
    @given(added=r.links, changed=r.links)
    async def test_links_come_back(self, db: StorageRig, added: Link, changed: Link) -> None:
        def work(tx: Transaction) -> None:
            there = r.prepared(tx)
            first, second = (replace(one, destination_id=there) for one in (added, changed))
            tx.links.add(first)
            assert tx.links.get(LINK_ID) == first
            tx.links.put(second)
            found = tx.links.get(LINK_ID)
            assert found == second
            assert found is not None
            assert found.creator.name == second.creator.name

        await trying(db, work)

    @small
    @given(first=r.provider_links, second=r.provider_links)
    async def test_provider_links_come_back(
        self, db: StorageRig, first: ProviderLink, second: ProviderLink
    ) -> None:
        def work(tx: Transaction) -> None:
            r.with_links(tx)
            for one in (first, second):
                tx.provider_links.put(one)
                assert tx.provider_links.of(LINK_ID) == [one]

        await trying(db, work)

    @small
    @given(first=r.payments, second=r.payments)
    async def test_payments_come_back(self, db: StorageRig, first: Payment, second: Payment) -> None:
        def work(tx: Transaction) -> None:
            r.with_links(tx)
            for one in (first, second):
                tx.payments.put(one)
                assert tx.payments.get(ACCOUNT.id, "pay_1") == one
                assert tx.payments.of(LINK_ID) == [one]

        await trying(db, work)

    @small
    @given(key=r.words, kind=r.words, body=st.binary(max_size=200), stripe=st.integers(0, 2**31 - 1))
    async def test_inbound_facts_come_back(
        self, db: StorageRig, key: str, kind: str, body: bytes, stripe: int
    ) -> None:
        fact = r.a_fact(key, kind=kind, body=body, stripe=stripe)

        def work(tx: Transaction) -> None:
            assert tx.inbox.add(fact, NOW)
            assert [inbound.fact for inbound in tx.inbox.waiting(kind, stripe, 10)] == [fact]

        await trying(db, work)

    @small
    @given(key=r.words, first=r.moments, second=r.moments)
    async def test_rate_buckets_come_back(
        self, db: StorageRig, key: str, first: datetime, second: datetime
    ) -> None:
        def work(tx: Transaction) -> None:
            assert tx.rate_buckets.get(key) is None
            for moment in (first, second):
                tx.rate_buckets.put(key, moment)
                found = tx.rate_buckets.get(key)
                assert found == moment
                assert found is not None
                assert found.utcoffset() == timedelta(0)

        await trying(db, work)
