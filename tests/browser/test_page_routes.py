"""The page's server side: files, news, and where the customer's phone may go."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

import sandbox.page
from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.registry import STANDINS
from sandbox.server import listen, serving, serving_on, url_of
from sandbox.standin import World
from tests import loopback

STATIC = Path(sandbox.page.__file__).parent / "static"
MOST_BYTES = 150_000
REFERENCE = re.compile(r"""["'](?:/page/|\./)([\w.]+)["']""")


async def customer_page(request: Request) -> Response:
    if request.method == "POST":
        return RedirectResponse("/p/thanks", 303)
    return HTMLResponse(f"<h1>{request.path_params['token']}</h1>")


async def away(request: Request) -> Response:
    return RedirectResponse("http://elsewhere.example/")


async def round_and_round(request: Request) -> Response:
    return RedirectResponse(request.url)


PAGES = Starlette(
    routes=[
        Route("/p/{token}", customer_page, methods=["GET", "POST"]),
        Route("/away", away),
        Route("/round", round_and_round),
    ]
)


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[tuple[World, httpx.AsyncClient]]:
    listener = listen()
    async with serving(PAGES) as service_url:
        world = World(Clock(), url_of(listener), service_url)
        async with (
            serving_on(build_app(world), listener),
            loopback.client(world.url) as client,
        ):
            yield world, client


async def test_the_page_is_small_and_loads_nothing_from_elsewhere() -> None:
    assert sum(file.stat().st_size for file in STATIC.iterdir()) <= MOST_BYTES
    async with running() as (_, client):
        index = await client.get("/")
        script = await client.get("/page/app.js")
    assert "https://" not in index.text
    assert "script-src 'self'" in index.headers["content-security-policy"]
    assert (script.status_code, script.headers["cache-control"]) == (200, "no-cache")


def test_every_file_of_the_page_is_reached_from_its_index() -> None:
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        found = set(REFERENCE.findall((STATIC / waiting.pop()).read_text())) - reached
        reached |= found
        waiting += found
    assert reached == {file.name for file in STATIC.iterdir()}


async def test_the_page_learns_which_standins_there_are() -> None:
    async with running() as (_, client):
        standins = (await client.get("/standins")).json()["standins"]
    paying = [standin["name"] for standin in standins if "pay" in standin["controls"]]
    assert "checkout" in paying
    assert {"slack", "telegram"}.isdisjoint(paying)


async def test_changes_that_come_together_are_one_piece_of_news() -> None:
    async with loopback.client() as client, contextlib.AsyncExitStack() as stack:
        async with running() as (world, page):
            stream = await stack.enter_async_context(client.stream("GET", f"{world.url}/events"))
            lines = stream.aiter_lines()
            assert [await anext(lines) for _ in range(2)] == ["retry: 500", "event: world"]
            assert re.fullmatch("data: [0-9a-f]{16}", await anext(lines))
            for _ in range(20):
                world.changed()
                await asyncio.sleep(0)
            heard = [await anext(lines) for _ in range(3)]
            assert heard == ["", f"data: {' '.join(sorted(STANDINS))}", ""]
            await page.post("/slack/_control/clock", json={"advance_s": 1})
            assert await anext(lines) == "data: slack"
        assert [line async for line in lines] == [""]


async def test_listening_does_not_delay_the_end_of_the_sandbox() -> None:
    async with loopback.client() as client, contextlib.AsyncExitStack() as stack:
        async with running() as (world, _):
            stream = await stack.enter_async_context(client.stream("GET", f"{world.url}/events"))
            lines = stream.aiter_lines()
            heard = [await anext(lines) for _ in range(4)]
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 0.9
        assert heard[1] == "event: world"
        assert [line async for line in lines] == []


async def test_the_phone_follows_redirects_and_sends_forms() -> None:
    async with running() as (world, client):
        visit = {"url": f"{world.service_url}/p/x", "method": "POST", "fields": {"a": "b"}}
        answer = (await client.post("/phone", json=visit)).json()
    shown = {"url": f"{world.service_url}/p/thanks", "status": 200, "html": "<h1>thanks</h1>"}
    assert answer == {"ok": True, **shown}


async def test_the_phone_goes_nowhere_else() -> None:
    async with running() as (world, client):
        for url in ("http://elsewhere.example/", "file:///etc/passwd", f"{world.service_url}/away", "?"):
            answer = await client.post("/phone", json={"url": url})
            assert answer.status_code == 403
            assert "outside of this sandbox" in answer.json()["error"]
        endless = await client.post("/phone", json={"url": f"{world.service_url}/round"})
        assert "redirects without end" in endless.json()["error"]


async def test_the_phone_takes_only_what_the_page_itself_can_send() -> None:
    async with running() as (world, client):
        from_a_form = await client.post("/phone", data={"url": world.url})
        without_address = await client.post("/phone", json={"method": "GET"})
        other_method = await client.post("/phone", json={"url": world.url, "method": "DELETE"})
    assert [from_a_form.status_code, without_address.status_code, other_method.status_code] == [415, 403, 403]


async def test_the_phone_says_when_nobody_answers() -> None:
    world = World(Clock(), "http://127.0.0.1:9", "http://127.0.0.1:9")
    async with (
        serving(build_app(world)) as url,
        loopback.client(url) as client,
    ):
        answer = await client.post("/phone", json={"url": "http://127.0.0.1:9/"})
    assert (answer.status_code, answer.json()) == (502, {"ok": False, "error": "No page came: ConnectError"})
