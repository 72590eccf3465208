"""What is particular to Cost+: its mode, its mails, orders behind orders, what nobody documents."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.errors import BackendAuthFailed, BackendRejected, ConfigurationError
from bot.money import Money
from bot.ports.model import EventKind, Mode
from tests.contract.backend_rig import EMAIL, BackendRig
from tests.contract.test_costplus import COSTPLUS

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = COSTPLUS

K = EventKind
UNDOCUMENTED: Mapping[str, Mapping[str, Any]] = {
    "an answer of no more than an id and an address": {"created": "bare"},
    "links with their addresses": {"urls": "shown"},
    "orders without our reference": {"order_reference": "missing"},
    "only orders' events": {"events": "order"},
    "only transactions' events": {"events": "transaction"},
    "a refund's webhook that names what it was refunded from": {"side_events": "original"},
    "a reversal of the order": {"reversal_of": "original"},
}


@pytest.mark.parametrize("option", UNDOCUMENTED)
async def test_whatever_is_not_documented_may_be_either_way(rig: BackendRig, option: str) -> None:
    await rig.rig.control("options", **UNDOCUMENTED[option])
    request, created = await rig.created()
    payment = await rig.play(created.provider_id, [("paid", None), ("disputed", None), ("dispute_won", None)])
    event = await rig.event(K.DISPUTE_WON)
    assert (event.provider_payment_id, event.reference) == (payment["id"], request.reference)
    assert event.provider_link_id == created.provider_id
    assert rig.minor(event) == {K.CAPTURED: 4990, K.DISPUTE_WON: 4990}


@pytest.mark.parametrize("errors", ["object", "string"])
async def test_both_shapes_of_a_refusal_are_one(rig: BackendRig, errors: str) -> None:
    await rig.rig.control("options", errors=errors)
    with pytest.raises(BackendRejected) as rejected:
        await rig.created(amount=Money(0, "EUR"))
    assert rejected.value.codes
    with pytest.raises(BackendAuthFailed):
        await rig.other(SECRET_KEY="wrong").create(rig.request())


async def test_money_of_a_sandbox_is_none_at_a_live_account_and_counts_once_its_mode_is_mended(
    rig: BackendRig,
) -> None:
    _, created = await rig.created()
    payment = await rig.pay(created.provider_id, "paid")
    live = rig.other(MODE="")
    assert live.mode is Mode.LIVE
    (ignored,) = await live.fetch_payment(payment["id"])
    (counted,) = await rig.backend.fetch_payment(payment["id"])
    assert (ignored.kind, counted.kind) == (K.IGNORED, K.CAPTURED)
    assert ignored.key != counted.key


@pytest.mark.parametrize(("setting", "mailed"), [("", False), ("off", False), ("on", True)])
async def test_the_customers_address_is_told_only_where_mailing_is_wanted(
    rig: BackendRig, setting: str, *, mailed: bool
) -> None:
    await rig.other(MAIL=setting).create(rig.request())
    assert (EMAIL in json.dumps((await rig.rig.calls())[-1])) is mailed
    assert bool((await rig.rig.reading("mails"))["mails"]) is mailed


async def test_an_order_that_gives_money_back_leads_to_the_one_that_was_paid(rig: BackendRig) -> None:
    _, created = await rig.created()
    payment = await rig.pay(created.provider_id, "paid")
    made = []
    for outcome in ("refunded", "disputed", "dispute_won"):
        amount = {"amount": 1000} if outcome == "refunded" else {}
        done = await rig.rig.control("pay", link=created.provider_id, outcome=outcome, **amount)
        made.append(done["made"]["id"])
    for order_id in made:
        (event,) = await rig.backend.fetch_payment(order_id)
        assert event.provider_payment_id == payment["id"] != order_id


async def test_a_failed_attempt_may_still_be_paid(rig: BackendRig) -> None:
    _, created = await rig.created()
    failed = await rig.pay(created.provider_id, "declined")
    (before,) = await rig.backend.fetch_payment(failed["id"])
    await rig.pay(created.provider_id, "paid", order=failed["id"])
    (after,) = await rig.backend.fetch_payment(failed["id"])
    assert (before.kind, after.kind) == (K.DECLINED, K.CAPTURED)


async def test_what_is_only_authorised_is_never_said_to_be_paid(rig: BackendRig) -> None:
    await rig.rig.control("options", capture="manual")
    _, created = await rig.created()
    told = []
    for outcome, amount in (("authorised", {}), ("captured", {"amount": 1000})):
        payment = await rig.pay(created.provider_id, outcome, **amount)
        (event,) = await rig.backend.fetch_payment(payment["id"])
        told.append((event.kind, rig.minor(event)))
    assert told == [
        (K.AUTHORISED, {K.AUTHORISED: 4990}),
        (K.CAPTURED, {K.AUTHORISED: 4990, K.CAPTURED: 1000}),
    ]


async def test_an_authorisation_is_let_go_once_nothing_more_can_be_taken(rig: BackendRig) -> None:
    await rig.rig.control("options", capture="manual")
    told = []
    for outcomes in ([("voided", 990)], [("voided", None)], [("captured", 1000), ("voided", None)]):
        _, created = await rig.created()
        payment = await rig.play(created.provider_id, [("authorised", None), *outcomes])
        (event,) = await rig.backend.fetch_payment(payment["id"])
        told.append((event.kind, rig.minor(event)))
    assert told == [
        (K.AUTHORISED, {K.AUTHORISED: 4990}),
        (K.VOIDED, {K.AUTHORISED: 4990, K.VOIDED: 4990}),
        (K.CAPTURED, {K.AUTHORISED: 4990, K.CAPTURED: 1000, K.VOIDED: 3990}),
    ]


async def test_hints_tell_their_order_however_many_they_are(rig: BackendRig) -> None:
    _, created = await rig.created()
    payment = await rig.pay(created.provider_id, "paid")
    await rig.rig.control("hint", order=payment["id"], times=3)
    keys = {event.key for sent in await rig.webhooks(4) for event in await rig.read(sent.body)}
    assert len(keys) == 1


@pytest.mark.parametrize("extra", ["[]", "{", "7", '{"amount": 1}', '{"webhook_url": "https://example.com"}'])
async def test_nothing_else_can_be_added(rig: BackendRig, extra: str) -> None:
    with pytest.raises(ConfigurationError, match="PAYLINK_COSTPLUS_EXTRA"):
        rig.other(EXTRA=extra)
