"""EximPe's answers made to order: as its pages have them, where its stand-in says more, or nothing of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.errors import BackendProtocolError
from bot.money import Money
from bot.ports.model import EventKind
from tests.contract.backend_rig import LINK_ID, BackendRig, backend_rig
from tests.contract.test_eximpe import EXIMPE
from tests.contract.test_eximpe_variants import PAYMENTS, answering, listed
from tests.rigs import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

K = EventKind
TAKEN = {K.CAPTURED: 4990}
ORDER = {"order_id": "OD3376378679", "reference_id": LINK_ID, "amount": "49.90", "currency": "INR"}


@pytest_asyncio.fixture(loop_scope="module")
async def rig(stage: Stage) -> AsyncIterator[BackendRig]:
    async with backend_rig(stage, EXIMPE) as ready:
        yield ready


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


class TestOtherIds:
    """Webhooks of version 2 have ids that no call of version 1 knows: our reference leads to theirs."""

    @pytest.mark.parametrize(
        ("outcome", "kind", "stands"),
        [
            (("refunded", 1000), K.REFUNDED, (K.REFUNDED, {**TAKEN, K.REFUNDED: 1000})),
            (("refund_pending", 1000), K.REFUND_PENDING, (K.CAPTURED, TAKEN)),
            (("refund_failed", 1000), K.REFUND_FAILED, (K.CAPTURED, TAKEN)),
            (("disputed", None), K.DISPUTED, (K.CAPTURED, TAKEN)),
        ],
    )
    async def test_what_befalls_a_payment_makes_no_second_one(
        self, rig: BackendRig, outcome: tuple[str, int | None], kind: EventKind, stands: Any
    ) -> None:
        await rig.rig.control("options", payload="v2")
        request, created = await rig.created(reference=f"PL{kind.upper():X<12.12}".replace("_", "X"))
        payment = await rig.play(created.provider_id, [("paid", None), outcome])
        body, backend = (await rig.webhooks(2))[-1].body, rig.backend
        with pytest.raises(BackendProtocolError):
            backend.parse(body)
        assert backend.payments_in(body) == (request.reference,)
        (fetched,) = await backend.fetch_payment(request.reference)
        (told,) = backend.parse(body)
        assert fetched.provider_payment_id == told.provider_payment_id == payment["id"]
        assert (fetched.kind, rig.minor(fetched), told.kind) == (*stands, kind)

    async def test_an_attempt_that_failed_is_found_by_our_reference(self, rig: BackendRig) -> None:
        await rig.rig.control("options", payload="v2")
        request, created = await rig.created()
        payment = await rig.pay(created.provider_id, "declined")
        (sent,) = await rig.webhooks(1)
        with pytest.raises(BackendProtocolError):
            rig.backend.parse(sent.body)
        (named,) = rig.backend.payments_in(sent.body)
        (fetched,) = await rig.backend.fetch_payment(named)
        assert (fetched.kind, fetched.provider_payment_id) == (K.DECLINED, payment["id"])
        assert fetched.reference == request.reference
