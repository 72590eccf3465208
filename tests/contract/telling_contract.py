"""What every storage must tell of what it keeps: a person's links, the evidence, how many rows."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Customer, EventKind, LinkState, Person, Reach
from bot.ports.storage import Transaction
from bot.ports.traffic import Evidence, InboxState, Notice, OwedState
from tests.contract import records as r
from tests.contract.records import ACCOUNT, ALICE, EARLIER, LATER, LINK_ID, NOW, OTHER_LINK_ID
from tests.contract.storage_rig import StorageRig, trying

BOB = Person("slack", "U0BOB", ALICE.team)
TWIN_ELSEWHERE = Person("slack", ALICE.user, "T0OTHER")
CLOSED: dict[str, Any] = {"state": LinkState.CLOSED}


class TellingContract:
    """Links by who asked, events as evidence, rows that are counted, and what was never said."""

    @pytest.mark.parametrize(
        ("asked", "wanted"),
        [
            ((ALICE, tuple(LinkState), 10), ["PL8", "PL7", "PL4", "PL2", "PL1"]),
            ((ALICE, tuple(LinkState), 3), ["PL8", "PL7", "PL4"]),
            ((None, tuple(LinkState), 10), ["PL8", "PL7", "PL6", "PL5", "PL4", "PL3", "PL2", "PL1"]),
            ((ALICE, (LinkState.OPEN,), 10), ["PL7", "PL1"]),
            ((ALICE, None, 10), ["PL7", "PL2"]),
            ((None, None, 10), ["PL7", "PL6", "PL2"]),
            ((BOB, tuple(LinkState), 10), ["PL5"]),
            ((BOB, None, 10), []),
            ((TWIN_ELSEWHERE, None, 10), ["PL6"]),
            ((ALICE, (), 10), []),
        ],
    )
    async def test_links_are_listed_by_who_asked_and_how_they_stand_the_newest_first(
        self,
        db: StorageRig,
        asked: tuple[Person | None, Collection[LinkState] | None, int],
        wanted: list[str],
    ) -> None:
        def work(tx: Transaction) -> list[str]:
            there = r.prepared(tx)
            kept: dict[str, dict[str, Any]] = {
                "PL1": {"state": LinkState.OPEN},
                "PL2": CLOSED | {"closed": Closed.PAID},
                "PL3": {"state": LinkState.OPEN, "creator": replace(ALICE, chat="telegram")},
                "PL4": CLOSED | {"closed": Closed.EXPIRED},
                "PL5": {"state": LinkState.OPEN, "creator": BOB},
                "PL6": CLOSED | {"closed": Closed.USED_UP, "uses": 2, "creator": TWIN_ELSEWHERE},
                "PL7": {"state": LinkState.OPEN, "uses": 20},
                "PL8": CLOSED | {"closed": Closed.USED_UP},
            }
            for number, (link_id, changes) in enumerate(kept.items()):
                made = NOW + timedelta(minutes=number)
                tx.links.add(r.a_link(there, id=link_id, public_token=link_id, created_at=made, **changes))
            tx.payments.put(r.a_payment(link_id="PL7", amounts={EventKind.CAPTURED: Money(10, "EUR")}))
            for state, link_id in ((EventKind.AUTHORISED, "PL1"), (EventKind.REFUNDED, "PL5")):
                amounts = {state: Money(10, "EUR")}
                tx.payments.put(r.a_payment(link_id=link_id, provider_payment_id=link_id, amounts=amounts))
            return [link.id for link in tx.links.asked_for(*asked)]

        assert await trying(db, work) == wanted

    async def test_a_twin_expects_the_same(self, db: StorageRig) -> None:
        range_: dict[str, Any] = {"least": Money(1000, "EUR")}
        wanted: dict[str, dict[str, Any]] = {
            "PL1": {},
            "PL2": range_,
            "PL3": {"uses": 20},
            "PL4": {"uses": None},
        }
        wanted |= {"PL5": {"kind": LinkKind.SUBSCRIPTION}, "PL6": range_ | {"uses": 20}}
        jane = Customer(email="jane@example.com")

        def work(tx: Transaction) -> list[str | None]:
            there = r.prepared(tx)
            links = {
                link_id: r.a_link(there, id=link_id, public_token=link_id, customer=jane, **changes)
                for link_id, changes in wanted.items()
            }
            for link in links.values():
                tx.links.add(replace(link, state=LinkState.OPEN))
            found = [tx.links.twin(link) for link in links.values()]
            return [twin.id if twin else None for twin in found]

        assert await trying(db, work) == list(wanted)

    async def test_events_are_told_with_what_they_rest_on_the_oldest_first(self, db: StorageRig) -> None:
        amount = Money(4990, "EUR")

        def work(tx: Transaction) -> None:
            r.with_links(tx, LINK_ID, OTHER_LINK_ID)
            tx.inbox.add(r.a_fact(), NOW)
            (inbound,) = tx.inbox.waiting("webhook", 3, 10)
            captured = r.an_event("evt_2", amounts={EventKind.CAPTURED: amount})
            begun = r.an_event("evt_1", kind=EventKind.PENDING, provider_word="begun", occurred_at=EARLIER)
            tx.events.add(ACCOUNT.id, captured, inbound.id, LINK_ID)
            tx.events.add(ACCOUNT.id, begun, None, LINK_ID)
            tx.events.add(ACCOUNT.id, r.an_event("evt_3"), None, OTHER_LINK_ID)
            assert tx.events.evidence(LINK_ID) == [
                Evidence(EARLIER, EventKind.PENDING, "begun", None, sent=False, payment="pay_1"),
                Evidence(NOW, EventKind.CAPTURED, "payment_captured", amount, sent=True, payment="pay_1"),
            ]
            assert tx.events.evidence("PL000000000000") == []

        await trying(db, work)

    async def test_rows_are_counted_by_their_state(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            counts = tx.counts
            counted = counts.links(), counts.outbox(), counts.inbox(), counts.quarantined()
            assert (*counted, counts.oldest_owed()) == ({}, {}, {}, 0, None)
            there = r.with_links(tx, LINK_ID, OTHER_LINK_ID)
            tx.links.put(r.a_link(there, state=LinkState.OPEN, public_token=f"{0:032}"))
            for key in ("evt_1", "evt_2", "evt_3"):
                tx.inbox.add(r.a_fact(key), NOW)
            tx.inbox.close(tx.inbox.waiting("webhook", 3, 1)[0].id, InboxState.DONE)
            tx.quarantine.add(ACCOUNT.id, {}, b"", NOW)
            tx.outbox.owe_card(LINK_ID, there, LATER)
            tx.outbox.owe_reply(LINK_ID, there, Notice("paid", "1"), NOW)
            assert tx.counts.links() == {"creating": 1, "open": 1}
            assert tx.counts.inbox() == {"waiting": 2}  # what is done is not counted
            assert tx.counts.quarantined() == 1
            assert (tx.counts.outbox(), tx.counts.oldest_owed()) == ({"owed": 2}, NOW)

        await trying(db, work)

    async def test_a_message_is_as_old_as_it_is_owed_however_often_it_was_put_off(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            there = r.with_links(tx)

            def sent(state: OwedState, not_before: datetime | None = None, *, changed: bool = False) -> None:
                (head,) = tx.outbox.heads(r.SALES.lane)
                tx.outbox.take(head.id)
                if changed:
                    tx.outbox.owe_card(LINK_ID, there, LATER)
                tx.outbox.settle(head, state, not_before=not_before)

            tx.outbox.owe_card(LINK_ID, there, EARLIER)
            sent(OwedState.OWED, LATER)
            tx.outbox.owe_card(LINK_ID, there, NOW)  # a change of what is owed anyway
            sent(OwedState.OWED, LATER, changed=True)
            assert tx.counts.oldest_owed() == EARLIER
            (head,) = tx.outbox.heads(r.SALES.lane)
            tx.outbox.take(head.id)
            assert tx.counts.oldest_owed() == EARLIER  # also while it is sent, which may take long
            tx.outbox.settle(head, OwedState.SAID)
            assert tx.counts.oldest_owed() is None
            tx.outbox.owe_card(LINK_ID, there, NOW)
            sent(OwedState.SAID, changed=True)
            assert tx.counts.oldest_owed() == LATER  # the change is owed, and no older than that
            sent(OwedState.DEAD)
            assert tx.counts.oldest_owed() is None  # what was given up is owed no more
            tx.outbox.retry(head.id, NOW)
            assert tx.counts.oldest_owed() == NOW

        await trying(db, work)

    async def test_what_is_being_sent_is_the_oldest_whatever_is_owed_since(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = r.with_links(tx)
            tx.outbox.owe_card(LINK_ID, there, EARLIER)
            (head,) = tx.outbox.heads(r.SALES.lane)
            tx.outbox.take(head.id)
            tx.outbox.owe_card(OTHER_LINK_ID, there, NOW)
            assert tx.counts.oldest_owed() == EARLIER

        await trying(db, work)

    async def test_what_waits_for_an_invitation_is_not_counted_among_it(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = r.with_links(tx)
            tx.outbox.owe_card(LINK_ID, there, EARLIER)
            place = tx.destinations.get(there)
            tx.destinations.put(replace(place, reach=Reach.UNINVITED))
            assert tx.counts.oldest_owed() is None
            tx.outbox.owe_card(OTHER_LINK_ID, tx.destinations.add(r.SALES, "en").id, NOW)
            assert tx.counts.oldest_owed() == NOW
            tx.destinations.put(replace(place, reach=Reach.GONE))
            assert tx.counts.oldest_owed() == EARLIER

        await trying(db, work)

    async def test_what_was_given_up_is_listed_and_can_be_owed_again(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = r.with_links(tx)
            for number in ("1", "2", "3"):
                tx.outbox.owe_reply(LINK_ID, there, Notice("paid", number), NOW)
            states = (OwedState.SAID, OwedState.LOST, OwedState.DEAD)
            ids = []
            for state in states:
                (head,) = tx.outbox.heads(r.SALES.lane)
                tx.outbox.take(head.id)
                tx.outbox.settle(head, state)
                ids.append(head.id)
            assert [owed.id for owed in tx.outbox.unsaid()] == ids[1:]
            assert [tx.outbox.retry(owed_id, LATER) for owed_id in ids] == [False, True, True]
            again = tx.outbox.unsaid()
            assert [(owed.state, owed.attempts, owed.not_before) for owed in again] == [
                (OwedState.OWED, 0, LATER)
            ] * 2
            assert not tx.outbox.retry(ids[1], LATER)

        await trying(db, work)

    async def test_what_is_dropped_is_never_said_unless_it_changes_again(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = r.with_links(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            tx.outbox.owe_reply(LINK_ID, there, Notice("paid", "1"), NOW)
            card, reply = (owed.id for owed in tx.outbox.unsaid())
            assert [tx.outbox.drop(owed_id) for owed_id in (card, reply, 999)] == [True, True, False]
            assert (tx.outbox.count(), list(tx.outbox.heads(r.SALES.lane))) == (0, [])
            assert not tx.outbox.retry(reply, NOW)
            tx.outbox.owe_reply(LINK_ID, there, Notice("paid", "1"), NOW)
            assert tx.outbox.count() == 0
            tx.outbox.owe_card(LINK_ID, there, LATER)
            (head,) = tx.outbox.heads(r.SALES.lane)
            assert head.id == card
            tx.outbox.take(head.id)
            assert not tx.outbox.drop(head.id)

        await trying(db, work)
