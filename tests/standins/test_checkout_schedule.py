"""How the Checkout.com stand-in delivers a webhook that is not taken: eight more times in thirty hours."""

import hashlib
import hmac
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from starlette.responses import Response

from sandbox.checkout.standin import CheckoutStandIn
from tests.rigs import Rig, Stage, playing, staging
from tests.standins.checkout_rig import SECRET, body

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTES = (5, 10, 15, 30, 60, 240, 720, 720)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with staging() as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def rig(stage: Stage) -> AsyncIterator[Rig]:
    """A payment whose only webhook is answered with 500."""
    async with playing(stage, CheckoutStandIn) as rig:
        rig.service.answer = Response(status_code=500)
        key = rig.standin.env()["PAYLINK_CHECKOUT_SECRET_KEY"]
        headers = {"Authorization": f"Bearer {key}"}
        answer = await rig.client.post("/checkout/payment-links", json=body(), headers=headers)
        await rig.control("pay", link=answer.json()["id"], outcome="declined")
        yield rig


async def waiting(rig: Rig, attempts: int) -> str | None:
    """When the next attempt is due, once so many have failed."""
    while True:
        [delivery] = (await rig.reading("deliveries"))["deliveries"]
        settled = delivery["next_at"] or attempts > len(MINUTES)
        if len(delivery["attempts"]) >= attempts and settled:
            assert len(delivery["attempts"]) == attempts
            return delivery["next_at"]


async def test_each_retry_waits_as_documented_and_after_the_eighth_it_is_over(rig: Rig) -> None:
    for attempts, minutes in enumerate(MINUTES, start=1):
        due = await waiting(rig, attempts)
        await rig.control("clock", advance_s=minutes * 60 - 5)
        assert await waiting(rig, attempts) == due
        await rig.control("clock", advance_s=5)
    assert await waiting(rig, 1 + len(MINUTES)) is None
    await rig.control("clock", advance_s=30 * 86_400)
    assert len(rig.service.received) == 1 + len(MINUTES)


async def test_every_attempt_has_the_same_bytes_and_the_same_signature(rig: Rig) -> None:
    await waiting(rig, 1)
    await rig.control("clock", advance_s=300)
    first, second = await rig.service.until(2)
    assert first.body == second.body
    signature = hmac.new(SECRET.encode(), first.body, hashlib.sha256).hexdigest()
    assert [one.headers["cko-signature"] for one in (first, second)] == [signature, signature]


async def test_a_webhook_that_is_taken_at_last_is_not_sent_again(rig: Rig) -> None:
    await waiting(rig, 1)
    rig.service.answer = Response(status_code=202)
    await rig.control("clock", advance_s=300)
    await rig.service.until(2)
    while not (delivery := (await rig.reading("deliveries"))["deliveries"][0])["delivered"]:
        assert len(delivery["attempts"]) <= 2
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 202]
    assert delivery["next_at"] is None
