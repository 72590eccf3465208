"""EximPe's answers made to order: as its pages have them, where its stand-in says more, or nothing of it."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.backends.eximpe import make_eximpe
from bot.errors import BackendProtocolError, BackendRejected
from bot.money import Money
from bot.ports.model import Customer, EventKind
from tests.contract.backend_rig import LINK_ID, BackendRig
from tests.contract.test_eximpe import ADDRESS, EXIMPE
from tests.contract.test_eximpe_variants import NOW, PAYMENTS, ROW, SETTINGS, answering, listed
from tests.rigs import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = EXIMPE

K = EventKind
TAKEN = {K.CAPTURED: 4990}
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
    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            *(("pending", K.PENDING), ("failed", K.DECLINED), ("payment_cancelled", K.DECLINED)),
            *(("captured", K.CAPTURED), ("payment_rejected", K.DECLINED), ("payment_expired", K.DECLINED)),
        ],
    )
    async def test_one_need_not_say_when_it_was(self, stage: Stage, status: str, kind: EventKind) -> None:
        answers = {"GET /pg/payments/PR1111111111/": {"data": a_payment("PR1111111111", status)}}
        (event,) = await (await answering(stage, answers)).fetch_payment("PR1111111111")
        assert (event.kind, event.reference) == (kind, LINK_ID)
        assert abs((datetime.now(UTC) - event.occurred_at).total_seconds()) < 60

    @pytest.mark.parametrize("status", ["cancelled", "payment_cancelled", "payment_expired"])
    async def test_one_that_was_called_off_before_anybody_had_begun_is_nothing(
        self, stage: Stage, status: str
    ) -> None:
        row = a_payment("PR1111111111", status, mop_type=None)
        answers = {"GET /pg/payments/PR1111111111/": {"data": row}}
        assert await (await answering(stage, answers)).fetch_payment("PR1111111111") == ()

    @pytest.mark.parametrize("status", ["failed", "cancelled", "PAYMENT_CANCELLED"])
    async def test_one_that_failed_hides_none_that_was_taken(self, stage: Stage, status: str) -> None:
        paid = {**ORDER, "status": "payment_successful"}
        failed = a_payment("PR1111111111", status, order=paid)
        done = {"order": paid, "payment_completed_at": "2026-11-21T09:09:58.000000Z"}
        answers = {
            "GET /pg/payments/PR1111111111/": {"data": failed},
            PAYMENTS: listed(failed, a_payment("PR2222222222", "captured", **done)),
        }
        events = await (await answering(stage, answers)).fetch_payment("PR1111111111")
        assert [event.kind for event in events] == [K.DECLINED, K.CAPTURED]
        assert events[1].amounts == {K.CAPTURED: Money(4990, "INR")}


MADE = {"payment_id": "PR1111111111", "payment_link": "https://pay.example.test/1", "currency": "INR"}
CREATE, DEACTIVATE = "POST /pg/payment-links/", "POST /pg/payment-links/PR1111111111/deactivate/"


class TestLinks:
    @pytest.mark.parametrize("amount", ["49.90", 49.9, {"amount": "49.90", "currency": "INR"}, None])
    async def test_one_over_what_was_asked_for_is_one(
        self, rig: BackendRig, stage: Stage, amount: Any
    ) -> None:
        backend = await answering(stage, {CREATE: (201, {"data": {**MADE, "amount": amount}})})
        assert (await backend.create(rig.request())).provider_id == MADE["payment_id"]

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"amount": "4990.00"}, BackendRejected),
            ({"amount": "49.90", "currency": "USD"}, BackendRejected),
            ({"amount": "forty-nine"}, BackendProtocolError),
            ({"amount": "49.90", "payment_link": None}, BackendProtocolError),
        ],
    )
    async def test_one_over_anything_else_is_taken_back(
        self, rig: BackendRig, stage: Stage, changes: dict[str, Any], error: type[Exception]
    ) -> None:
        answers = {CREATE: (201, {"data": {**MADE, **changes}}), DEACTIVATE: {"success": True}}
        with pytest.raises(error):
            await (await answering(stage, answers)).create(rig.request())
        del answers[DEACTIVATE]
        answers[DEACTIVATE] = (403, {})
        with pytest.raises((BackendProtocolError, BackendRejected), match="may still be paid"):
            await (await answering(stage, answers)).create(rig.request())

    async def test_a_postal_code_is_taken_as_people_write_it(self, rig: BackendRig) -> None:
        """In India `411 001` is as common as `411001`; EximPe takes six characters."""
        await rig.created(details={**ADDRESS, "postal_code": "411 001"})
        sent = (await rig.rig.calls())[-1]["body"]
        assert sent["buyer"]["address"]["postal_code"] == "411001"

    @pytest.mark.parametrize(
        "details",
        [
            {"buyer": {"email": {"code": "invalid", "message": "Enter a valid email address."}}},
            {"buyer.email": {"message": ["Enter a valid email address."]}},
            {"buyer": {"email": {"0": ["Enter a valid email address."]}}},
        ],
    )
    async def test_what_is_told_of_a_field_is_no_field(
        self, rig: BackendRig, stage: Stage, details: dict[str, Any]
    ) -> None:
        refused = {"success": False, "error": {"code": "ERR_ORDER_002", "details": details}}
        backend = await answering(stage, {CREATE: (400, refused)})
        with pytest.raises(BackendRejected) as rejected:
            await backend.create(rig.request())
        assert (rejected.value.codes, rejected.value.field) == (("buyer.email",), "email")


class TestSaid:
    @pytest.mark.parametrize("act", ["create", "extend", "share", "cancel"])
    async def test_a_refusal_with_a_status_of_success_is_one(
        self, rig: BackendRig, stage: Stage, act: str
    ) -> None:
        """The envelope says it: the customer was not written to, and the link ends when it did."""
        refused = {"success": False, "error": {"code": "ERR_ORDER_002", "details": {"expiry_date": "past"}}}
        link = "/pg/payment-links/PR1111111111/"
        calls = (CREATE, *(f"POST {link}{call}/" for call in ("extend_expiry", "share", "deactivate")))
        row = {**ROW, "status": "active", "amount": "49.90", "currency": "INR"}
        backend = await answering(
            stage, {**dict.fromkeys(calls, (200, refused)), f"GET {link}": {"success": True, "data": row}}
        )
        told: dict[str, Callable[[], Awaitable[object]]] = {
            "create": lambda: backend.create(rig.request()),
            "extend": lambda: backend.extend("PR1111111111", NOW, NOW),
            "share": lambda: backend.share("PR1111111111", Customer(email="jane@example.com")),
            "cancel": lambda: backend.cancel("PR1111111111"),
        }
        with pytest.raises(BackendRejected) as rejected:
            await told[act]()
        assert rejected.value.field == "expires"


class TestFinding:
    async def test_where_no_payment_is_found_there_is_none(self, stage: Stage) -> None:
        """Whether nothing found is an empty list or "not found" is not documented."""
        backend = await answering(stage, {"GET /pg/payment-links/?page=1&page_size=10": listed(ROW)})
        assert await backend.find_payments(LINK_ID) == ()
        found = await backend.find(LINK_ID)
        assert found is not None
        assert found.provider_id == ROW["payment_id"]


class TestEvents:
    async def test_money_came_when_its_payment_was_complete(self) -> None:
        """Which the event says with its time zone; when the event was made, it need not."""
        (event,) = make_eximpe(SETTINGS, "").parse(json.dumps(EXIMPE.sample).encode())
        assert event.occurred_at == datetime(2026, 11, 21, 9, 9, 58, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("name", "status", "kind"),
        [
            ("REFUND_STATUS_UPDATE", "REFUND_SUCCESS", K.REFUNDED),
            ("REFUND_STATUS_UPDATE", "refund_processed", K.REFUNDED),
            ("REFUND_STATUS_UPDATE", "REFUND_REJECTED", K.REFUND_FAILED),
            ("DISPUTE_UPDATED", "DISPUTE_WON", K.DISPUTE_WON),
            ("DISPUTE_UPDATED", "DISPUTE_LOST", K.DISPUTE_LOST),
        ],
    )
    async def test_a_state_may_say_of_what_it_is(self, name: str, status: str, kind: EventKind) -> None:
        told = {"payment_id": "PR5106085554", "status": status}
        body = {"event_type": name, "event_time": "2026-11-21 09:10:00", "data": told}
        (event,) = make_eximpe(SETTINGS, "").parse(json.dumps(body).encode())
        assert event.kind is kind

    @pytest.mark.parametrize("at", [{}, {"event_time": None}, {"event_time": "23-11-2026 09:10"}])
    async def test_a_dispute_that_does_not_say_when_it_was_is_told_all_the_same(self, at: Any) -> None:
        """No call tells of disputes, and what is in the body of one is not documented."""
        told = {"payment_id": "PR5106085554", "dispute_id": "DP1", "dispute_status": "OPEN"}
        backend = make_eximpe(SETTINGS, "")
        backend.now = lambda: NOW
        (event,) = backend.parse(json.dumps({"event_type": "DISPUTE_UPDATED", **told, **at}).encode())
        assert (event.kind, event.dispute, event.occurred_at) == (K.DISPUTED, "DP1", NOW)

    @pytest.mark.parametrize("status", [{}, {"refund_status": None}, {"refund_status": "ON_HOLD"}])
    async def test_what_has_become_of_a_refund_is_asked_where_its_event_does_not_say(
        self, status: dict[str, str | None]
    ) -> None:
        told = {"payment_id": "PR5106085554", "refund_id": "RF1", "refund_amount": 100, **status}
        body = {"event_type": "REFUND_STATUS_UPDATE", "event_time": "2026-11-21 09:10:00", "data": [told]}
        backend = make_eximpe(SETTINGS, "")
        with pytest.raises(BackendProtocolError):
            backend.parse(json.dumps(body).encode())
        assert backend.payments_in(json.dumps(body).encode()) == ("PR5106085554",)


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
