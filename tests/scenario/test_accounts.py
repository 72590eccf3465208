"""Two accounts at one backend: chosen by name, told apart on cards, never mixed up, whoever sends what."""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from adapters.backends._accounts import make_accounts
from bot.ports.backend import Connects
from bot.ports.model import LinkState
from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.registry import STANDINS
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from tests import loopback
from tests.scenario.slack_people import answer, card, command, create, filled_in, reference_of, thread
from tests.scenario.stage import PATIENCE_S, Stage, stage_in

SECRET = "obviously-fake-secret-of-the-second-account"


@dataclass
class Elsewhere:
    """Another merchant's stand-in, on a server of its own: what it holds, no other one knows."""

    world: World
    client: httpx.AsyncClient
    env: dict[str, str]

    def settings(self, word: str, **others: str) -> dict[str, str]:
        """Its settings as those of the account of that word, without the prefix of all settings."""
        own = {name.removeprefix("PAYLINK_"): value for name, value in self.env.items()}
        named = {
            f"{backend}_{word}_{rest}": own[name] for name in own for backend, rest in [name.split("_", 1)]
        }
        return named | others

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        answered = await self.client.post(f"_control/{name}", json=body)
        assert answered.status_code == httpx.codes.OK, answered.text
        return dict(answered.json())

    async def reading(self, name: str) -> dict[str, Any]:
        return dict((await self.client.get(f"_control/{name}")).json())

    async def links(self) -> list[dict[str, Any]]:
        return list((await self.reading("links"))["links"])


@contextlib.asynccontextmanager
async def elsewhere(name: str) -> AsyncIterator[Elsewhere]:
    socket = listen()
    world = World(Clock(), url_of(socket), "http://127.0.0.1:9")
    standin = STANDINS[name](world)
    async with (
        serving_on(Starlette(routes=[mount(standin, world)]), socket) as url,
        loopback.client(f"{url}/{name}/", timeout=30) as client,
    ):
        background = asyncio.create_task(standin.run())
        try:
            yield Elsewhere(world, client, standin.env())
        finally:
            background.cancel()
            await asyncio.gather(background, return_exceptions=True)


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    """For what only the service's rows show: nothing in the sandbox changes with them."""
    async with asyncio.timeout(PATIENCE_S):
        while not await look():  # noqa: ASYNC110 - as the sentence above says
            await asyncio.sleep(0)


async def worked_off(stage: Stage) -> None:
    async def look() -> bool:
        return not (await stage.rows(lambda tx: tx.inbox.stripes()))

    await until(look)


async def state_of(stage: Stage, link_id: str) -> LinkState | None:
    found = await stage.rows(lambda tx: tx.links.get(link_id))
    return found.state if found else None


async def offered(stage: Stage, account: str) -> dict[str, Any]:
    """A link that this account makes; gives its card."""
    await create(stage, f"49.90 EUR jane@example.com Invoice of the {account} shop via {account}")
    return await card(stage, "Waiting for payment", f"Invoice of the {account} shop")


def captured(reference: str) -> tuple[bytes, dict[str, str]]:
    """The second account's proof that a link was paid, whosever link it is."""
    money = {
        "amount": 4990,
        "currency": "EUR",
        "balances": {"total_authorized": 4990, "total_captured": 4990},
    }
    told = {"id": f"pay_{'a' * 26}", "reference": reference, **money}
    body = {"id": "evt_a", "type": "payment_captured", "timestamp": "2026-11-21T10:00:00Z", "data": told}
    raw = json.dumps(body).encode()
    return raw, {"Cko-Signature": hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()}


@dataclass
class Shop:
    """A service with two accounts, and where the second one is."""

    stage: Stage
    second: Elsewhere


@pytest.fixture
async def checkouts(tmp_path: Path) -> AsyncIterator[Shop]:
    async with elsewhere("checkout") as second:
        eu = second.settings("EU", ACCOUNTS="checkout-eu", CHECKOUT_EU_WEBHOOK_SECRET=SECRET)
        async with stage_in(tmp_path, **eu) as stage:
            second.world.changed = stage.changed
            backend = make_accounts({"checkout-eu": stage.settings.accounts["checkout-eu"]}, "", {})[
                "checkout-eu"
            ]
            assert isinstance(backend, Connects)
            await backend.connect(f"{stage.world.service_url}/webhooks/checkout/eu")
            await backend.aclose()
            yield Shop(stage, second)


