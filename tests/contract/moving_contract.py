"""What every storage must do with what is owed elsewhere, or sooner, than it was; and with prompts."""

from dataclasses import replace

from bot.ports.storage import Transaction
from bot.ports.traffic import OwedState, Say
from tests.contract.outbox_contract import DECLINED, LANE, PAID, heads, only, place, said
from tests.contract.records import LATER, LINK_ID, NOW, OTHER_LINK_ID, SALES
from tests.contract.storage_rig import StorageRig, trying


class MovingContract:
    """Prompts, and what is owed elsewhere or sooner than it was."""

    async def test_a_prompt_is_one_row_and_keeps_its_place_in_the_thread(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            there = place(tx)
            tx.outbox.owe_card(LINK_ID, there, NOW)
            for _ in range(2):
                tx.outbox.owe_prompt(LINK_ID, there, NOW)
            assert (heads(tx), tx.outbox.count()) == ([(Say.CARD, LINK_ID)], 2)
            said(tx)
            prompt = only(tx.outbox.heads(LANE))
            assert (prompt.say, prompt.wanted) == (Say.PROMPT, 2)
            said(tx)
            tx.outbox.owe_prompt(LINK_ID, there, NOW)
            assert heads(tx) == [(Say.PROMPT, LINK_ID)]

        await trying(db, work)

    async def test_what_is_still_owed_of_a_subject_moves_and_the_rest_stays(self, db: StorageRig) -> None:
        quiet = replace(SALES, channel="C0QUIET")

        def work(tx: Transaction) -> None:
            here, there = place(tx), place(tx, quiet)
            for notice in (DECLINED, PAID):
                tx.outbox.owe_reply(LINK_ID, here, notice, LATER)
            tx.outbox.owe_reply(OTHER_LINK_ID, here, PAID, NOW)
            said(tx, state=OwedState.DEAD)
            tx.outbox.take(next(tx.outbox.heads(LANE)).id)
            tx.outbox.move(LINK_ID, there)
            assert heads(tx) == [(Say.REPLY, OTHER_LINK_ID)]
            moved = only(tx.outbox.heads(quiet.lane))
            assert (moved.key, moved.destination_id, moved.not_before) == ("paid", there, LATER)
            assert moved.state is OwedState.SENDING
            given_up = next(owed for owed in tx.outbox.unsaid() if owed.state is OwedState.DEAD)
            assert (given_up.key, given_up.destination_id) == ("declined", here)

        await trying(db, work)

    async def test_what_waits_for_a_destination_may_be_said_now_and_nothing_else(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            here, there = place(tx), place(tx)
            for subject, to in ((LINK_ID, here), (OTHER_LINK_ID, there)):
                tx.outbox.owe_reply(subject, to, PAID, LATER)
            assert tx.outbox.lanes(NOW) == []
            tx.outbox.hurry(here, NOW)
            assert [(owed.subject, owed.not_before) for owed in tx.outbox.heads(LANE)] == [
                (LINK_ID, NOW),
                (OTHER_LINK_ID, LATER),
            ]
            assert tx.outbox.lanes(NOW) == [LANE]

        await trying(db, work)

    async def test_what_waits_for_a_destination_is_given_up_and_what_comes_later_is_not(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            here, there = place(tx), place(tx)
            tx.outbox.owe_card(LINK_ID, here, NOW)
            for subject, to in ((LINK_ID, here), (OTHER_LINK_ID, there)):
                tx.outbox.owe_reply(subject, to, PAID, NOW)
            tx.outbox.give_up(here)
            assert heads(tx) == [(Say.REPLY, OTHER_LINK_ID)]
            assert [owed.say for owed in tx.outbox.unsaid() if owed.state is OwedState.DEAD] == [
                *(Say.CARD, Say.REPLY)
            ]
            tx.outbox.owe_reply(LINK_ID, here, DECLINED, NOW)
            tx.outbox.owe_card(LINK_ID, here, NOW)
            assert heads(tx) == [(Say.CARD, LINK_ID), (Say.REPLY, OTHER_LINK_ID)]

        await trying(db, work)

    async def test_hurrying_changes_nothing_about_what_is_being_said(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            here = place(tx)
            tx.outbox.owe_reply(LINK_ID, here, PAID, LATER)
            tx.outbox.take(only(tx.outbox.heads(LANE)).id)
            before = only(tx.outbox.heads(LANE))
            tx.outbox.hurry(here, NOW)
            assert only(tx.outbox.heads(LANE)) == before

        await trying(db, work)
