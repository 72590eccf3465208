"""YabetooPay in every way that its sources leave open or contradict: the adapter takes them all."""

from typing import Any

import pytest

from adapters.backends.yabetoo import Yabetoo
from bot.errors import BackendGone, WebhookRejected
from bot.links.payments import learn
from bot.ports.model import EventKind, Payment
from tests.contract.backend_rig import BackendRig
from tests.contract.test_yabetoo import COMPLETED, FAILED, YABETOO

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = YABETOO

WAYS: dict[str, dict[str, Any]] = {
    "the older names": {"event_names": "payment"},
    "the older envelope": {"event_names": "payment", "envelope": "object"},
    "the older text to the letter": {"event_names": "payment", "envelope": "object", "dated": False},
    "changes by PATCH": {"update_method": "PATCH"},
    "the older envelope, newest names": {"envelope": "object"},
    "Connect's envelope": {"envelope": "connect"},
    "one header": {"signature": "combined"},
    "bare hex": {"signature": "bare"},
    "the command line tool": {"signature": "cli"},
    "the event's timestamp": {"timestamp": "event"},
    "intents beside": {"intent_events": True},
    "updates told": {"updated_event": True},
    "pages as of webhooks": {"list": "pages"},
    "a bare list": {"list": "bare"},
    "a list as the introduction has it": {"list": "intro"},
    "amounts as text": {"amount": "decimal"},
    "small letters": {"currency_case": "lower"},
    "200 for what is made": {"create_status": 200},
    "a state after all": {"status_field": True},
    "the page under the link's id": {"page_address": "id"},
    "idempotent": {"idempotency": "replayed"},
    "fields of the older text": {"link_fields": "older"},
}


@pytest.mark.parametrize("way", WAYS)
async def test_whatever_is_not_certain_may_be_either_way(rig: BackendRig, way: str) -> None:
    await rig.rig.control("options", **WAYS[way])
    _, created = await rig.created()
    failed = await rig.pay(created.provider_id, "declined")
    declined = await rig.event(EventKind.DECLINED)
    assert str(declined.provider_payment_id).partition("_")[2] == failed["id"].removeprefix("cs_")
    await rig.pay(created.provider_id, "paid")
    event = await rig.event(EventKind.CAPTURED)
    assert (event.provider_link_id, event.provider_payment_id) == (created.provider_id, created.provider_id)
    assert event.amounts == {EventKind.CAPTURED: rig.asked}
    for sent in await rig.webhooks(3):
        rig.backend.verify(sent.headers, sent.body, rig.now)
    fetched = await rig.backend.fetch(created.provider_id)
    assert (fetched.usable, fetched.payment_ids) == (False, (created.provider_id,))
    another, made = await rig.created()
    assert isinstance(rig.backend, Yabetoo)
    assert (found := await rig.backend.find(another.reference)) is not None
    assert found == made
    await rig.backend.cancel(made.provider_id)
    assert not (await rig.backend.fetch(made.provider_id)).usable
    with pytest.raises(BackendGone):
        await rig.backend.cancel(YABETOO.unknown_id)


@pytest.mark.parametrize("signature", ["body_only", "wrong"])
async def test_any_other_proof_of_the_stand_ins_is_none(rig: BackendRig, signature: str) -> None:
    await rig.rig.control("options", signature=signature)
    await rig.created()
    (sent,) = await rig.webhooks(1)
    with pytest.raises(WebhookRejected):
        rig.backend.verify(sent.headers, sent.body, rig.now)


class TestRepetitions:
    async def test_a_repetition_under_another_id_tells_nothing_new(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        await rig.rig.fault(COMPLETED, "duplicate", times=1)
        await rig.pay(created.provider_id, "paid")
        sent = (await rig.webhooks(3))[1:]
        (first,), (again,) = (rig.backend.parse(one.body) for one in sent)
        fetched = await rig.backend.fetch_payment(created.provider_id)
        known = learn(Payment("account", created.provider_id, "PL1"), first)
        for event in (again, *fetched):
            assert event.provider_payment_id == created.provider_id
            assert learn(known, event).amounts == known.amounts

    async def test_a_second_payment_of_a_link_for_one_use_is_told_apart(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        for more in ({}, {"new": True, "force": True}):
            await rig.pay(created.provider_id, "paid", **more)
        first, second = await rig.events(EventKind.CAPTURED, 2)
        assert first.provider_payment_id == second.provider_payment_id == created.provider_id
        assert first.use != second.use
        fetched = await rig.backend.fetch_payment(created.provider_id)
        assert {event.use for event in fetched} == {first.use, second.use}
        assert [event.use for event in await rig.backend.fetch_payment(str(second.use))] == [second.use]

    async def test_where_a_repetition_has_the_same_id_it_has_the_same_key(self, rig: BackendRig) -> None:
        await rig.rig.control("options", repeated_id="same")
        _, created = await rig.created()
        await rig.rig.fault(FAILED, "duplicate", times=1)
        await rig.pay(created.provider_id, "declined")
        keys = [rig.backend.event_key(one.body).id for one in (await rig.webhooks(3))[1:]]
        assert keys[0] == keys[1]


async def test_whoever_is_asked_on_the_telephone_can_still_pay_what_is_taken_back(rig: BackendRig) -> None:
    _, created = await rig.created()
    await rig.pay(created.provider_id, "pending")
    assert isinstance(rig.backend, Yabetoo)
    await rig.backend.cancel(created.provider_id)
    await rig.rig.control("clock", advance_s=85)
    await rig.pay(created.provider_id, "paid")
    assert (await rig.event(EventKind.CAPTURED)).provider_link_id == created.provider_id
    info = rig.backend.info
    assert 85 < info.lingers_s == info.lingers_of_many_s <= 120