class TestTwoSignedAccounts:
    async def test_each_is_named_where_links_are_made_and_shown(self, checkouts: Shop) -> None:
        stage = checkouts.stage
        view = (await command(stage, ""))["view"]
        assert all(label in str(view) for label in ("'Checkout.com'", "'Checkout.com (eu)'"))
        posted = await offered(stage, "checkout-eu")
        assert "Checkout.com (eu)" in str(posted)
        of_the_first = str(await offered(stage, "checkout"))
        assert "Checkout.com" in of_the_first
        assert "Checkout.com (eu)" not in of_the_first
        listed = (await command(stage, "list"))["messages"]
        assert "via Checkout.com (eu)" in str(listed)
        assert reference_of(posted) in str(listed)

    async def test_the_one_that_the_settings_name_is_chosen_unless_another_is_said(
        self, checkouts: Shop
    ) -> None:
        stage = checkouts.stage
        for account in ("checkout", "checkout-eu"):
            await stage.stop_service()
            stage.settings = replace(stage.settings, default_backend=account)
            await stage.start_service()
            assert filled_in((await command(stage, ""))["view"])["backend"] == account

    async def test_a_sale_of_the_second_is_told_at_its_own_address_and_paid_in_its_thread(
        self, checkouts: Shop
    ) -> None:
        stage, second = checkouts.stage, checkouts.second
        posted = await offered(stage, "checkout-eu")
        assert await stage.provider_links() == []
        (link,) = await second.links()
        await second.control("pay", link=link["id"], outcome="paid")
        await thread(stage, "Paid 49.90 EUR", below=posted["ts"])
        deliveries = (await second.reading("deliveries"))["deliveries"]
        assert {one["path"] for one in deliveries} == {f"{stage.world.service_url}/webhooks/checkout/eu"}

    async def test_what_the_second_proves_never_touches_a_link_of_the_first(self, checkouts: Shop) -> None:
        stage = checkouts.stage
        link_id = reference_of(await offered(stage, "checkout"))
        body, proof = captured(link_id)
        assert (
            await stage.service.post("/webhooks/checkout/eu", content=body, headers=proof)
        ).status_code == 200
        assert (
            await stage.service.post("/webhooks/checkout", content=body, headers=proof)
        ).status_code == 401
        await worked_off(stage)
        assert await state_of(stage, link_id) is LinkState.OPEN
        assert await stage.rows(lambda tx: tx.payments.of(link_id)) == []

    async def test_the_links_of_an_account_that_is_gone_are_shown_and_nothing_else(
        self, checkouts: Shop
    ) -> None:
        stage, second = checkouts.stage, checkouts.second
        link_id = reference_of(await offered(stage, "checkout-eu"))
        await stage.stop_service()
        left = {"checkout": stage.settings.accounts["checkout"]}
        stage.settings = replace(stage.settings, accounts=left)
        with capture_logs() as logs:
            await stage.start_service()
        assert [line["account"] for line in logs if line["event"] == "account.gone"] == ["checkout-eu"]
        await stage.look_again(link_id)
        (link,) = await second.links()
        await second.control("pay", link=link["id"], outcome="paid")
        body, proof = captured(link_id)
        gone = await stage.service.post("/webhooks/checkout/eu", content=body, headers=proof)
        assert gone.status_code == 404
        assert "Checkout.com (eu)" in await answer(stage, f"pause {link_id}")
        assert await state_of(stage, link_id) is LinkState.OPEN
        await create(stage, "20 EUR joe@example.com Invoice 13")
        await card(stage, "Waiting for payment of 20.00 EUR")


@pytest.fixture
async def costplus(tmp_path: Path) -> AsyncIterator[tuple[Shop, Elsewhere]]:
    async with elsewhere("costplus") as first, elsewhere("costplus") as second:
        own = {name.removeprefix("PAYLINK_"): value for name, value in first.env.items()}
        settings = own | second.settings("SHOP", ACCOUNTS="costplus-shop")
        async with stage_in(tmp_path, **settings) as stage:
            first.world.changed = second.world.changed = stage.changed
            await stage.stop_service()
            stage.settings = replace(stage.settings, public_url=stage.world.service_url)
            await stage.start_service()
            yield Shop(stage, second), first


class TestTwoUnsignedAccounts:
    async def test_hints_at_each_ones_links_lead_to_its_own_payments(
        self, costplus: tuple[Shop, Elsewhere]
    ) -> None:
        shop, first = costplus
        for account, at in (("costplus", first), ("costplus-shop", shop.second)):
            posted = await offered(shop.stage, account)
            (link,) = await at.links()
            await at.control("pay", link=link["id"], outcome="paid")
            await thread(shop.stage, "Paid 49.90 EUR", below=posted["ts"])

    async def test_a_hint_at_the_others_order_is_asked_of_the_links_own_account(
        self, costplus: tuple[Shop, Elsewhere]
    ) -> None:
        shop, first = costplus
        stage, accounts = shop.stage, ("costplus", "costplus-shop")
        link_ids = [reference_of(await offered(stage, account)) for account in accounts]
        await shop.second.control("options", webhooks="dropped")
        (link,) = await shop.second.links()
        paid = await shop.second.control("pay", link=link["id"], outcome="paid")
        (theirs,) = await stage.rows(lambda tx: tx.provider_links.of(link_ids[0]))
        hint = {"event": "status_changed", "order_id": paid["payment"]["id"]}
        address = f"/webhooks/costplus/{theirs.webhook_token}"
        assert (await stage.service.post(address, json=hint)).status_code == 200

        async def asked() -> bool:
            calls = (await first.reading("calls"))["calls"]
            return any(hint["order_id"] in call["path"] for call in calls)

        await stage.until(asked)
        await worked_off(stage)
        assert [await state_of(stage, link_id) for link_id in link_ids] == [LinkState.OPEN] * 2
