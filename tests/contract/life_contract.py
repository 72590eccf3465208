"""What every storage must find of a link's life: what is due, what is like it, what came in unclear."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.money import Money
from bot.ports.model import Closed, Customer, Link, LinkState, Place, Reach
from bot.ports.storage import Transaction
from bot.ports.traffic import InboxState, Lookup, Notice, OwedState
from tests.contract import records as r
from tests.contract.records import ACCOUNT, EARLIER, LATER, LINK_ID, NOW, OTHER_ACCOUNT, OTHER_LINK_ID, SALES
from tests.contract.storage_rig import StorageRig, trying

MOST_QUARANTINED = 200
JANE = Customer("Jane", "jane@example.com", "+442079460958", "GB")
OPEN = LinkState.OPEN


def a_lookup(tx: Transaction, payment: str = "pay_1", key: str = "evt_1", **changes: object) -> Lookup:
    tx.inbox.add(r.a_fact(key), NOW)
    inbound = next(row for row in tx.inbox.waiting("webhook", 3, 100) if row.fact.key == key)
    return replace(Lookup(inbound.id, payment, ACCOUNT.id, NOW, NOW), **changes)  # type: ignore[arg-type]


class LifeContract:
    """Links that are due, alike or new; lookups; the quarantine; channels that move."""

    async def test_links_whose_backend_is_to_be_asked_now_are_found_the_latest_first_in_need(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            there = r.prepared(tx)
            due = {"PL1": NOW, "PL2": None, "PL3": LATER, "PL4": EARLIER, "PL5": NOW}
            for link_id, poll_at in due.items():
                state = LinkState.CLOSED if link_id == "PL5" else OPEN
                tx.links.add(r.a_link(there, id=link_id, public_token=link_id, state=state, poll_at=poll_at))
            assert tx.links.watched(NOW)[0] == "PL4"
            assert set(tx.links.watched(NOW)) == {"PL1", "PL4", "PL5"}
            assert tx.links.watched(EARLIER - timedelta(microseconds=1)) == []

        await trying(db, work)

    async def test_every_link_that_is_watched_can_be_made_due_at_once(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = r.prepared(tx)
            far = LATER + timedelta(microseconds=1)
            for link_id, poll_at in {"PL1": EARLIER, "PL2": None, "PL3": LATER, "PL4": far}.items():
                tx.links.add(r.a_link(there, id=link_id, public_token=link_id, poll_at=poll_at))
            assert tx.links.watch_all(NOW, due_by=LATER) == 1
            assert set(tx.links.watched(NOW)) == {"PL1", "PL3"}
            assert tx.links.watch_all(NOW) == 3
            assert set(tx.links.watched(NOW)) == {"PL1", "PL3", "PL4"}

        await trying(db, work)

    async def test_a_twin_is_the_newest_open_link_of_the_same_amount_and_customer(
        self, db: StorageRig
    ) -> None:
        amount = Money(4990, "EUR")

        def work(tx: Transaction) -> None:
            there = r.prepared(tx)
            kept: dict[str, dict[str, Any]] = {
                "PL1": {"created_at": EARLIER},
                "PL2": {"created_at": NOW},
                "PL3": {"created_at": LATER, "state": LinkState.CLOSED},
                "PL4": {"created_at": LATER, "state": LinkState.CREATING},
                "PL5": {"created_at": LATER, "amount": Money(4990, "USD")},
                "PL6": {"created_at": LATER, "amount": Money(4991, "EUR")},
                "PL7": {"created_at": LATER, "account_id": OTHER_ACCOUNT.id},
                "PL8": {"created_at": LATER, "customer": Customer("Jane", "jane@example.org")},
                "PL9": {"created_at": LATER, "customer": Customer("Jane", country="GB")},
            }
            for link_id, changes in kept.items():
                whole = {"state": OPEN, "customer": JANE, "id": link_id, "public_token": link_id, **changes}
                tx.links.add(r.a_link(there, **whole))
            asked = [
                JANE,
                Customer(email=JANE.email),
                Customer(phone=JANE.phone),
                Customer("Joe", JANE.email, "+4420"),
                Customer("Jane", country="GB"),
                Customer(email="j@example.com"),
            ]
            wanted = r.a_link(there, amount=amount)
            found = [tx.links.twin(replace(wanted, customer=customer)) for customer in asked]
            assert [twin.id if twin else None for twin in found] == ["PL2"] * 4 + [None] * 2
            assert tx.links.twin(replace(wanted, customer=JANE, account_id="nobody")) is None

        await trying(db, work)

    async def test_of_a_customer_who_stands_for_everybody_the_newest_links_alone_are_looked_through(
        self, db: StorageRig
    ) -> None:
        """Or each new link would take longer than the one before."""

        def work(tx: Transaction) -> None:
            first = r.a_link(r.prepared(tx), customer=JANE, created_at=EARLIER, state=OPEN)
            tx.links.add(first)
            for number in range(500):
                assert tx.links.twin(first) == first
                later = EARLIER + timedelta(seconds=1 + number)
                name = f"PL{number:012}"
                tx.links.add(replace(first, id=name, public_token=name, created_at=later, uses=2))
            assert tx.links.twin(first) is None

        await trying(db, work)

    async def test_the_latest_link_of_a_creator_for_a_customer_was_made_at_its_backend(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            there = r.prepared(tx)
            made: dict[str, dict[str, Any]] = {
                "PL1": {"created_at": EARLIER, "state": LinkState.CLOSED, "closed": Closed.CANCELLED},
                "PL2": {"created_at": NOW, "state": OPEN, "customer": replace(JANE, phone="+4420")},
                "PL3": {"created_at": LATER, "state": LinkState.CLOSED, "closed": Closed.FAILED},
                "PL4": {"created_at": LATER, "account_id": OTHER_ACCOUNT.id},
                "PL5": {"created_at": LATER, "creator": replace(r.ALICE, user="U0BOB")},
                "PL6": {"created_at": LATER, "creator": replace(r.ALICE, team="T0OTHER")},
                "PL7": {"created_at": LATER, "creator": replace(r.ALICE, chat="telegram")},
                "PL8": {"created_at": LATER, "customer": Customer("Jane", "jane@example.org")},
                "PL9": {"created_at": LATER, "state": LinkState.CREATING},
            }
            for link_id, changes in made.items():
                whole = {"customer": JANE, "id": link_id, "public_token": link_id, **changes}
                link = r.a_link(there, **whole)
                tx.links.add(link)
                known_as = None if link_id == "PL9" else f"pay_{link_id}"
                known = {"link_id": link_id, "account_id": link.account_id, "reference": link_id}
                tx.provider_links.put(r.a_provider_link(**known, provider_id=known_as))
            asked = [JANE, Customer(email=JANE.email), Customer(phone="+4420"), Customer(phone=JANE.phone)]
            asked += [Customer("Joe", "joe@example.com", JANE.phone), Customer("Jane", country="GB")]
            renamed = replace(r.ALICE, name="Alice the Second")
            found = [tx.links.latest_of(ACCOUNT.id, customer, renamed) for customer in asked]
            assert [link.id if link else None for link in found] == [*["PL2"] * 3, "PL1", "PL1", None]
            assert tx.links.latest_of("nobody", JANE, r.ALICE) is None

        await trying(db, work)

    async def test_recent_links_come_newest_first_and_no_more_than_asked(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> list[str]:
            there = r.prepared(tx)
            for link_id, created_at in (("PL1", NOW), ("PL2", LATER), ("PL3", EARLIER)):
                tx.links.add(r.a_link(there, id=link_id, public_token=link_id, created_at=created_at))
            assert len(tx.links.recent(10)) == 3
            return [link.id for link in tx.links.recent(2)]

        assert await trying(db, work) == ["PL2", "PL1"]

    async def test_all_links_are_looked_through_for_some_newest_first(self, db: StorageRig) -> None:
        """They are read as they are needed, and others may be read meanwhile."""

        def work(tx: Transaction) -> list[list[str]]:
            there = r.prepared(tx)
            for number in range(600):
                known = {
                    "id": f"PL{number}",
                    "public_token": f"{number}",
                    "description": f"Hélène {number % 9}",
                }
                tx.links.add(r.a_link(there, **known, created_at=NOW + timedelta(seconds=number)))

            def like(link: Link) -> bool:
                return bool(tx.accounts.all()) and link.description == "Hélène 0"

            return [[link.id for link in tx.links.recent(limit, like)] for limit in (2, 500)]

        few, many = await trying(db, work)
        assert few == ["PL594", "PL585"]
        assert many == [f"PL{number}" for number in range(594, -1, -9)]

    async def test_a_lookup_is_kept_once_changed_and_taken_away(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            r.prepared(tx)
            lookup = a_lookup(tx)
            tx.lookups.add(lookup)
            tx.lookups.add(replace(lookup, asked_at=LATER, not_before=LATER))
            assert tx.lookups.get(lookup.inbound_id, "pay_1") == lookup
            assert tx.lookups.get(lookup.inbound_id, "pay_2") is None
            later = replace(lookup, not_before=LATER)
            tx.lookups.put(later)
            assert tx.lookups.get(lookup.inbound_id, "pay_1") == later
            again = a_lookup(tx, key="evt_2")
            tx.lookups.add(again)
            tx.lookups.add(a_lookup(tx, "pay_2", "evt_2"))
            assert tx.lookups.of(ACCOUNT.id, "pay_1") == [later, again]
            assert tx.lookups.of(OTHER_ACCOUNT.id, "pay_1") == []
            tx.lookups.remove(lookup)
            assert tx.lookups.get(lookup.inbound_id, "pay_1") is None

        await trying(db, work)

    async def test_lookups_that_are_due_are_found_the_oldest_first(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> list[tuple[str, str]]:
            r.prepared(tx)
            for payment, key, moment in (
                ("pay_1", "evt_1", NOW),
                ("pay_2", "evt_1", EARLIER),
                ("pay_1", "evt_2", LATER),
            ):
                tx.lookups.add(a_lookup(tx, payment, key, not_before=moment))
            assert len(tx.lookups.due(LATER)) == 3
            return [(lookup.provider_payment_id, lookup.account_id) for lookup in tx.lookups.due(NOW)]

        assert await trying(db, work) == [("pay_2", ACCOUNT.id), ("pay_1", ACCOUNT.id)]

    async def test_a_fact_that_failed_is_listed_with_its_reason_and_can_be_applied_again(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            for key in ("a", "b", "c"):
                tx.inbox.add(r.a_fact(key), NOW)
            first, second, third = tx.inbox.waiting("webhook", 3, 10)
            tx.inbox.close(second.id, InboxState.FAILED, "LookupError")
            tx.inbox.close(first.id, InboxState.FAILED)
            tx.inbox.close(third.id, InboxState.DONE)
            assert tx.inbox.failed() == [(first, ""), (second, "LookupError")]
            assert [tx.inbox.replay(row.id) for row in (second, second, third)] == [True, False, False]
            assert not tx.inbox.replay(10**9)
            assert tx.inbox.waiting("webhook", 3, 10) == [replace(second, replayed=True)]
            assert (tx.inbox.get(third.id), tx.inbox.get(10**9)) == (third, None)

        await trying(db, work)

    async def test_the_quarantine_keeps_the_newest_of_each_account_and_no_more_than_its_bound(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            tx.quarantine.add(OTHER_ACCOUNT.id, {"proof": "other"}, b"", NOW)
            for number in range(MOST_QUARANTINED + 5):
                tx.quarantine.add(ACCOUNT.id, {"proof": str(number)}, bytes([number % 256, 0]), NOW)
            other, *kept = tx.quarantine.all()
            assert (other.account_id, other.headers) == (OTHER_ACCOUNT.id, {"proof": "other"})
            assert [one.headers["proof"] for one in kept] == [
                str(number) for number in range(5, MOST_QUARANTINED + 5)
            ]
            assert (kept[0].body, kept[0].account_id, kept[0].received_at) == (b"\x05\x00", ACCOUNT.id, NOW)
            tx.quarantine.remove(kept[0].id)
            assert tx.quarantine.all() == [other, *kept[1:]]

        await trying(db, work)

    async def test_a_channel_that_moves_takes_along_its_destinations_and_what_is_owed_there(
        self, db: StorageRig
    ) -> None:
        topic = replace(SALES, thread="11")
        apart = [replace(SALES, channel="C0QUIET"), replace(SALES, chat="telegram")]

        def work(tx: Transaction) -> None:
            here, there = (tx.destinations.add(place, "en", "root") for place in (SALES, topic))
            others = [tx.destinations.add(place, "en") for place in apart]
            tx.outbox.owe_card(LINK_ID, here.id, NOW)
            tx.outbox.owe_reply(OTHER_LINK_ID, there.id, Notice("paid", "paid"), NOW)
            tx.outbox.owe_card("PLQUIET", others[0].id, NOW)
            assert [tx.destinations.lane(one.id) for one in (here, *others)] == [
                place.lane for place in (SALES, *apart)
            ]
            tx.destinations.rename(SALES.chat, SALES.channel, "C0NEW")
            moved = replace(SALES, channel="C0NEW")
            assert tx.destinations.lane(here.id) == moved.lane
            assert tx.destinations.get(here.id) == replace(here, place=moved, root=None)
            assert tx.destinations.get(there.id).place == replace(topic, channel="C0NEW")
            assert [tx.destinations.get(one.id).place for one in others] == apart
            assert [owed.subject for owed in tx.outbox.heads(moved.lane)] == [LINK_ID, OTHER_LINK_ID]
            assert (list(tx.outbox.heads(SALES.lane)), len(list(tx.outbox.heads(apart[0].lane)))) == ([], 1)
            assert set(tx.outbox.lanes(NOW)) == {moved.lane, apart[0].lane}

        await trying(db, work)

    async def test_what_is_said_again_after_a_move_is_owed_in_the_new_lane(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            here = tx.destinations.add(SALES, "en")
            tx.outbox.owe_card(LINK_ID, here.id, NOW)
            tx.outbox.settle(next(tx.outbox.heads(SALES.lane)), OwedState.SAID)
            tx.destinations.rename(SALES.chat, SALES.channel, "C0NEW")
            tx.outbox.owe_card(LINK_ID, here.id, NOW)
            assert list(tx.outbox.heads(SALES.lane)) == []
            assert len(list(tx.outbox.heads(replace(SALES, channel="C0NEW").lane))) == 1

        await trying(db, work)

    async def test_what_was_given_up_before_a_move_is_tried_again_in_the_new_lane(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            here = tx.destinations.add(SALES, "en")
            tx.outbox.owe_card(LINK_ID, here.id, NOW)
            [owed] = tx.outbox.heads(SALES.lane)
            tx.outbox.settle(owed, OwedState.DEAD)
            tx.destinations.rename(SALES.chat, SALES.channel, "C0NEW")
            assert tx.outbox.retry(owed.id, NOW)
            assert [again.id for again in tx.outbox.heads(replace(SALES, channel="C0NEW").lane)] == [owed.id]

        await trying(db, work)

    async def test_whether_a_destination_can_be_reached_and_what_asks_there_is_kept(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            added = tx.destinations.add(Place("telegram", "-1001"), "de")
            assert (added.reach, added.prompt) == (Reach.OPEN, None)
            for reach in Reach:
                changed = replace(added, reach=reach, prompt=f"m{reach}", root="m1")
                tx.destinations.put(changed)
                assert tx.destinations.get(added.id) == changed

        await trying(db, work)
