"""What befalls a payment of EximPe is of that payment, whatever the webhook calls it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenario.slack_people import Json, card, command, reference_of, thread
from tests.scenario.stage import Stage, stage_in

ANSWERS = {
    "amount": "49.90",
    "currency": "INR",
    "email": "jane@example.com",
    "phone": "+919812345678",
    "name": "Jane Doe",
    "description": "Invoice 12",
    "address": "12 MG Road",
    "city": "Pune",
    "state": "Maharashtra",
    "postal_code": "411 001",
}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage_in(tmp_path, backend="eximpe") as ready:
        await ready.control("eximpe/options", payload="v2")
        yield ready


async def sold(stage: Stage) -> Json:
    view = (await command(stage, ""))["view"]
    answered = await stage.control("slack/submit", view=view["id"], values=ANSWERS)
    assert not answered["errors"]
    return await card(stage, "Waiting for")


async def test_a_refund_under_another_id_is_of_the_one_payment(stage: Stage) -> None:
    posted = await sold(stage)
    for outcome in ("paid", "refunded"):
        await stage.control("eximpe/pay", link=reference_of(posted), outcome=outcome)
    await thread(stage, "Refunded 49.90 INR: all of it", below=posted["ts"])
    await stage.look_again(reference_of(posted))
    replies = await thread(stage, "Refunded", below=posted["ts"])
    assert "not confirmed" not in str(replies)
    assert "of 49.90 INR" not in str((await card(stage, "Refunded 49.90 INR"))["text"])


async def test_a_dispute_under_another_id_is_told_although_no_call_tells_of_it(stage: Stage) -> None:
    posted = await sold(stage)
    for outcome in ("paid", "disputed"):
        await stage.control("eximpe/pay", link=reference_of(posted), outcome=outcome)
    await thread(stage, "isput", below=posted["ts"])
    await card(stage, "isput", "49.90")
