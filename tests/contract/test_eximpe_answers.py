"""EximPe's answers made to order: as its pages have them, where its stand-in says more, or nothing of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.money import Money
from bot.ports.model import EventKind
from tests.contract.backend_rig import LINK_ID
from tests.contract.test_eximpe_variants import PAYMENTS, answering, listed
from tests.rigs import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

K = EventKind
ORDER = {"order_id": "OD3376378679", "reference_id": LINK_ID, "amount": "49.90", "currency": "INR"}


def a_payment(payment_id: str, status: str, **changes: Any) -> dict[str, Any]:
    """The fields that the page of a payment lists, and no other."""
    whole: dict[str, Any] = {
        "payment_id": payment_id,
        "order": {**ORDER, "status": "payment_pending"},
        "status": status,
        "mop_type": "UPI",
        "bank_ref_num": None,
        "refund": [],
        "settlement": None,
        "payment_completed_at": None,
    }
    return whole | changes


class TestPayments:
    @pytest.mark.parametrize(("status", "kind"), [("pending", K.PENDING), ("failed", K.DECLINED)])
    async def test_one_that_is_not_complete_need_not_say_when_it_was(
        self, stage: Stage, status: str, kind: EventKind
    ) -> None:
        answers = {"GET /pg/payments/PR1111111111/": {"data": a_payment("PR1111111111", status)}}
        (event,) = await (await answering(stage, answers)).fetch_payment("PR1111111111")
        assert (event.kind, event.reference) == (kind, LINK_ID)
        assert abs((datetime.now(UTC) - event.occurred_at).total_seconds()) < 60

    async def test_one_that_failed_hides_none_that_was_taken(self, stage: Stage) -> None:
        paid = {**ORDER, "status": "payment_successful"}
        failed = a_payment("PR1111111111", "failed", order=paid)
        done = {"order": paid, "payment_completed_at": "2026-11-21T09:09:58.000000Z"}
        answers = {
            "GET /pg/payments/PR1111111111/": {"data": failed},
            PAYMENTS: listed(failed, a_payment("PR2222222222", "captured", **done)),
        }
        events = await (await answering(stage, answers)).fetch_payment("PR1111111111")
        assert [event.kind for event in events] == [K.DECLINED, K.CAPTURED]
        assert events[1].amounts == {K.CAPTURED: Money(4990, "INR")}
