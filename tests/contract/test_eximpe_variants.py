"""EximPe in every way that its sources leave open or contradict each other in: the adapter takes them all."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.backends.eximpe import Eximpe, make_eximpe
from bot.errors import BackendProtocolError, BackendRejected, ConfigurationError, WebhookRejected
from bot.ports.model import Customer, EventKind, Mode
from tests.contract.backend_rig import LINK_ID, BackendRig
from tests.contract.test_eximpe import EXIMPE, PHONE, sign
from tests.rigs import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = EXIMPE

SETTINGS = {"API_URL": "http://127.0.0.1:9", "CLIENT_ID": "c", "SECRET_KEY": "s", "WEBHOOK_SECRET": "w"}
NOW = datetime(2026, 11, 21, 9, 10, tzinfo=UTC)
EVENT = json.dumps(EXIMPE.sample, indent=1).encode()
CANONICAL = json.dumps(EXIMPE.sample, sort_keys=True, separators=(",", ":")).encode()


def eximpe(rig: BackendRig) -> Eximpe:
    assert isinstance(rig.backend, Eximpe)
    return rig.backend


async def answering(stage: Stage, answers: dict[str, Any]) -> Eximpe:
    """EximPe as far as these answers go, by method and path: a body, or a status and a body."""

    async def answer(request: Request) -> JSONResponse:
        found = answers.get(f"{request.method} {request.url.path}?{request.url.query}".rstrip("?"))
        status, body = found if isinstance(found, tuple) else (200 if found else 404, found)
        return JSONResponse(body, status)

    stage.app = Starlette(routes=[Route("/{rest:path}", answer, methods=["GET", "POST"])])
    backend = make_eximpe({**SETTINGS, "API_URL": stage.url}, "Corner Coffee")
    stage.closing.push_async_callback(backend.aclose)
    return backend


def listed(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "data": {"results": list(rows)}}


NOBODY = listed()
PAYMENTS = f"GET /pg/payments/?reference_id={LINK_ID}"
ROW = {"payment_id": "PR1111111111", "payment_link": "https://pay.example.test/1", "reference_id": LINK_ID}


class TestProof:
    @pytest.mark.parametrize("signed", ["raw", "canonical"])
    async def test_the_bytes_or_their_canonical_form_are_signed(self, rig: BackendRig, signed: str) -> None:
        await rig.rig.control("options", signed=signed)
        _, created = await rig.created(description="Café №5")
        await rig.pay(created.provider_id, "paid")
        (sent,) = await rig.webhooks(1)
        rig.backend.verify(sent.headers, sent.body, rig.now)

    @pytest.mark.parametrize("option", [{"signed": "wrong"}, {"signing_key": "client_secret"}])
    async def test_any_other_proof_is_none(self, rig: BackendRig, option: dict[str, str]) -> None:
        await rig.rig.control("options", **option)
        _, created = await rig.created()
        await rig.pay(created.provider_id, "paid")
        (sent,) = await rig.webhooks(1)
        with pytest.raises(WebhookRejected):
            rig.backend.verify(sent.headers, sent.body, rig.now)

    async def test_the_canonical_form_has_all_that_the_event_has(self) -> None:
        backend, proof = make_eximpe(SETTINGS, ""), sign("w", CANONICAL)
        backend.verify(proof, EVENT, NOW)
        for place in (EXIMPE.sample, EXIMPE.sample["data"]):
            for name, value in place.items():
                changed = EVENT.replace(json.dumps(value).encode(), b'"other"') if name != "data" else b"{}"
                with pytest.raises(WebhookRejected):
                    backend.verify(proof, changed, NOW)

    async def test_only_an_event_has_a_canonical_form(self) -> None:
        with pytest.raises(WebhookRejected):
            make_eximpe(SETTINGS, "").verify(sign("w", b'{"id":1}'), b'{"id": 1}', NOW)

    async def test_what_is_longer_than_any_event_is_not_read_before_it_is_proven(self) -> None:
        backend, long = make_eximpe(SETTINGS, ""), b'{"event_type":"%s"}' % (b"x" * 64_000)
        spaced = long.replace(b":", b": ")
        backend.verify(sign("w", spaced), spaced, NOW)
        with pytest.raises(WebhookRejected):
            backend.verify(sign("w", long), spaced, NOW)

    async def test_a_bottomless_body_is_refused_like_any_other(self) -> None:
        backend, body = make_eximpe(SETTINGS, ""), b"[" * 100_000
        with pytest.raises(WebhookRejected):
            backend.verify(sign("other", body), body, NOW)
        with pytest.raises(BackendProtocolError):
            backend.parse(body)

    async def test_only_a_number_that_can_be_there_once_is_a_key(self) -> None:
        backend = make_eximpe(SETTINGS, "")
        for number in (1, "1", None, "", ["x"]):
            bodies = [json.dumps({"sequence_number": number, "n": n}).encode() for n in (1, 2)]
            assert len({backend.event_key(body).id for body in bodies}) == len(bodies)


class TestAnswers:
    async def test_a_link_as_the_guide_has_it(self, rig: BackendRig) -> None:
        await rig.rig.control("options", created="guide")
        request, created = await rig.created()
        assert created.provider_id.startswith("pl_")
        assert (await rig.backend.fetch(created.provider_id)).reference == request.reference
        payment = await rig.pay(created.provider_id, "paid")
        assert (await rig.event(EventKind.CAPTURED)).reference == request.reference
        assert (await rig.backend.fetch(created.provider_id)).payment_ids == (payment["id"],)

    async def test_states_in_the_guides_words(self, rig: BackendRig) -> None:
        await rig.rig.control("options", statuses="guide")
        _, created = await rig.created()
        fetched = await rig.backend.fetch(created.provider_id)
        assert (fetched.usable, fetched.received, fetched.payment_ids) == (True, False, ())
        await eximpe(rig).cancel(created.provider_id)
        assert not (await rig.backend.fetch(created.provider_id)).usable

    async def test_a_word_nobody_knows_leaves_a_link_as_it_was(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        await rig.rig.control("status", link=created.provider_id, status="UNDER_REVIEW")
        fetched = await rig.backend.fetch(created.provider_id)
        assert (fetched.usable, fetched.received) == (True, False)

    @pytest.mark.parametrize("details", ["nested", "dotted", "lists"])
    async def test_a_refusal_names_its_field_in_any_shape(self, rig: BackendRig, details: str) -> None:
        await rig.rig.control("options", details=details)
        with pytest.raises(BackendRejected) as rejected:
            await rig.created(customer=Customer("Jane Doe", None, PHONE))
        assert (rejected.value.codes, rejected.value.field) == (("buyer.email",), "email")

    @pytest.mark.parametrize("history", ["array", "results", "history"])
    async def test_a_history_in_any_shape(self, rig: BackendRig, history: str) -> None:
        await rig.rig.control("options", history=history)
        _, created = await rig.created()
        await rig.play(created.provider_id, [("declined", None), ("paid", None)])
        told = [moment.word for moment in await eximpe(rig).history(created.provider_id)]
        assert told == ["pending", "failed", "pending", "captured"]


class TestEvents:
    @pytest.mark.parametrize("payload", ["current", "guide", "v2"])
    @pytest.mark.parametrize("event_time", ["plain", "zulu", "micros"])
    async def test_a_payment_is_the_same_in_any_shape(
        self, rig: BackendRig, payload: str, event_time: str
    ) -> None:
        await rig.rig.control("options", payload=payload, event_time=event_time)
        request, created = await rig.created()
        payment = await rig.pay(created.provider_id, "paid")
        event = await rig.event(EventKind.CAPTURED)
        assert event.provider_payment_id == event.provider_link_id == payment["id"] == created.provider_id
        assert event.reference == (None if payload == "guide" else request.reference)
        assert abs(datetime.now(UTC) - event.occurred_at) < timedelta(minutes=1)

    async def test_a_second_try_with_an_id_of_its_own_is_found_by_the_first(self, rig: BackendRig) -> None:
        """Else a link that says it is paid would know only of the payment that failed."""
        await rig.rig.control("options", retry="new_id")
        request, created = await rig.created()
        first = await rig.pay(created.provider_id, "declined")
        second = await rig.pay(created.provider_id, "paid")
        known, *_ = (await rig.backend.fetch(created.provider_id)).payment_ids
        assert known == first["id"]
        told = {one.provider_payment_id: one.kind for one in await rig.backend.fetch_payment(known)}
        assert told == {first["id"]: EventKind.DECLINED, second["id"]: EventKind.CAPTURED}
        assert set(await rig.backend.find_payments(request.reference)) == set(told)


class TestActs:
    async def test_what_is_paid_or_expired_needs_no_taking_back(self, rig: BackendRig) -> None:
        for outcome in ("paid", "expired"):
            _, created = await rig.created()
            await rig.pay(created.provider_id, outcome)
            await eximpe(rig).cancel(created.provider_id)

    async def test_a_cancellation_that_is_refused_for_a_link_in_use_is_said(self, stage: Stage) -> None:
        refused = {"success": False, "error": {"code": "ERR_ORDER_002"}}
        data = {**ROW, "amount": "49.90", "currency": "INR", "status": "pending"}
        link = "/pg/payment-links/PR1111111111/"
        answers = {f"POST {link}deactivate/": (400, refused), f"GET {link}": {"data": data}}
        with pytest.raises(BackendRejected):
            await (await answering(stage, answers)).cancel("PR1111111111")

    async def test_a_closed_link_is_not_extended_and_not_shared(self, rig: BackendRig) -> None:
        request, created = await rig.created()
        await eximpe(rig).cancel(created.provider_id)
        with pytest.raises(BackendRejected):
            await eximpe(rig).extend(created.provider_id, request.now + timedelta(days=9), request.now)
        with pytest.raises(BackendRejected):
            await eximpe(rig).share(created.provider_id, request.customer)

    async def test_a_link_is_extended_to_whole_seconds_and_a_year_at_most(self, rig: BackendRig) -> None:
        request, created = await rig.created()
        far = request.now + timedelta(days=4000)
        until = await eximpe(rig).extend(created.provider_id, far, request.now)
        assert until == (request.now + timedelta(days=365)).replace(microsecond=0)
        assert (await rig.rig.calls())[-1]["body"] == {"expiry_date": until.strftime("%Y-%m-%dT%H:%M:%SZ")}

    async def test_a_link_is_shared_wherever_the_customer_can_be_reached(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        for customer, shared in (
            (Customer(email="jane@example.com"), {"email": ["jane@example.com"]}),
            (Customer(phone=PHONE), {"phone": [PHONE]}),
            (Customer("J", "jane@example.com", PHONE), {"email": ["jane@example.com"], "phone": [PHONE]}),
        ):
            await eximpe(rig).share(created.provider_id, customer)
            assert (await rig.rig.calls())[-1]["body"] == shared
        with pytest.raises(BackendRejected):
            await eximpe(rig).share(created.provider_id, Customer("Jane Doe"))

    async def test_creating_makes_eximpe_write_to_nobody(self, rig: BackendRig) -> None:
        await rig.created()
        assert (await rig.rig.reading("notices"))["notices"] == []


class TestFinding:
    async def test_where_payments_do_not_tell_the_newest_links_do(self, stage: Stage) -> None:
        others = [{**ROW, "payment_id": f"PR{n}", "reference_id": f"PL{n}"} for n in range(10)]
        pages = {
            PAYMENTS: NOBODY,
            "GET /pg/payment-links/?page=1&page_size=10": listed(*others),
            "GET /pg/payment-links/?page=2&page_size=10": {"data": [others[0], ROW]},
        }
        found = await (await answering(stage, pages)).find(LINK_ID)
        assert found is not None
        assert (found.provider_id, found.url, found.expires_on) == (
            ROW["payment_id"],
            ROW["payment_link"],
            None,
        )

    async def test_the_search_ends_with_the_last_page_and_after_the_fifth(self, stage: Stage) -> None:
        other = listed({**ROW, "reference_id": "PLOTHER"})
        pages = {f"GET /pg/payment-links/?page={page}&page_size=10": other for page in range(1, 7)}
        endless = pages | {"GET /pg/payment-links/?page=6&page_size=10": listed(ROW)}
        for known in (endless, {key: pages[key] for key in list(pages)[:2]}):
            assert await (await answering(stage, {PAYMENTS: NOBODY, **known})).find(LINK_ID) is None

    async def test_a_payment_that_is_no_link_leads_to_none(self, stage: Stage) -> None:
        page = {"GET /pg/payment-links/?page=1&page_size=10": NOBODY}
        assert await (await answering(stage, {PAYMENTS: listed(ROW), **page})).find(LINK_ID) is None

    async def test_a_payment_of_another_reference_is_passed_over(self, stage: Stage) -> None:
        other = {**ROW, "status": "captured", "reference_id": f"{LINK_ID}-2"}
        assert await (await answering(stage, {PAYMENTS: listed(other)})).find_payments(LINK_ID) == ()


class TestSettings:
    @pytest.mark.parametrize(
        ("setting", "value", "told"),
        [
            ("GOODS", "bananas", "bananas"),
            ("EXTRA", "{", "JSON object"),
            ("EXTRA", "[]", "JSON object"),
            ("EXTRA", '{"invoice.date": 7}', "texts"),
            ("EXTRA", '{"buyer.send_sms": "true"}', "buyer.send_sms cannot be added; what can is buyer.addr"),
            ("EXTRA", '{"amount": "1.00"}', "amount cannot"),
        ],
    )
    async def test_what_cannot_be_is_said_with_its_name(self, setting: str, value: str, told: str) -> None:
        with pytest.raises(ConfigurationError, match=f"PAYLINK_EXIMPE_{setting}.*{told}"):
            make_eximpe({**SETTINGS, setting: value}, "")

    async def test_the_host_tells_test_from_live(self) -> None:
        for url, mode in (
            ("https://api-pacb-uat.eximpe.com", Mode.TEST),
            ("https://api-pacb-staging.eximpe.com", Mode.TEST),
            ("http://127.0.0.1:8999/eximpe", Mode.TEST),
            ("https://api-pacb.eximpe.com", Mode.LIVE),
            ("https://api-pacb-uat.eximpe.com.example.com", Mode.LIVE),
        ):
            assert make_eximpe({**SETTINGS, "API_URL": url}, "").mode is mode
