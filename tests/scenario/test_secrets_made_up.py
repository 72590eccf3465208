"""A webhook secret that the backend makes up is replaced as docs/operations.md has it: without an outage."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.ports.model import EventKind
from sandbox.eximpe import outgoing as eximpe
from sandbox.paymentkit import outgoing as paymentkit
from sandbox.yabetoo import outgoing as yabetoo
from sandbox.yabetoo.access import ACCOUNT as YABETOO_ACCOUNT
from tests.scenario.slack_people import Json, card, create, reference_of, thread
from tests.scenario.stage import Stage, stage_in
from tests.scenario.test_eximpe_ids import sold as sold_at_eximpe
from tests.scenario.test_restore import paylink

FORMER = "obviously-fake-former"
SIGNS_WITH = {
    "eximpe": eximpe.ENCRYPTION_KEY,
    "paymentkit": paymentkit.WEBHOOK_SECRET,
    "yabetoo": yabetoo.WEBHOOK_SECRET,
}


def secret_of(stage: Stage, backend: str) -> str:
    return stage.settings.accounts[backend]["WEBHOOK_SECRET"]


async def with_secrets(stage: Stage, backend: str, *secrets: str) -> None:
    """Start the service again with these."""
    await stage.stop_service()
    account = {**stage.settings.accounts[backend], "WEBHOOK_SECRET": ",".join(secrets)}
    stage.settings = replace(stage.settings, accounts={**stage.settings.accounts, backend: account})
    await stage.start_service()


async def operator(stage: Stage, backend: str, *arguments: str) -> Sequence[str]:
    """The lines of a command, typed beside the service."""
    own = {
        f"PAYLINK_{backend.upper()}_{key}": value for key, value in stage.settings.accounts[backend].items()
    }
    done = await asyncio.to_thread(paylink, *arguments, url=stage.settings.database_url, **own)
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


async def second_endpoint(stage: Stage, backend: str) -> str:
    """The secret of one more endpoint with the same address: by `paylink connect`, or as in the dashboard."""
    url = f"{stage.world.service_url}/webhooks/{backend}"
    if backend == "paymentkit":
        *_, line = await operator(stage, backend, "connect", backend, "--url", f"{url}?2")
        return line.removeprefix("PAYLINK_PAYMENTKIT_WEBHOOK_SECRET=")
    account = stage.settings.accounts[backend]
    made = await stage.client.post(
        f"/yabetoo/v1/account/{YABETOO_ACCOUNT}/webhooks",
        json={"url": url, "enabled_events": ["payment_link.checkout.completed"]},
        headers={"Authorization": f"Bearer {account['SECRET_KEY']}"},
    )
    assert made.status_code == httpx.codes.CREATED, made.text
    return str(made.json()["secret"])


async def sold(stage: Stage, backend: str) -> Json:
    """The card of a new link."""
    if backend == "eximpe":
        return await sold_at_eximpe(stage)
    before = await stage.slack_messages()
    await create(stage)

    async def another() -> bool:
        return len(await stage.slack_messages()) > len(before)

    await stage.until(another)
    return await card(stage, "Waiting for")


async def told_once(stage: Stage, posted: Json) -> None:
    replies = await thread(stage, "Paid 49.90", below=posted["ts"])
    await stage.nothing_owed()
    replies = await thread(stage, "Paid 49.90", below=posted["ts"])
    assert sum("Paid 49.90" in str(reply) for reply in replies) == 1


async def held(stage: Stage, count: int) -> None:
    """So many webhooks could not prove where they are from."""

    async def look() -> bool:
        return await stage.rows(lambda tx: tx.counts.quarantined()) >= count

    await stage.until(look)


@pytest.mark.parametrize("backend", ["paymentkit", "yabetoo"])
async def test_while_a_second_endpoint_takes_the_place_of_the_first_every_payment_is_told_once(
    tmp_path: Path, backend: str
) -> None:
    async with stage_in(tmp_path, backend=backend) as stage:
        old, new = secret_of(stage, backend), await second_endpoint(stage, backend)

        async def paid() -> None:
            posted = await sold(stage, backend)
            await stage.control(f"{backend}/pay", link=reference_of(posted), outcome="paid")
            await told_once(stage, posted)

        await paid()
        await held(stage, 1)
        await with_secrets(stage, backend, new, old)
        (line,) = await operator(stage, backend, "inbox", "replay", "--quarantine")
        assert line.endswith("taken out of quarantine, 0 still refused")
        await paid()
        assert await stage.rows(lambda tx: tx.counts.quarantined()) == 0
        await with_secrets(stage, backend, new)
        await paid()
        assert await stage.rows(lambda tx: tx.counts.inbox()) == {}


@pytest.mark.parametrize("backend", ["eximpe", "paymentkit", "yabetoo"])
async def test_what_came_with_a_new_secret_before_it_was_set_is_told_once_it_is(
    tmp_path: Path, backend: str
) -> None:
    """Where there is one endpoint, and its secret is changed there first."""
    former = {f"{backend.upper()}_WEBHOOK_SECRET": FORMER}
    async with stage_in(tmp_path, backend=backend, **former) as stage:
        posted = await sold(stage, backend)
        await stage.control(f"{backend}/pay", link=reference_of(posted), outcome="paid")
        await held(stage, 1)
        (root,) = await stage.slack_messages()
        assert "Paid" not in str(root["replies"])
        await with_secrets(stage, backend, SIGNS_WITH[backend], FORMER)
        (line,) = await operator(stage, backend, "inbox", "replay", "--quarantine")
        assert line.endswith("taken out of quarantine, 0 still refused")
        await told_once(stage, posted)
        reference = reference_of(posted)

        async def known_as_sent() -> bool:
            told = await stage.rows(lambda tx: tx.events.evidence(reference))
            return any(each.sent and each.kind is EventKind.CAPTURED for each in told)

        await stage.until(known_as_sent)  # and not only found by asking
