"""What is particular to PaymentKit: prices, one total, events that name no link, what nobody documents."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from starlette.responses import JSONResponse

from adapters.backends._paymentkit_tables import SUBSCRIBED
from adapters.backends.paymentkit import PaymentKit
from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRejected,
    BackendUnavailable,
    ConfigurationError,
    WebhookRejected,
)
from bot.money import Money
from bot.ports.model import EventKind, Mode
from tests.contract.backend_rig import BackendRig
from tests.contract.test_paymentkit import ACCOUNT, PAYMENTKIT

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = PAYMENTKIT

BY_QUANTITY = {"SELL_BY": "quantity"}
UNDOCUMENTED: dict[str, dict[str, Any]] = {
    "a signature in base64": {"signature": "base64"},
    "a signature with its algorithm": {"signature": "prefixed"},
    "names with underscores": {"event_names": "underscored"},
    "names with dots": {"event_names": "dotted"},
    "events that name the link": {"session_link": "payment_link_id", "session_metadata": False},
    "events that name it otherwise": {"session_link": "payment_link", "session_metadata": False},
    "pages called data": {"page": "data"},
    "links with their metadata": {"link_fields": "all"},
    "whole prices in line items": {"line_items": "nested"},
    "201 for what is made": {"create_status": 201},
    "204 for what is deleted": {"delete_answer": 204},
    "ids of the guides": {"environment": "live"},
}


def kit(rig: BackendRig, **changes: str) -> PaymentKit:
    backend = rig.other(**changes)
    assert isinstance(backend, PaymentKit)
    return backend


async def posted(rig: BackendRig, kind: str) -> list[Any]:
    """The bodies of all that was made of one kind."""
    path = f"/paymentkit{ACCOUNT}/{kind}"
    return [
        call["body"] for call in await rig.rig.calls() if (call["method"], call["path"]) == ("POST", path)
    ]


@pytest.mark.parametrize("option", UNDOCUMENTED)
async def test_whatever_is_not_documented_may_be_either_way(rig: BackendRig, option: str) -> None:
    await rig.rig.control("options", **UNDOCUMENTED[option])
    backend = kit(rig)
    request, created = await rig.created()
    payment = await rig.pay(created.provider_id, "paid")
    for sent in await rig.webhooks(2):
        backend.verify(sent.headers, sent.body, rig.now)
    live = UNDOCUMENTED[option].get("environment") == "live"
    event = (await rig.told("payment_intent.succeeded")) if live else await rig.event(EventKind.CAPTURED)
    assert request.reference == event.reference or event.provider_link_id == created.provider_id
    assert (await backend.fetch(created.provider_id)).payment_ids == (payment["id"],)
    found = await backend.find(request.reference)
    assert found is not None
    assert found.provider_id == created.provider_id
    await backend.cancel(created.provider_id)
    assert not (await backend.fetch(created.provider_id)).usable


async def test_a_payment_that_names_nothing_is_known_by_the_price_that_its_checkout_sold(
    rig: BackendRig,
) -> None:
    await rig.rig.control("options", session_metadata=False)
    request, created = await rig.created()
    _, another = await rig.created()
    payment = await rig.pay(created.provider_id, "paid")
    other = await rig.pay(another.provider_id, "paid")
    event = (await rig.events(EventKind.CAPTURED, 2))[0]
    assert (event.reference, event.provider_link_id) == (None, None)
    (fetched,) = await kit(rig).fetch_payment(payment["id"])
    assert fetched.reference == request.reference
    assert (await kit(rig).fetch(created.provider_id)).payment_ids == (payment["id"],)
    assert (await kit(rig).fetch(another.provider_id)).payment_ids == (other["id"],)
    assert await kit(rig).find_payments(request.reference) == (payment["id"],)


async def test_a_checkout_that_was_completed_is_a_sign_of_money_although_nothing_leads_to_its_payment(
    rig: BackendRig,
) -> None:
    """Else nothing would ever be said of it: the look that follows says that it is not confirmed."""
    await rig.rig.control("options", session_names="nothing", intent_session=False)
    _, created = await rig.created()
    _, another = await rig.created()
    await rig.pay(created.provider_id, "declined")
    assert not (await kit(rig).fetch(created.provider_id)).received
    await rig.pay(created.provider_id, "paid")
    fetched = await kit(rig).fetch(created.provider_id)
    assert (fetched.received, fetched.payment_ids) == (True, ())
    assert not (await kit(rig).fetch(another.provider_id)).received


async def test_a_unit_price_is_no_sign_of_a_link(rig: BackendRig) -> None:
    await rig.rig.control("options", session_metadata=False)
    backend = kit(rig, **BY_QUANTITY)
    first, second = [await backend.create(rig.request()) for _ in range(2)]
    await rig.pay(first.provider_id, "paid")
    assert (await backend.fetch(second.provider_id)).payment_ids == ()
    assert not (await backend.fetch(second.provider_id)).received


async def test_each_link_sells_a_price_of_its_own_and_all_prices_are_of_one_product(rig: BackendRig) -> None:
    backend = kit(rig, RETURN_URL="https://corner-coffee.example.com/once")
    requests = [rig.request() for _ in range(3)]
    await asyncio.gather(*(backend.create(request) for request in requests))
    links, prices = await posted(rig, "payment-links"), await posted(rig, "prices")
    assert len(await posted(rig, "products")) == 1
    assert len({link["line_items"][0]["price_id"] for link in links}) == 3
    assert {price["metadata"]["ref"] for price in prices} == {request.reference for request in requests}
    assert {price["unit_amount_atom"] for price in prices} == {4990}


async def test_a_link_by_quantity_sells_so_many_atoms(rig: BackendRig) -> None:
    created = await kit(rig, **BY_QUANTITY).create(rig.request(amount=Money(4250, "EUR")))
    (link,) = await posted(rig, "payment-links")
    item = {"price_id": "price_stg_unit0000eur", "quantity": 4250, "description": "Invoice 12"}
    assert link["line_items"] == [item]
    assert (link["allow_cart_edit"], link["expires_in_hours"]) == (False, 1)
    assert (await posted(rig, "prices"), await posted(rig, "products")) == ([], [])
    assert (await rig.backend.fetch(created.provider_id)).amount == Money(4250, "EUR")


async def test_by_quantity_only_what_has_a_unit_price_is_offered(rig: BackendRig) -> None:
    backend = kit(rig, UNIT_PRICES="EUR:price_stg_unit0000eur, JPY:price_stg_unit0000jpy", **BY_QUANTITY)
    assert backend.info.currencies == {"EUR", "JPY"}
    with pytest.raises(BackendRejected) as rejected:
        await backend.create(rig.request(amount=Money(4990, "USD")))
    assert rejected.value.field == "currency"
    assert await rig.known() == []


async def test_a_link_over_another_sum_is_taken_back_at_once(rig: BackendRig) -> None:
    """A price of one yen where one of a cent should be: nobody may be asked for that."""
    backend = kit(rig, UNIT_PRICES="EUR:price_stg_unit0000jpy", **BY_QUANTITY)
    request = rig.request()
    with pytest.raises(BackendRejected) as rejected:
        await backend.create(request)
    assert rejected.value.codes == ("price_differs:4990 JPY:4990 EUR",)
    assert [link["status"] for link in await rig.known()] == ["Inactive"]
    assert await backend.find(request.reference) is None


@pytest.mark.parametrize("status", [403, 429, 500])
async def test_a_link_over_another_sum_that_cannot_be_taken_back_may_be_paid(
    rig: BackendRig, status: int
) -> None:
    backend = kit(rig, UNIT_PRICES="EUR:price_stg_unit0000jpy", **BY_QUANTITY)
    await rig.rig.fault(f"DELETE {ACCOUNT}/payment-links", "status", status=status)
    with pytest.raises(BackendProtocolError, match="may still be paid"):
        await backend.create(rig.request())
    assert [link["status"] for link in await rig.known()] == ["Active"]


async def test_a_link_over_another_sum_than_its_label_says_is_not_found(rig: BackendRig) -> None:
    request, created = await rig.created()
    await rig.rig.client.patch(
        f"/paymentkit{ACCOUNT}/payment-links/{created.provider_id}",
        json={"name": f"{request.reference} 499.00 EUR Invoice 12"},
        headers={"Authorization": f"Bearer {rig.key}"},
    )
    assert await kit(rig).find(request.reference) is None


async def test_an_edited_link_is_found_by_its_reference_still(rig: BackendRig) -> None:
    request, created = await rig.created()
    await kit(rig).edit(created.provider_id, "Invoice 13, corrected")
    assert (await kit(rig).find(request.reference)) is not None
    assert (await kit(rig).fetch(created.provider_id)).reference == request.reference


async def test_links_and_events_are_read_through_page_by_page(rig: BackendRig) -> None:
    backend = kit(rig, **BY_QUANTITY)
    requests = [rig.request() for _ in range(101)]
    made = [await backend.create(request) for request in requests]
    paid = [await rig.pay(link.provider_id, "paid") for link in made[:51]]
    for at in (0, -1):
        found = await backend.find(requests[at].reference)
        assert found is not None
        assert found.provider_id == made[at].provider_id
    assert await backend.find_payments(requests[0].reference) == (paid[0]["id"],)
    assert (await backend.fetch(made[0].provider_id)).payment_ids == (paid[0]["id"],)


async def test_events_are_read_back_to_the_making_of_a_link_and_no_further(rig: BackendRig) -> None:
    backend = kit(rig, **BY_QUANTITY)
    for _ in range(101):
        old = await backend.create(rig.request())
        await rig.pay(old.provider_id, "paid")
    await rig.rig.control("clock", advance_s=7200)
    new = await backend.create(rig.request())
    before = len(await rig.rig.calls())
    assert not (await backend.fetch(new.provider_id)).received
    assert len(await rig.rig.calls()) == before + 2


async def test_an_id_to_cancel_is_taken_by_the_letter(rig: BackendRig) -> None:
    _, created = await rig.created()
    for strange in ("{}?x=1", "{}#x", "x/../{}"):
        with pytest.raises(BackendProtocolError):
            await kit(rig).cancel(strange.format(created.provider_id))
    assert (await kit(rig).fetch(created.provider_id)).usable


async def test_a_link_that_was_taken_back_is_not_found(rig: BackendRig) -> None:
    request, created = await rig.created()
    await kit(rig).cancel(created.provider_id)
    assert await kit(rig).find(request.reference) is None


async def test_a_product_that_the_operator_named_is_never_replaced(rig: BackendRig) -> None:
    with pytest.raises(BackendRejected) as rejected:
        await kit(rig, PRODUCT_ID="prod_of_nobody").create(rig.request())
    assert rejected.value.codes == ("product_id_invalid",)
    assert await posted(rig, "products") == []


async def test_a_refusal_without_a_list_names_the_fields_of_its_sentence(rig: BackendRig) -> None:
    await rig.rig.control("options", error_list=False)
    with pytest.raises(BackendRejected) as rejected:
        await rig.created(amount=Money(0, "EUR"))
    assert (rejected.value.codes, rejected.value.field) == (("unit_amount_atom_invalid",), "amount")


@pytest.mark.parametrize("status", [403, 404])
async def test_an_account_that_is_not_the_keys_is_told_as_a_key_that_does_not_fit(
    rig: BackendRig, status: int
) -> None:
    await rig.rig.control("options", foreign_account=status)
    with pytest.raises(BackendAuthFailed, match=str(status)):
        await kit(rig, ACCOUNT_ID="acc_of_nobody").check()


async def test_where_prices_cannot_be_made_nothing_is_sold(rig: BackendRig) -> None:
    await rig.rig.control("options", price_api=False)
    with pytest.raises(BackendProtocolError):
        await rig.created()
    assert (await kit(rig, **BY_QUANTITY).create(rig.request())).provider_id


@pytest.mark.parametrize("kind", ["products", "prices"])
async def test_what_is_lost_before_a_link_is_asked_for_has_made_none(rig: BackendRig, kind: str) -> None:
    await rig.rig.fault(f"POST {ACCOUNT}/{kind}", "lost_answer", times=1)
    with pytest.raises(BackendUnavailable) as lost:
        await rig.created()
    assert lost.value.sent == "no"
    assert await rig.known() == []
    _, created = await rig.created()
    assert [link["id"] for link in await rig.known()] == [created.provider_id]


async def test_an_address_of_ours_is_registered_and_its_own_secret_proves_what_comes_there(
    rig: BackendRig,
) -> None:
    connected = await kit(rig).connect(f"{rig.rig.world.service_url}/webhooks/paymentkit/second")
    assert connected.secret
    _, created = await rig.created()
    await rig.pay(created.provider_id, "paid")
    proven = {True: 0, False: 0}
    for sent in await rig.webhooks(4):
        try:
            kit(rig, WEBHOOK_SECRET=connected.secret).verify(sent.headers, sent.body, rig.now)
        except WebhookRejected:
            kit(rig).verify(sent.headers, sent.body, rig.now)
            proven[False] += 1
        else:
            proven[True] += 1
    assert proven == {True: 2, False: 2}


async def test_whoever_connects_again_is_told_where_the_secret_is(rig: BackendRig) -> None:
    url = "https://pay.example.com/webhooks/paymentkit"
    rig.rig.oracle.answer = JSONResponse({"items": [{"id": "we_1", "url": url}]})
    again = await kit(rig, API_URL=rig.rig.oracle.url).connect(url)
    told = f"{url} is registered already; its signing secret is shown in the dashboard"
    assert (again.line, again.secret) == (told, None)


async def test_events_that_were_given_a_meaning_are_asked_for_as_they_were_written(rig: BackendRig) -> None:
    backend = kit(rig, EVENTS="checkout.session.expired=declined, payment_intent.succeeded=captured")
    await backend.connect("https://pay.example.com/webhooks/paymentkit")
    (endpoint,) = await posted(rig, "webhook-endpoints")
    assert endpoint["events"] == [*SUBSCRIBED, "checkout.session.expired"]


@pytest.mark.parametrize(
    ("key", "mode"), [("sk_live_x", "live"), ("st_prod_x", "live"), ("x", "live"), ("st_stg_x", "test")]
)
async def test_an_event_of_the_other_mode_changes_nothing(rig: BackendRig, key: str, mode: str) -> None:
    backend = kit(rig, SECRET_KEY=key)
    kinds = []
    for livemode in (True, False):
        (event,) = backend.parse(json.dumps({**PAYMENTKIT.sample, "livemode": livemode}).encode())
        kinds.append(event.kind)
    assert backend.mode is Mode(mode)
    assert kinds == [EventKind.CAPTURED, EventKind.IGNORED][:: 1 if mode == "live" else -1]


async def test_a_further_event_means_what_the_settings_say(rig: BackendRig) -> None:
    backend = kit(rig, EVENTS="payment.captured=captured, dispute_opened=disputed")
    body = json.dumps({**PAYMENTKIT.sample, "type": "payment_captured"}).encode()
    assert [event.kind for event in rig.backend.parse(body)] == [EventKind.IGNORED]
    (event,) = backend.parse(body)
    assert (event.kind, event.provider_payment_id) == (EventKind.CAPTURED, "pi_stg_1")
    assert event.amounts == {EventKind.CAPTURED: Money(1250, "GBP")}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"EXTRA": '{"coupon_id": "co_1", "return_url": "https://a.example.com"}'},
            "coupon_id cannot be added",
        ),
        ({"EXTRA": "[]"}, "must be a JSON object"),
        ({"EXTRA": '{"customer_id": 1.5}'}, "must be a JSON object of texts"),
        ({"EXTRA": "{"}, "must be a JSON object"),
        ({"EVENTS": "payment.captured=taken"}, "taken is no kind"),
        ({"EVENTS": "payment.captured"}, "payment.captured is no kind"),
        ({"UNIT_PRICES": "XXQ:price_1"}, "XXQ is no currency"),
        ({"UNIT_PRICES": "", **BY_QUANTITY}, "needs PAYLINK_PAYMENTKIT_UNIT_PRICES"),
    ],
)
async def test_a_setting_that_cannot_be_meant_is_said_at_the_start(
    rig: BackendRig, settings: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told):
        rig.other(**settings)


async def test_what_an_operator_adds_is_sent_and_never_replaces_what_we_write(rig: BackendRig) -> None:
    backend = kit(rig, EXTRA='{"return_url": "https://corner-coffee.example.com/cart"}')
    await backend.create(replace(rig.request(), own_reference="PO 7"))
    (link,) = await posted(rig, "payment-links")
    assert link["return_url"] == "https://corner-coffee.example.com/cart"
    assert link["metadata"]["own_reference"] == "PO 7"
