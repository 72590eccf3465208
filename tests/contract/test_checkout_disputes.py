"""Disputes of Checkout.com that no webhook has told of: whoever asks for a payment finds them beside it."""

from typing import Any

import pytest

from adapters.backends._checkout_answers import to_payment
from adapters.backends._checkout_disputes import STATES, with_disputes
from bot.links.payments import Stage, learn, stage
from bot.money import Money
from bot.ports.model import EventKind, Payment
from tests.contract.backend_rig import BackendRig
from tests.contract.test_checkout import CHECKOUT

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = CHECKOUT

K = EventKind
BODY: dict[str, Any] = {
    "id": "pay_1",
    "status": "Captured",
    "amount": 1250,
    "currency": "GBP",
    "reference": "PL1",
    "requested_on": "2026-11-21T10:15:30Z",
    "balances": {"total_captured": 1250},
}
ROW: dict[str, Any] = {
    "id": "dsp_1",
    "payment_id": "pay_1",
    "status": "evidence_required",
    "amount": 1000,
    "currency": "GBP",
    "received_on": "2026-11-22T10:15:30Z",
}


async def test_each_of_several_is_told_with_what_has_come_of_it(rig: BackendRig) -> None:
    _, created = await rig.created(amount=rig.asked)
    steps = [("paid", None), ("disputed", 1000), ("dispute_won", None), ("disputed", 500)]
    payment = await rig.play(created.provider_id, steps)
    found = await rig.backend.fetch_payment(payment["id"])
    assert {(one.kind, rig.minor(one)[one.kind]) for one in found} == {
        (K.DISPUTE_WON, 1000),
        (K.DISPUTED, 500),
    }
    known = Payment("account", payment["id"], "PL1")
    for event in found:
        known = learn(known, event)
    assert (stage(known), known.amounts[K.CAPTURED]) == (Stage.DISPUTED, rig.asked)


async def test_webhooks_and_what_is_fetched_are_of_the_same_dispute(rig: BackendRig) -> None:
    _, created = await rig.created(amount=rig.asked)
    payment = await rig.play(created.provider_id, [("paid", None), ("disputed", 1000)])
    (told,), (fetched,) = await rig.events(K.DISPUTED), await rig.backend.fetch_payment(payment["id"])
    assert (told.dispute, told.amounts[K.DISPUTED]) == (fetched.dispute, fetched.amounts[K.DISPUTED])


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
async def test_a_key_that_may_not_read_them_reads_the_payment_all_the_same(
    rig: BackendRig, status: int
) -> None:
    _, created = await rig.created(amount=rig.asked)
    payment = await rig.play(created.provider_id, [("paid", None), ("disputed", None)])
    await rig.rig.fault("GET /disputes", "status", status=status)
    (event,) = await rig.backend.fetch_payment(payment["id"])
    assert (event.kind, event.amounts[K.CAPTURED]) == (K.CAPTURED, rig.asked)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_whoever_checks_the_settings_is_told_what_the_key_does_not_read(
    rig: BackendRig, status: int
) -> None:
    assert await rig.backend.check() == "key accepted (test)"
    await rig.rig.fault("GET /disputes", "status", status=status)
    assert "reads no disputes" in await rig.backend.check()


async def test_nothing_is_asked_of_a_payment_that_has_brought_no_money(rig: BackendRig) -> None:
    _, created = await rig.created()
    payment = await rig.pay(created.provider_id, "declined")
    await rig.backend.fetch_payment(payment["id"])
    assert not [call for call in await rig.rig.calls() if call["path"].startswith("/disputes")]


@pytest.mark.parametrize("status", STATES)
async def test_every_state_has_its_meaning(status: str) -> None:
    (event,) = with_disputes(to_payment(BODY, None), [{**ROW, "status": status}])
    assert event.kind is STATES[status]
    assert event.amounts == {K.CAPTURED: Money(1250, "GBP"), event.kind: Money(1000, "GBP")}


@pytest.mark.parametrize("changes", [{"status": "new"}, {"payment_id": "pay_2"}, {"status": None}])
async def test_one_in_a_state_that_nobody_knows_or_of_another_payment_changes_nothing(
    changes: dict[str, Any],
) -> None:
    payment = to_payment(BODY, None)
    assert with_disputes(payment, [{**ROW, **changes}]) == (payment,)


@pytest.mark.parametrize("status", ["Returned", "Partially Captured"])
async def test_what_its_amounts_do_not_say_is_told_by_the_payment_itself(status: str) -> None:
    payment = to_payment({**BODY, "status": status, "balances": None}, None)
    first, second = with_disputes(payment, [ROW])
    assert (first, second.kind, second.dispute) == (payment, K.DISPUTED, "dsp_1")


async def test_a_later_state_has_another_key_and_the_same_state_the_same() -> None:
    payment = to_payment(BODY, None)
    rows = [ROW, {**ROW, "status": "won", "last_update": "2026-11-30T10:15:30Z"}, ROW]
    first, second, again = (with_disputes(payment, [row])[0] for row in rows)
    assert first == again
    assert first.key != second.key
    assert second.occurred_at > first.occurred_at
