"""`paylink check` tries the address that customers are given."""

from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette

from adapters.web.customers import customer_pages
from bot.commands._address import LATER, OK, WRONG, tried
from bot.delivery.customer_page import Onward, Page, Situation, page_without_link
from bot.texts import Texts

URL = "https://pay.example.com"
NOBODYS = page_without_link(Texts("en"), "Corner & Coffee", Situation.UNKNOWN)
BUSY = page_without_link(Texts("en"), "Corner & Coffee", Situation.BUSY)
OTHERS = page_without_link(Texts("en"), "Northwind", Situation.UNKNOWN)


async def through(transport: httpx.AsyncBaseTransport) -> tuple[str, str]:
    async with httpx.AsyncClient(transport=transport, follow_redirects=True) as client:
        return await tried(client, URL, NOBODYS)


def service(page: Page) -> httpx.ASGITransport:
    async def find(_: str) -> Onward | Page:
        return page

    return httpx.ASGITransport(Starlette(routes=[customer_pages(find)]))


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(answer)


def unreached(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route")


async def test_an_address_that_leads_to_this_service_is_good() -> None:
    assert await through(service(NOBODYS)) == (OK, f"{URL}/p/ leads to this service")


@pytest.mark.parametrize(
    "somebody_else",
    [
        service(OTHERS),
        answering(lambda _: httpx.Response(404, text="404 Not Found")),
        answering(lambda _: httpx.Response(200, text="<title>Welcome to nginx!</title>")),
        answering(lambda _: httpx.Response(403)),
    ],
)
async def test_one_that_is_answered_by_something_else_is_wrong(
    somebody_else: httpx.AsyncBaseTransport,
) -> None:
    how, line = await through(somebody_else)
    assert how == WRONG
    for words in (f"{URL}/p/ is answered by something else", "hand on /p/", "PAYLINK_PUBLIC_URL"):
        assert words in line


@pytest.mark.parametrize(
    "nobody",
    [answering(unreached), answering(lambda _: httpx.Response(502)), service(BUSY)],
)
async def test_one_that_nobody_answers_yet_can_be_tried_later(nobody: httpx.AsyncBaseTransport) -> None:
    """It is usual to check before the service is started."""
    how, line = await through(nobody)
    assert how == LATER
    assert "Try again once `paylink serve` runs" in line
