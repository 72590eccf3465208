"""What a link can expect beyond one payment of its amount: all that is declared changes the request."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import BackendRejected
from bot.money import Money, pack
from bot.ports.backend import BackendInfo
from bot.ports.expectation import LinkKind
from bot.ports.model import EventKind
from tests.contract.backend_rig import LINK_ID, BackendRig, needs

_OURS = re.compile(rf"{LINK_ID}(-?[0-9]+)?")
_THEIRS = re.compile(r'"[a-z]+_(stg_[a-z0-9]{12}|(?=[A-Za-z0-9_]*[0-9A-Z])[A-Za-z0-9_]{6,})"')


def declared(info: BackendInfo) -> set[str]:
    """What a backend says that can be expected of its links, by the names of `Provider.extras`."""
    known = {
        "range": info.ranges,
        "several uses": info.most_uses is None or info.most_uses > 1,
        "unlimited uses": info.most_uses is None,
        "subscription": LinkKind.SUBSCRIPTION in info.kinds,
        "setup": LinkKind.SETUP in info.kinds,
    }
    return {name for name, has in known.items() if has} | info.takes


async def sent_for(rig: BackendRig, now: datetime, changes: Mapping[str, Any]) -> str:
    """Everything that is sent to create a link that can be paid, without ids of ours and of theirs."""
    before = len(await rig.rig.calls())
    _, created = await rig.created(**{"now": now, "expires_at": now + timedelta(days=7), **changes})
    assert (await rig.backend.fetch(created.provider_id)).usable
    bodies = [call["body"] for call in (await rig.rig.calls())[before:] if call["method"] != "GET"]
    return _THEIRS.sub('"theirs"', _OURS.sub("ours", json.dumps(bodies)))


class ExpectationContract:
    """A test needs what it is about; the rig's `extras` say how that is asked for."""

    async def test_what_is_declared_of_links_can_be_tried_and_nothing_else(self, rig: BackendRig) -> None:
        assert set(rig.provider.extras) == declared(rig.backend.info)

    async def test_everything_that_is_declared_changes_the_request(self, rig: BackendRig) -> None:
        now = datetime.now(UTC)
        await rig.created()  # what a provider needs once, whatever is asked for, is there now
        assert await sent_for(rig, now, {}) == await sent_for(rig, now, {})
        for name, extra in rig.provider.extras.items():
            without, wanted = await sent_for(rig, now, extra.beside), await sent_for(rig, now, extra.changes)
            assert (name, wanted) != (name, without)

    @needs("range")
    async def test_the_payer_chooses_within_a_range_and_the_choice_is_told(self, rig: BackendRig) -> None:
        least, most = Money(1000, rig.asked.currency), rig.asked
        for chosen in (least, Money(2500, least.currency), most):
            rig.rig.service.received.clear()
            _, created = await rig.created(least=least, amount=most)
            assert (await rig.backend.fetch(created.provider_id)).amount == most
            await rig.pay(created.provider_id, "paid", amount=chosen.minor)
            assert (await rig.event(EventKind.CAPTURED)).amounts[EventKind.CAPTURED] == chosen

    @needs("several uses")
    async def test_each_use_of_a_link_is_a_payment_of_its_own(self, rig: BackendRig) -> None:
        extra = rig.provider.extras["several uses"]
        request, created = await rig.created(**{**extra.changes, "uses": 2})
        for done in (1, 2):
            await rig.pay(created.provider_id, "paid")
            told = await rig.events(EventKind.CAPTURED, done)
            assert len({event.use or event.provider_payment_id for event in told}) == done
            assert {event.amounts[EventKind.CAPTURED] for event in told} == {request.amount}
            assert all(rig.belongs(event, request, created) for event in told)
            fetched = await rig.backend.fetch(created.provider_id)
            assert (fetched.received, fetched.usable) == (True, done == 1 or not rig.backend.info.ends)

    @needs("unlimited uses")
    async def test_a_link_without_a_limit_stays_usable(self, rig: BackendRig) -> None:
        _, created = await rig.created(**rig.provider.extras["unlimited uses"].changes)
        for _ in range(3):
            await rig.pay(created.provider_id, "paid")
        assert (await rig.backend.fetch(created.provider_id)).usable

    @needs("price")
    async def test_a_price_that_comes_to_another_sum_is_said_with_both_and_nobody_can_pay(
        self, rig: BackendRig
    ) -> None:
        request = rig.request(**rig.provider.extras["price"].changes)
        wrong = Money(request.amount.minor + 100, request.amount.currency)
        with pytest.raises(BackendRejected) as rejected:
            await rig.backend.create(replace(request, amount=wrong))
        assert (rejected.value.field, rejected.value.codes) == (
            "price",
            (f"price_differs:{pack(request.amount)}:{pack(wrong)}",),
        )
        for link in await rig.known():
            assert not (await rig.backend.fetch(link["id"])).usable

    @needs("subscription", "price")
    async def test_a_subscription_takes_a_recurring_price_and_a_payment_one_that_is_not(
        self, rig: BackendRig
    ) -> None:
        again, once = rig.provider.extras["subscription"].changes, rig.provider.extras["price"].changes
        for changes in ({**again, "kind": LinkKind.PAYMENT}, {**once, "kind": LinkKind.SUBSCRIPTION}):
            with pytest.raises(BackendRejected) as rejected:
                await rig.created(**changes)
            assert rejected.value.field == "price"

    @needs("subscription")
    async def test_a_subscription_is_fetched_over_its_recurring_amount(self, rig: BackendRig) -> None:
        request, created = await rig.created(**rig.provider.extras["subscription"].changes)
        assert (await rig.backend.fetch(created.provider_id)).amount == request.amount

    @needs("setup")
    async def test_what_only_keeps_a_means_of_payment_is_over_nothing(self, rig: BackendRig) -> None:
        _, created = await rig.created(**rig.provider.extras["setup"].changes)
        assert (await rig.backend.fetch(created.provider_id)).amount.minor == 0
