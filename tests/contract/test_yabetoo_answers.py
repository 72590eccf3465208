"""YabetooPay's answers made to order: links, lists and checkouts that its stand-in does not give."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.backends.yabetoo import Yabetoo, make_yabetoo
from bot.errors import BackendGone, BackendProtocolError, BackendRejected
from bot.money import Money
from bot.ports.model import EventKind
from tests.contract.backend_rig import LINK_ID, BackendRig
from tests.contract.test_yabetoo import COMPLETED, FAILED, YABETOO
from tests.rigs import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = YABETOO

SETTINGS = {"API_URL": "http://127.0.0.1:9", "SECRET_KEY": "sk_test_fake", "WEBHOOK_SECRET": "whsec_fake"}
NOW = datetime(2026, 11, 21, 9, 10, tzinfo=UTC)
AT_TEXT = "2026-11-21T09:10:00.000Z"
SESSION = {
    "id": "cs_1",
    "status": "complete",
    "payment_status": "paid",
    "amount_total": 49.9,
    "currency": "eur",
}


async def answering(stage: Stage, answers: dict[str, Any], **settings: str) -> Yabetoo:
    """YabetooPay as far as these answers go, by method, path and query: a body, or a status and a body."""

    async def answer(request: Request) -> JSONResponse:
        name = f"{request.method} {request.url.path}?{request.url.query}".rstrip("?")
        asked.append(name)
        found = answers.get(name)
        status, body = found if isinstance(found, tuple) else (404 if found is None else 200, found)
        return JSONResponse(body, status)

    asked: list[str] = []
    answers["asked"] = asked
    stage.app = Starlette(routes=[Route("/{rest:path}", answer, methods=["GET", "POST", "PUT"])])
    backend = make_yabetoo({**SETTINGS, "API_URL": stage.url, **settings}, "Corner Coffee")
    backend.now = lambda: NOW
    stage.closing.push_async_callback(backend.aclose)
    return backend


def a_link(**changes: Any) -> dict[str, Any]:
    link = {
        "id": "plink_1",
        "name": f"Corner Coffee {LINK_ID}",
        "url": "https://pay.example.test/p/1",
        "currency": "EUR",
        "amount": 49.9,
        "isActive": True,
        "expiresAt": "2026-11-28T09:10:00.000Z",
        "maxRedemptions": 1,
        "redemptionCount": 0,
        "metadata": {"reference": LINK_ID, "asked": "49.90 EUR"},
        "createdAt": "2026-11-21T09:10:00.000Z",
        "updatedAt": "2026-11-21T09:20:00.000Z",
    }
    return link | changes


class TestLinks:
    async def test_a_link_is_usable_until_its_very_end(self, stage: Stage) -> None:
        for expires, usable in (("2026-11-21T09:10:00.001Z", True), ("2026-11-21T09:10:00.000Z", False)):
            backend = await answering(stage, {"GET /v1/payment-links/plink_1": a_link(expiresAt=expires)})
            assert (await backend.fetch("plink_1")).usable is usable

    @pytest.mark.parametrize(
        ("changes", "times"),
        [
            ({"redemptionCount": 1}, None),
            ({"redemptionCount": 2}, 2),
            ({"redemptionCount": 2, "type": "subscription"}, None),
        ],
    )
    async def test_a_link_for_one_use_that_is_paid_more_often_says_how_often(
        self, stage: Stage, changes: dict[str, Any], times: int | None
    ) -> None:
        """Two can be asked on the telephone at once; which checkouts these were only webhooks tell."""
        answers = {"GET /v1/payment-links/plink_1": a_link(**changes)}
        fetched = await (await answering(stage, answers)).fetch("plink_1")
        assert (fetched.times, fetched.payment_ids) == (times, ("plink_1",))

    async def test_a_link_over_another_sum_is_switched_off(self, rig: BackendRig, stage: Stage) -> None:
        made = "POST /v1/payment-links", "PUT /v1/payment-links/plink_1"
        for link, error in (
            (a_link(amount=50), BackendRejected),
            (a_link(currency="XAF", amount=50), BackendRejected),
            (a_link(amount=None, minAmount=1), BackendProtocolError),
            (a_link(amount=None, minAmount=1, maxAmount=49.9), BackendRejected),
            (a_link(items=[{"priceId": "price_1", "quantity": 1}]), BackendRejected),
            (a_link(maxRedemptions=None), BackendRejected),
        ):
            answers: dict[str, Any] = {made[0]: (201, link), made[1]: (200, {})}
            backend = await answering(stage, answers)
            with pytest.raises(error):
                await backend.create(rig.request())
            assert answers["asked"] == list(made)

    @pytest.mark.parametrize("status", [403, 429, 500])
    async def test_a_link_over_another_sum_that_cannot_be_switched_off_may_be_paid(
        self, rig: BackendRig, stage: Stage, status: int
    ) -> None:
        answers: dict[str, Any] = {
            "POST /v1/payment-links": (201, a_link(amount=50)),
            "PUT /v1/payment-links/plink_1": (status, {}),
        }
        with pytest.raises(BackendProtocolError, match="plink_1"):
            await (await answering(stage, answers)).create(rig.request())

    @pytest.mark.parametrize(
        "changes",
        [
            *({"id": "price_2"}, {"amount": None}, {"amount": True}, {"currency": None}),
            *({"type": "free"}, {"active": None}, {"trialPeriodDays": "14"}),
        ],
    )
    async def test_a_price_without_sense_sells_nothing(
        self, rig: BackendRig, stage: Stage, changes: dict[str, Any]
    ) -> None:
        price = {"id": "price_1", "amount": "49.90", "currency": "eur", "type": "one_time", "active": True}
        answers: dict[str, Any] = {"GET /v1/prices/price_1": {**price, **changes}}
        backend = await answering(stage, answers)
        with pytest.raises((BackendProtocolError, BackendRejected)):
            await backend.create(rig.request(details={"price": "price_1"}))
        assert answers["asked"] == ["GET /v1/prices/price_1"]

    async def test_the_key_of_idempotency_is_our_reference(self, rig: BackendRig, stage: Stage) -> None:
        seen: list[str | None] = []

        async def answer(request: Request) -> JSONResponse:
            seen.append(request.headers.get("Idempotency-Key"))
            return JSONResponse(a_link(), 201)

        stage.app = Starlette(routes=[Route("/{rest:path}", answer, methods=["POST"])])
        request = rig.request()
        await rig.other(API_URL=stage.url).create(request)
        assert seen == [request.reference]

    async def test_an_extension_is_as_yabetoopay_has_it(self, stage: Stage) -> None:
        until = NOW + timedelta(days=3)
        for body, expected in (
            ({}, until),
            ({"expiresAt": "2026-11-30T00:00:00.000Z"}, datetime(2026, 11, 30, tzinfo=UTC)),
        ):
            backend = await answering(stage, {"PUT /v1/payment-links/plink_1": body})
            assert await backend.extend("plink_1", until, NOW) == expected

    async def test_a_change_that_is_refused_is_told(self, stage: Stage) -> None:
        refused = {"errors": [{"message": "no", "rule": "after", "field": "expiresAt"}]}
        backend = await answering(stage, {"PUT /v1/payment-links/plink_1": (422, refused)})
        with pytest.raises(BackendRejected) as raised:
            await backend.extend("plink_1", NOW, NOW)
        assert (raised.value.codes, raised.value.field) == (("expiresAt",), "expires")

    async def test_a_change_of_a_link_that_is_gone_says_so(self, rig: BackendRig, stage: Stage) -> None:
        gone = {"errors": [{"message": "no", "code": "E_PAYMENT_LINK_NOT_FOUND", "status": 404}]}
        put = "PUT /v1/payment-links/plink_1"
        backend = await answering(stage, {put: (404, gone)})
        with pytest.raises(BackendGone):
            await backend.cancel("plink_1")
        backend = await answering(
            stage, {"POST /v1/payment-links": (201, a_link(amount=50)), put: (404, gone)}
        )
        with pytest.raises(BackendRejected):
            await backend.create(rig.request())

    @pytest.mark.parametrize("status", [400, 404, 422])
    async def test_a_price_that_cannot_be_is_none(self, rig: BackendRig, stage: Stage, status: int) -> None:
        refused = {"errors": [{"message": "no", "rule": "regex", "field": "id"}]}
        backend = await answering(stage, {"GET /v1/prices/coffee": (status, refused)})
        with pytest.raises(BackendRejected) as rejected:
            await backend.create(rig.request(details={"price": "coffee"}))
        assert (rejected.value.codes, rejected.value.field) == (("price_unknown",), "price")

    async def test_one_of_a_list_that_is_refused_is_its_field(self, rig: BackendRig, stage: Stage) -> None:
        refused = {"errors": [{"message": "no", "rule": "number", "field": "suggestedAmounts.1"}]}
        backend = await answering(stage, {"POST /v1/payment-links": (422, refused)})
        with pytest.raises(BackendRejected) as rejected:
            await backend.create(rig.request())
        assert rejected.value.field == "suggested"

    async def test_only_a_subscription_begins_with_a_trial(self, rig: BackendRig, stage: Stage) -> None:
        price = {"id": "price_1", "amount": "49.90", "currency": "eur", "type": "one_time", "active": True}
        answers: dict[str, Any] = {"GET /v1/prices/price_1": {**price, "trialPeriodDays": 14}}
        bodies: list[Any] = []

        async def answer(request: Request) -> JSONResponse:
            if request.method == "GET":
                return JSONResponse(answers[f"GET {request.url.path}"])
            bodies.append(await request.json())
            return JSONResponse(a_link(items=[{"priceId": "price_1"}], amount=None), 201)

        stage.app = Starlette(routes=[Route("/{rest:path}", answer, methods=["GET", "POST", "PUT"])])
        await rig.other(API_URL=stage.url).create(rig.request(details={"price": "price_1"}))
        assert "trial_days" not in bodies[0]["metadata"]

    async def test_no_content_is_a_change_that_was_made(self, stage: Stage) -> None:
        backend = await answering(stage, {"PUT /v1/payment-links/plink_1": {}})
        await backend.cancel("plink_1")
        await backend.resume("plink_1")
        await backend.edit("plink_1", "Invoice 13")


class TestFinding:
    @pytest.mark.parametrize(
        "meta", [{"lastPage": 3, "currentPage": 1}, {"pages": 3, "page": 1}], ids=["lastPage", "pages"]
    )
    async def test_all_pages_are_looked_through(self, stage: Stage, meta: dict[str, int]) -> None:
        other = a_link(id="plink_2", metadata={"reference": f"{LINK_ID}-2"}, name="Corner Coffee")
        answers: dict[str, Any] = {
            f"GET /v1/payment-links?page={page}&limit=100": {
                "data": [a_link() if page == 3 else other],
                "meta": meta,
            }
            for page in (1, 2, 3)
        }
        backend = await answering(stage, answers)
        assert (found := await backend.find(LINK_ID)) is not None
        assert (found.provider_id, len(answers["asked"])) == ("plink_1", 3)

    @pytest.mark.parametrize("bare", [True, False])
    async def test_where_pages_are_not_counted_a_short_one_is_the_last(
        self, stage: Stage, *, bare: bool
    ) -> None:
        others = [a_link(id=f"plink_{n}", metadata={}, name="Tea") for n in range(100)]
        pages = {1: others, 2: [a_link()]}
        answers: dict[str, Any] = {
            f"GET /v1/payment-links?page={page}&limit=100": rows if bare else {"status": True, "data": rows}
            for page, rows in pages.items()
        }
        backend = await answering(stage, answers)
        assert await backend.find(LINK_ID) is not None
        assert await backend.find("PLNOSUCHLINK00") is None
        assert len(answers["asked"]) == 4

    @pytest.mark.parametrize(
        "changes",
        [
            {"isActive": False},
            {"amount": 50},
            {"metadata": {"reference": LINK_ID}},
            {"metadata": None},
            {"url": None},
            {"amount": None},
        ],
    )
    async def test_a_link_that_is_not_as_asked_is_not_found(
        self, stage: Stage, changes: dict[str, Any]
    ) -> None:
        backend = await answering(
            stage, {"GET /v1/payment-links?page=1&limit=100": {"data": [a_link(**changes)]}}
        )
        assert await backend.find(LINK_ID) is None

    async def test_its_payments_are_found_by_the_name_alone(self, stage: Stage) -> None:
        rows = {"data": [a_link(metadata=None, redemptionCount=1)]}
        backend = await answering(stage, {"GET /v1/payment-links?page=1&limit=100": rows})
        assert await backend.find_payments(LINK_ID) == ("plink_1",)


class TestCheckouts:
    """A checkout that webhooks have named tells how much was paid, when asked."""

    LINK, CHECKOUT = "GET /v1/payment-links/plink_1", "GET /v1/checkout/sessions/cs_1"

    @staticmethod
    def failed() -> bytes:
        data = {"paymentLinkId": "plink_1", "checkoutSessionId": "cs_1", "error": "Payment status: failed"}
        return json.dumps({"id": "e", "type": FAILED, "created_at": AT_TEXT, "data": data}).encode()

    async def test_what_is_taken_is_told_by_a_checkout_that_we_know(self, stage: Stage) -> None:
        answers = {self.LINK: a_link(redemptionCount=1), self.CHECKOUT: SESSION}
        backend = await answering(stage, answers)
        assert await backend.fetch_payment("cs_1") == ()
        (unknown,) = await backend.fetch_payment("plink_1")
        backend.parse(self.failed())
        (event,) = await backend.fetch_payment("plink_1")
        assert (unknown.amounts, event.amounts) == ({}, {EventKind.CAPTURED: Money(4990, "EUR")})
        assert unknown.key != event.key
        assert await backend.fetch_payment("cs_1") == (event,)

    async def test_one_that_is_not_there_is_no_payment(self, stage: Stage) -> None:
        assert await (await answering(stage, {})).fetch_payment("cs_1") == ()

    async def test_an_event_without_a_moment_tells_what_was_paid(self, stage: Stage) -> None:
        """The older text shows none, and its checkouts need not be there to be asked about."""
        told = {"paymentLinkId": "plink_1", "sessionId": "plsession_1", "amount": 49.9, "currency": "EUR"}
        body = {"type": "payment_link.payment.completed", "data": {"object": told}}
        (event,) = (await answering(stage, {})).parse(json.dumps(body).encode())
        assert (event.occurred_at, event.use) == (NOW, "plsession_1")
        assert event.amounts == {EventKind.CAPTURED: Money(4990, "EUR")}

    @pytest.mark.parametrize(
        ("name", "stamp"), [(COMPLETED, "completedAt"), (FAILED, "failedAt"), (COMPLETED, "created_at")]
    )
    async def test_an_event_that_is_made_once_more_is_of_the_same_moment(
        self, stage: Stage, name: str, stamp: str
    ) -> None:
        """Else a payment that was in time, told late, would be one that came too late."""
        told = {"paymentLinkId": "plink_1", "checkoutSessionId": "cs_1", stamp: AT_TEXT}
        body = {"id": "e", "type": name, "created_at": "2026-11-30T09:10:00.000Z", "data": told}
        if stamp == "created_at":
            body = {**body, "created_at": AT_TEXT, "data": {**told, "completedAt": "some day"}}
        (event,) = (await answering(stage, {})).parse(json.dumps(body).encode())
        assert event.occurred_at == NOW

    @pytest.mark.parametrize("answer", [(422, {"errors": []}), (200, {**SESSION, "amount_total": None})])
    async def test_one_that_cannot_be_read_hides_neither_its_link_nor_another(
        self, stage: Stage, answer: Any
    ) -> None:
        answers = {self.LINK: a_link(redemptionCount=1), self.CHECKOUT: answer}
        backend = await answering(stage, answers)
        backend.parse(self.failed())
        (event,) = await backend.fetch_payment("plink_1")
        assert (event.kind, event.amounts) == (EventKind.CAPTURED, {})
        backend.parse(self.failed().replace(b"cs_1", b"cs_2"))
        answers["GET /v1/checkout/sessions/cs_2"] = {**SESSION, "id": "cs_2"}
        (event,) = await backend.fetch_payment("plink_1")
        assert event.amounts == {EventKind.CAPTURED: Money(4990, "EUR")}

    async def test_one_that_is_paid_is_asked_about_once(self, stage: Stage) -> None:
        """Nothing else is ever told of it, and a link for many uses has many of them at each look."""
        named = {**SESSION, "paymentLinkId": "plink_1"}
        link = a_link(maxRedemptions=None, redemptionCount=1)
        answers = {self.LINK: link, self.CHECKOUT: {**named, "payment_status": "unpaid"}}
        backend = await answering(stage, answers)
        assert await backend.fetch_payment("cs_1") == ()
        answers[self.CHECKOUT] = named
        events = await backend.fetch_payment("cs_1")
        assert [event.use for event in events] == ["cs_1"]
        asked = len(answers["asked"])
        assert await backend.fetch_payment("cs_1") == events
        assert len(answers["asked"]) == asked

    async def test_a_checkout_that_names_its_link_leads_there(self, stage: Stage) -> None:
        named = {**SESSION, "paymentLinkId": "plink_1"}
        backend = await answering(stage, {self.LINK: a_link(redemptionCount=1), self.CHECKOUT: named})
        (event,) = await backend.fetch_payment("cs_1")
        assert event.provider_payment_id == event.provider_link_id == "plink_1"
        assert event.amounts == {EventKind.CAPTURED: Money(4990, "EUR")}

    @pytest.mark.parametrize(
        "changes",
        [
            {"payment_status": "unpaid", "status": "open"},
            {"payment_status": "unpaid", "status": "expired"},
            {"payment_status": "no_payment_required"},
            {"payment_status": None},
        ],
    )
    async def test_nothing_is_told_of_one_that_is_not_paid(
        self, stage: Stage, changes: dict[str, Any]
    ) -> None:
        session = {**SESSION, **changes, "paymentLinkId": "plink_1"}
        backend = await answering(stage, {self.LINK: a_link(redemptionCount=1), self.CHECKOUT: session})
        assert await backend.fetch_payment("cs_1") == ()

    @pytest.mark.parametrize(
        "session",
        [
            {**SESSION, "amount_total": None},
            {**SESSION, "amount_total": True},
            {**SESSION, "currency": None},
            {**SESSION, "id": "cs_2"},
            {},
        ],
    )
    async def test_one_without_sense_is_a_protocol_error(self, stage: Stage, session: dict[str, Any]) -> None:
        backend = await answering(stage, {self.CHECKOUT: (200, session)})
        with pytest.raises(BackendProtocolError):
            await backend.fetch_payment("cs_1")

    async def test_only_so_many_are_remembered(self, stage: Stage) -> None:
        backend = await answering(stage, {self.LINK: a_link(redemptionCount=1), self.CHECKOUT: SESSION})
        backend.parse(self.failed())
        for number in range(1000):
            backend.parse(
                self.failed().replace(b"cs_1", f"cs_x{number}".encode()).replace(b"plink_1", b"plink_2")
            )
        (event,) = await backend.fetch_payment("plink_1")
        assert event.amounts == {}
