"""What links of YabetooPay's can expect: prices, subscriptions, and payments that it only counts."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.backends.yabetoo import Yabetoo
from bot.errors import BackendRejected, BackendUnavailable
from bot.money import Money
from bot.ports.backend import CreatedLink
from bot.ports.expectation import LinkKind
from bot.ports.model import EventKind
from tests.contract.backend_rig import BackendRig
from tests.contract.test_yabetoo import MONTHLY, ONCE, YABETOO

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = YABETOO

COFFEE, FORMER, TRIAL = (
    "price_sandboxCoffeeXaf0000001",
    "price_sandboxTeaClubFormer001",
    "price_sandboxTeaClubTrial0001",
)


async def sold(rig: BackendRig, price: str, amount: Money, **changes: Any) -> CreatedLink:
    details = {"price": price, **changes.pop("details", {})}
    return (await rig.created(amount=amount, details=details, **changes))[1]


async def subscribed(rig: BackendRig, price: str, amount: Money, **changes: Any) -> CreatedLink:
    return await sold(rig, price, amount, kind=LinkKind.SUBSCRIPTION, **changes)


class TestPrices:
    @pytest.mark.parametrize(
        ("price", "amount", "quantity", "code"),
        [
            ("price_none", Money(4990, "EUR"), "1", "price_unknown"),
            ("../payment-links", Money(4990, "EUR"), "1", "price_unknown"),
            (FORMER, Money(4500, "EUR"), "1", "price_inactive"),
            (MONTHLY, Money(1500, "EUR"), "1", "price_recurring"),
            (COFFEE, Money(2500, "EUR"), "1", "price_differs:2500 XAF:2500 EUR"),
            (COFFEE, Money(2500, "XAF"), "2", "price_differs:5000 XAF:2500 XAF"),
            (COFFEE, Money(2500, "XAF"), "0", "quantity_invalid"),
            (COFFEE, Money(2500, "XAF"), "1.5", "quantity_invalid"),
        ],
    )
    async def test_one_that_is_not_as_asked_is_refused_before_there_is_a_link(
        self, rig: BackendRig, price: str, amount: Money, *, quantity: str, code: str
    ) -> None:
        with pytest.raises(BackendRejected) as rejected:
            await sold(rig, price, amount, details={"quantity": quantity})
        assert (rejected.value.codes, rejected.value.field) == ((code,), code.partition("_")[0])
        assert await rig.known() == []

    async def test_so_many_of_one_are_sold_and_paid(self, rig: BackendRig) -> None:
        created = await sold(rig, COFFEE, Money(7500, "XAF"), details={"quantity": "3"})
        (found,) = await rig.known()
        assert (found["amount"], found["currency"]) == (7500, "XAF")
        assert (await rig.backend.fetch(created.provider_id)).amount == Money(7500, "XAF")
        await rig.pay(created.provider_id, "paid")
        assert (await rig.event(EventKind.CAPTURED)).amounts == {EventKind.CAPTURED: Money(7500, "XAF")}

    async def test_one_that_cannot_be_asked_for_leaves_the_request_to_be_tried_again(
        self, rig: BackendRig
    ) -> None:
        await rig.rig.fault("GET /v1/prices", "status", status=503)
        with pytest.raises(BackendUnavailable) as raised:
            await sold(rig, ONCE, Money(4990, "EUR"))
        assert (raised.value.sent, await rig.known()) == ("no", [])

    async def test_a_link_that_sells_one_is_found_by_our_reference(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Yabetoo)
        request, created = await rig.created(details={"price": ONCE})
        found = await rig.backend.find(request.reference)
        assert found is not None
        assert found.provider_id == created.provider_id


class TestSubscriptions:
    async def test_a_redemption_is_a_payment_of_which_nobody_tells_how_much(self, rig: BackendRig) -> None:
        created = await subscribed(rig, MONTHLY, Money(1500, "EUR"))
        assert await rig.backend.fetch_payment(created.provider_id) == ()
        await rig.pay(created.provider_id, "paid")
        fetched = await rig.backend.fetch(created.provider_id)
        assert (fetched.usable, fetched.received) == (False, True)
        assert fetched.payment_ids == (created.provider_id,)
        (event,) = await rig.backend.fetch_payment(created.provider_id)
        assert (event.kind, event.amounts) == (EventKind.CAPTURED, {})

    async def test_what_begins_with_a_trial_is_no_payment(self, rig: BackendRig) -> None:
        created = await subscribed(rig, TRIAL, Money(4990, "EUR"))
        await rig.pay(created.provider_id, "paid")
        (event,) = await rig.backend.fetch_payment(created.provider_id)
        assert (event.kind, event.amounts) == (EventKind.SAVED, {})

    async def test_several_of_one_link_are_told_apart_and_by_the_first_of_them(self, rig: BackendRig) -> None:
        created = await subscribed(rig, MONTHLY, Money(1500, "EUR"), uses=3)
        for _ in range(2):
            await rig.pay(created.provider_id, "paid")
        first, second = await rig.backend.fetch_payment(created.provider_id)
        assert first.provider_payment_id == created.provider_id
        assert second.provider_payment_id == f"{created.provider_id}-2"
        assert first.key != second.key
        assert await rig.backend.fetch_payment(f"{created.provider_id}-2") == ()

    async def test_its_webhooks_name_no_link_and_change_nothing(self, rig: BackendRig) -> None:
        created = await subscribed(rig, MONTHLY, Money(1500, "EUR"))
        await rig.pay(created.provider_id, "paid")
        told = [event for one in await rig.webhooks(2) for event in rig.backend.parse(one.body)]
        assert {event.kind for event in told} == {EventKind.IGNORED}


class TestSeveralUses:
    async def test_what_webhooks_have_not_told_is_counted_and_no_payment(self, rig: BackendRig) -> None:
        _, created = await rig.created(uses=3)
        for _ in range(2):
            await rig.pay(created.provider_id, "paid")
        fetched = await rig.backend.fetch(created.provider_id)
        assert (fetched.received, fetched.payment_ids, fetched.times) == (True, (), 2)
        assert await rig.backend.fetch_payment(created.provider_id) == ()

    async def test_a_checkout_that_a_webhook_named_is_a_payment_of_its_own(self, rig: BackendRig) -> None:
        request, created = await rig.created(uses=None)
        await rig.pay(created.provider_id, "declined")
        declined = await rig.event(EventKind.DECLINED)
        await rig.pay(created.provider_id, "paid")
        captured = await rig.event(EventKind.CAPTURED)
        assert captured.use == declined.provider_payment_id
        assert captured.use is not None
        for asked in (captured.use, created.provider_id):
            (fetched,) = await rig.backend.fetch_payment(asked)
            assert (fetched.use, fetched.reference) == (captured.use, request.reference)
            assert fetched.amounts == captured.amounts == {EventKind.CAPTURED: request.amount}

    async def test_a_link_for_one_use_counts_nothing(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        await rig.pay(created.provider_id, "paid")
        assert (await rig.backend.fetch(created.provider_id)).times is None

    async def test_one_for_several_ends_by_its_time_however_often_it_was_paid(self, rig: BackendRig) -> None:
        request = rig.request(uses=20)
        _, created = await rig.created(uses=20, expires_at=request.now + timedelta(minutes=1))
        await rig.pay(created.provider_id, "paid")
        await rig.rig.control("clock", advance_s=61)
        fetched = await rig.backend.fetch(created.provider_id)
        assert (fetched.usable, fetched.times) == (False, 1)


class TestWhatComesBack:
    @pytest.mark.parametrize(
        "changes",
        [{"least": Money(1000, "EUR")}, {"uses": 20}, {"uses": None}, {"details": {"price": ONCE}}],
    )
    async def test_a_link_is_found_as_it_was_asked_for(
        self, rig: BackendRig, changes: dict[str, Any]
    ) -> None:
        assert isinstance(rig.backend, Yabetoo)
        request, created = await rig.created(**changes)
        assert (found := await rig.backend.find(request.reference)) is not None
        assert found == created
