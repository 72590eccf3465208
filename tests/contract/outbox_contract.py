"""What every storage must do with what is owed to the chats: once, in order, not before its time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.ports.model import Place
from bot.ports.storage import Transaction
from bot.ports.traffic import Notice, Owed, OwedState, Say
from tests.contract.records import EARLIER, LATER, LINK_ID, NOW, OTHER_LINK_ID, SALES
from tests.contract.storage_rig import StorageRig, trying

LANE = SALES.lane
PAID = Notice("paid", "captured:pay_1", {"amount": "4990 EUR", "method": "Visa •4242 🧁"})
DECLINED = Notice("declined", "declined:pay_0")


def place(tx: Transaction, where: Place = SALES) -> int:
    return tx.destinations.add(where, "en").id


def heads(tx: Transaction, lane: str = LANE) -> list[tuple[Say, str]]:
    return [(owed.say, owed.subject) for owed in tx.outbox.heads(lane)]


def only(owed: Sequence[Owed]) -> Owed:
    (one,) = owed
    return one


def said(tx: Transaction, *, state: OwedState = OwedState.SAID) -> Owed:
    """Send and settle the head of the lane."""
    owed = next(tx.outbox.heads(LANE))
    tx.outbox.take(owed.id)
    tx.outbox.settle(replace(owed, attempts=owed.attempts + 1), state)
    return owed


class CardContract:
    """A card is one row for all its changes."""

    async def test_changes_of_a_card_are_coalesced(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            for _ in range(3):
                tx.outbox.owe_card(LINK_ID, there, NOW)
            owed = only(tx.outbox.heads(LANE))
            expected = Owed(owed.id, Say.CARD, LINK_ID, there, "", {}, OwedState.OWED, 3, 0, NOW, NOW)
            assert owed == expected
            assert tx.outbox.count() == 1

        await trying(db, work)

    async def test_a_card_that_is_said_is_owed_no_more_until_it_changes(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            first = said(tx)
            assert (heads(tx), tx.outbox.count()) == ([], 0)
            tx.outbox.owe_card(LINK_ID, there, LATER)
            again = only(tx.outbox.heads(LANE))
            assert (again.id, again.state, again.attempts) == (first.id, OwedState.OWED, 0)
            assert again.not_before == LATER

        await trying(db, work)

    async def test_a_card_changed_while_it_is_sent_stays_owed(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            owed = only(tx.outbox.heads(LANE))
            tx.outbox.take(owed.id)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            assert only(tx.outbox.heads(LANE)).state is OwedState.SENDING
            tx.outbox.settle(owed, OwedState.SAID)
            assert only(tx.outbox.heads(LANE)).state is OwedState.OWED
            assert said(tx).wanted == 2
            assert tx.outbox.count() == 0

        await trying(db, work)

    async def test_a_card_that_was_refused_is_owed_again_when_it_changes(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            said(tx, state=OwedState.DEAD)
            assert tx.outbox.count() == 0
            tx.outbox.owe_card(LINK_ID, there, NOW)
            assert only(tx.outbox.heads(LANE)).state is OwedState.OWED

        await trying(db, work)

    async def test_a_card_that_was_lost_is_owed_again_where_it_was_found(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            said(tx, state=OwedState.LOST)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            assert tx.outbox.count() == 0
            tx.destinations.put(replace(tx.destinations.get(there), root="1.0"))
            tx.outbox.owe_card(LINK_ID, there, NOW)
            assert only(tx.outbox.heads(LANE)).state is OwedState.OWED

        await trying(db, work)

    async def test_a_card_that_was_lost_is_owed_afresh_elsewhere(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.outbox.owe_card(LINK_ID, place(tx), NOW)
            tx.outbox.settle(only(tx.outbox.heads(LANE)), OwedState.OWED, params={"repeat": "1"})
            said(tx, state=OwedState.LOST)
            tx.outbox.owe_card(LINK_ID, place(tx), NOW)
            again = only(tx.outbox.heads(LANE))
            assert (again.state, again.params) == (OwedState.OWED, {})

        await trying(db, work)

    async def test_a_change_does_not_jump_a_wait(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            tx.outbox.settle(only(tx.outbox.heads(LANE)), OwedState.OWED, not_before=LATER)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            assert only(tx.outbox.heads(LANE)).not_before == LATER
            assert tx.outbox.lanes(NOW) == []

        await trying(db, work)

    async def test_a_question_that_was_lost_is_owed_again_where_it_is_asked_again(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_prompt(LINK_ID, there, NOW)
            said(tx, state=OwedState.LOST)
            tx.outbox.owe_prompt(LINK_ID, there, NOW)
            assert only(tx.outbox.heads(LANE)).state is OwedState.OWED

        await trying(db, work)

    async def test_a_desk_waits_until_the_sooner_of_two_times_but_after_a_failure_for_its_pause(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            there, times = place(tx), list[datetime]()
            for now in (NOW, LATER, EARLIER):
                tx.outbox.owe_desk(LINK_ID, there, now)
                times.append(only(tx.outbox.heads(LANE)).not_before)
            assert times == [NOW, NOW, EARLIER]
            failed = replace(only(tx.outbox.heads(LANE)), attempts=1)
            tx.outbox.settle(failed, OwedState.OWED, not_before=LATER)
            tx.outbox.owe_desk(LINK_ID, there, NOW)
            assert only(tx.outbox.heads(LANE)).not_before == LATER

        await trying(db, work)

    async def test_a_card_that_moves_is_owed_where_it_moved(self, db: StorageRig) -> None:
        quiet = replace(SALES, channel="C0QUIET")

        def work(tx: Transaction) -> None:
            tx.outbox.owe_card(LINK_ID, place(tx), NOW)
            there = place(tx, quiet)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            assert heads(tx) == []
            assert only(tx.outbox.heads(quiet.lane)).destination_id == there

        await trying(db, work)


class OrderContract:
    """Within a thread one after another, oldest first; threads do not wait for each other."""

    async def test_of_very_many_each_is_looked_at_once(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            ids = [str(number) for number in range(40)]
            for one in ids:
                tx.outbox.owe_tidy(LINK_ID, there, one, NOW)
            assert [owed.params["message_id"] for owed in tx.outbox.heads(LANE)] == ids

        await trying(db, work)

    async def test_a_notice_is_owed_once(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            for notice in (PAID, PAID, replace(PAID, key="other"), DECLINED):
                tx.outbox.owe_reply(LINK_ID, there, notice, NOW)
            tx.outbox.owe_reply(OTHER_LINK_ID, there, PAID, NOW)
            assert tx.outbox.count() == 3
            owed = only(tx.outbox.heads(LANE))
            assert (owed.key, owed.params) == (PAID.key, PAID.params)
            said(tx)
            tx.outbox.owe_reply(LINK_ID, there, PAID, NOW)
            assert tx.outbox.count() == 2

        await trying(db, work)

    async def test_replies_follow_their_card_in_the_order_they_were_owed(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> list[str]:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            tx.outbox.owe_reply(LINK_ID, there, DECLINED, NOW)
            tx.outbox.owe_reply(LINK_ID, there, PAID, NOW)
            keys = [said(tx).key for _ in range(3)]
            assert heads(tx) == []
            return keys

        assert await trying(db, work) == ["", "declined", "paid"]

    async def test_a_changed_card_goes_before_the_reply_about_the_change(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            said(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            tx.outbox.owe_reply(LINK_ID, there, PAID, NOW)
            assert heads(tx) == [(Say.CARD, LINK_ID)]

        await trying(db, work)

    async def test_a_thread_whose_head_waits_or_is_cut_off_lets_nothing_overtake(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            tx.outbox.owe_reply(LINK_ID, there, PAID, NOW)
            card = only(tx.outbox.heads(LANE))
            tx.outbox.settle(card, OwedState.OWED, not_before=LATER)
            assert heads(tx) == [(Say.CARD, LINK_ID)]
            tx.outbox.take(card.id)
            assert heads(tx) == [(Say.CARD, LINK_ID)]

        await trying(db, work)

    async def test_each_thread_of_a_lane_has_a_head_oldest_first(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            first, second, quiet = place(tx), place(tx), place(tx, replace(SALES, channel="C0QUIET"))
            tx.outbox.owe_card(LINK_ID, first, NOW)
            tx.outbox.owe_reply(LINK_ID, first, PAID, NOW)
            tx.outbox.owe_card(OTHER_LINK_ID, second, NOW)
            tx.outbox.owe_card("PLQUIET", quiet, NOW)
            assert heads(tx) == [(Say.CARD, LINK_ID), (Say.CARD, OTHER_LINK_ID)]

        await trying(db, work)

    async def test_many_threads_are_read_as_far_as_they_are_looked_at(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            subjects = [f"PL{number:04d}" for number in range(40)]
            for subject in subjects:
                there = place(tx)
                tx.outbox.owe_card(subject, there, NOW)
                tx.outbox.owe_reply(subject, there, PAID, NOW)
            some = tx.outbox.heads(LANE)
            assert [next(some).subject for _ in range(3)] == subjects[:3]
            assert heads(tx) == [(Say.CARD, subject) for subject in subjects]

        await trying(db, work)

    async def test_desks_and_tidying_go_beside_the_thread(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            for _ in range(2):
                tx.outbox.owe_desk(LINK_ID, there, NOW)
                tx.outbox.owe_tidy(LINK_ID, there, "101", NOW)
            tx.outbox.owe_tidy(LINK_ID, there, "102", NOW)
            owed = list(tx.outbox.heads(LANE))
            assert [one.say for one in owed] == [Say.CARD, Say.DESK, Say.TIDY, Say.TIDY]
            assert [one.params for one in owed[2:]] == [{"message_id": "101"}, {"message_id": "102"}]
            assert owed[1].wanted == 2
            assert list(tx.outbox.beside(LANE, 0)) == owed[1:]
            assert list(tx.outbox.beside(LANE, owed[2].id)) == owed[3:]
            assert list(tx.outbox.beside(replace(SALES, channel="C0QUIET").lane, 0)) == []

        await trying(db, work)

    async def test_what_was_tidied_away_about_something_is_known(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            assert tx.outbox.tidied(LINK_ID) == set()
            tx.outbox.owe_reply(LINK_ID, there, PAID, NOW)
            tx.outbox.owe_tidy(LINK_ID, there, "101", NOW)
            tx.outbox.settle(only(list(tx.outbox.beside(LANE, 0))), OwedState.SAID)
            tx.outbox.owe_tidy(LINK_ID, there, "102", NOW)
            tx.outbox.owe_tidy(OTHER_LINK_ID, there, "103", NOW)
            assert tx.outbox.tidied(LINK_ID) == {"101", "102"}

        await trying(db, work)

    async def test_what_waits_is_said_sooner_if_asked_unless_it_has_failed(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)

            def waits_until(asked: datetime) -> datetime:
                tx.outbox.owe_desk(LINK_ID, there, asked)
                return only(tx.outbox.heads(LANE)).not_before

            assert [waits_until(asked) for asked in (LATER, NOW, LATER)] == [LATER, NOW, NOW]
            failed = replace(only(tx.outbox.heads(LANE)), attempts=1)
            tx.outbox.settle(failed, OwedState.OWED, not_before=LATER)
            assert waits_until(NOW) == LATER

        await trying(db, work)


def take(tx: Transaction) -> Owed:
    """The one that is owed, as who sends it knows it."""
    owed = only(tx.outbox.heads(LANE))
    assert tx.outbox.take(owed.id)
    return replace(owed, attempts=owed.attempts + 1)


class SettlingContract:
    """How sending went is written down, and when it may be tried again."""

    async def test_taking_counts_the_attempt(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.outbox.owe_reply(LINK_ID, place(tx), PAID, NOW)
            owed = only(tx.outbox.heads(LANE))
            for attempt in (1, 2):
                tx.outbox.take(owed.id)
                taken = only(tx.outbox.heads(LANE))
                assert (taken.state, taken.attempts) == (OwedState.SENDING, attempt)
                tx.outbox.settle(taken, OwedState.OWED)
                assert only(tx.outbox.heads(LANE)) == replace(owed, attempts=attempt)

        await trying(db, work)

    async def test_who_has_taken_it_holds_it_until_it_is_taken_again_or_done(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.outbox.owe_reply(LINK_ID, place(tx), PAID, NOW)
            first = take(tx)
            assert tx.outbox.holds(first)
            tx.outbox.settle(first, OwedState.OWED)
            assert tx.outbox.holds(first)
            second = take(tx)
            assert [tx.outbox.holds(owed) for owed in (first, second)] == [False, True]
            tx.outbox.settle(second, OwedState.SAID)
            assert not tx.outbox.holds(second)

        await trying(db, work)

    async def test_whoever_took_it_before_it_was_said_holds_nothing_of_what_is_owed_since(
        self, db: StorageRig
    ) -> None:
        """An outcome that is written down late is of another message, though both were tried once."""

        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            first = take(tx)
            tx.outbox.settle(first, OwedState.SAID)
            tx.outbox.owe_card(LINK_ID, there, LATER)
            second = take(tx)
            assert (first.id, first.attempts) == (second.id, second.attempts)
            assert [tx.outbox.holds(owed) for owed in (first, second)] == [False, True]

        await trying(db, work)

    async def test_a_later_try_keeps_its_moment_and_what_it_learnt(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.outbox.owe_reply(LINK_ID, place(tx), PAID, NOW)
            params = {**PAID.params, "repeat": "1"}
            tx.outbox.settle(only(tx.outbox.heads(LANE)), OwedState.OWED, not_before=LATER, params=params)
            owed = only(tx.outbox.heads(LANE))
            assert (owed.not_before, owed.params) == (LATER, params)

        await trying(db, work)

    @pytest.mark.parametrize("ending", [OwedState.SAID, OwedState.LOST, OwedState.DEAD])
    async def test_what_is_finished_is_owed_no_more(self, db: StorageRig, ending: OwedState) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            for notice in (DECLINED, PAID):
                tx.outbox.owe_reply(LINK_ID, there, notice, NOW)
            assert said(tx, state=ending).key == "declined"
            assert (only(tx.outbox.heads(LANE)).key, tx.outbox.count()) == ("paid", 1)

        await trying(db, work)

    async def test_lanes_are_those_where_something_may_be_said_now(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.outbox.owe_reply(LINK_ID, place(tx), PAID, LATER)
            tx.outbox.owe_reply(OTHER_LINK_ID, place(tx, replace(SALES, channel="C0QUIET")), PAID, EARLIER)
            assert tx.outbox.lanes(NOW) == [replace(SALES, channel="C0QUIET").lane]
            assert set(tx.outbox.lanes(LATER)) == {LANE, replace(SALES, channel="C0QUIET").lane}
            assert tx.outbox.lanes(EARLIER - timedelta(microseconds=1)) == []

        await trying(db, work)

    async def test_what_was_cut_off_in_the_middle_is_found_at_once(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.outbox.owe_reply(LINK_ID, place(tx), PAID, LATER)
            tx.outbox.take(only(tx.outbox.heads(LANE)).id)
            assert tx.outbox.lanes(NOW) == [LANE]
            assert tx.outbox.count() == 1

        await trying(db, work)


@pytest.mark.asyncio(loop_scope="module")
class OutboxContract(CardContract, OrderContract, SettlingContract):
    """All that a storage must do with what is owed."""
