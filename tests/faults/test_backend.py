"""A backend in trouble while links are made, or with another clock: one intent is one link to be paid."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.backends._checkout_request import Profile
from adapters.backends._http import BackendHttp
from adapters.backends.checkout import Checkout
from bot.ports.backend import Backend
from bot.ports.model import Mode
from bot.settings import Settings
from tests.faults.people import ask_for, pay, sales
from tests.faults.right import all_is_right
from tests.faults.scale import SCALE
from tests.faults.shop import shop_in

CREATING = "POST /payment-links"
SURELY_NOT_MADE: Mapping[str, Mapping[str, object]] = {
    "429 with a wait": {"fault": "status", "status": 429, "retry_after": 2},
    "429 without a wait": {"fault": "status", "status": 429},
}
PERHAPS_MADE: Mapping[str, Mapping[str, object]] = {
    "500": {"fault": "status", "status": 500},
    "a page instead of JSON": {"fault": "html"},
    "a connection that is reset": {"fault": "reset"},
    "an answer that is lost after the link was made": {"fault": "lost_answer"},
}
TROUBLES = {**SURELY_NOT_MADE, **PERHAPS_MADE}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_links_are_made_once_the_trouble_is_over(trouble: str, tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        await shop.stage.control("checkout/faults", match=CREATING, times=SCALE.few + 2, **TROUBLES[trouble])
        references = await ask_for(shop, sales(SCALE.few))
        again = [reference for reference in references.values() if "-" in reference]
        assert bool(again) == (trouble in PERHAPS_MADE), "a reference that may be known is never used again"
        await pay(shop, references.values())
        await all_is_right(shop, references)


async def test_answers_that_are_cut_off_in_the_middle(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        shop.board.torn.times = SCALE.few
        references = await ask_for(shop, sales(SCALE.few))
        assert shop.board.torn.times == 0
        assert sum(len(shop.board.made[sale.amount]) for sale in references) == 2 * SCALE.few
        await pay(shop, references.values())
        await all_is_right(shop, references)


def impatient(settings: Settings) -> Mapping[str, Backend]:
    """The backend of these settings, which waits for an answer no longer than a second."""
    account = settings.accounts["checkout"]
    key = {"Authorization": f"Bearer {account['SECRET_KEY']}"}
    http = BackendHttp(
        httpx.AsyncClient(base_url=account["API_URL"], headers=key, timeout=1), "Cko-Request-Id"
    )
    profile = Profile("Paylink", processing_channel_id=account["PROCESSING_CHANNEL_ID"])
    return {"checkout": Checkout(http, Mode.TEST, [account["WEBHOOK_SECRET"]], profile)}


async def test_a_backend_that_makes_the_link_and_never_answers(tmp_path: Path) -> None:
    async with shop_in(tmp_path, given=impatient) as shop:
        shop.board.silent.times = SCALE.few
        references = await ask_for(shop, sales(SCALE.few))
        assert shop.board.silent.times == 0
        assert sum(len(shop.board.made[sale.amount]) for sale in references) >= 2 * SCALE.few, (
            "what was lost is made again"
        )
        assert any("-" in reference for reference in references.values()), "by another reference"
        await pay(shop, references.values())
        await all_is_right(shop, references)


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_backend_whose_clock_is_a_day_away_from_ours(days: int, tmp_path: Path) -> None:
    async with shop_in(tmp_path, ahead=timedelta(days=days)) as shop:
        references = await ask_for(shop, sales(SCALE.few))
        await pay(shop, references.values())
        await all_is_right(shop, references)
