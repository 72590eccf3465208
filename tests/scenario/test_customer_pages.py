"""What customers are given is an address of ours: it leads to where they pay, or says how things are."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.links.lifecycle import Headline, headline
from tests.scenario.slack_people import answer, card, command, create, desk, press, reference_of, thread
from tests.scenario.stage import Stage, stage_in

WEEK_S = 8 * 86_400
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}
NOBODYS = ("f" * 32, "0" * 31, "PL7K3M9QX2ABCD", "..%2f..", "%00", "x/y", "'", "")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """One that the world reaches."""
    async with stage_in(tmp_path) as ready:
        await ready.stop_service()
        ready.settings = replace(
            ready.settings, public_url=ready.world.service_url, merchant_name="Tea & <b>Sons</b>"
        )
        await ready.start_service()
        yield ready


async def sold(stage: Stage) -> tuple[str, str]:
    """A link that is open; gives its reference and the path of its address."""
    await create(stage)
    reference = reference_of(await card(stage, "Waiting for payment"))
    link = await stage.rows(lambda tx: tx.links.get(reference))
    assert link
    return reference, f"/p/{link.public_token}"


async def comes_to(stage: Stage, reference: str, wanted: Headline) -> None:
    """Return when the link is that."""

    async def look() -> bool:
        return await stage.rows(
            lambda tx: headline(tx.links.get(reference), tx.payments.of(reference)) is wanted  # type: ignore[arg-type]
        )

    await stage.until(look)


async def said(stage: Stage, path: str, status: int, *words: str) -> str:
    """What the page of this status says; it holds these words."""
    shown = await stage.service.get(path)
    assert shown.status_code == status, shown.text
    assert [word for word in words if word not in shown.text] == []
    assert shown.headers.items() >= HEADERS.items()
    return shown.text


@contextmanager
def without_payments(stage: Stage) -> Iterator[None]:
    """While the block runs nobody can read what was paid."""
    file = stage.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("ALTER TABLE payments RENAME TO away")
        yield
        other.execute("ALTER TABLE away RENAME TO payments")


def dump(stage: Stage) -> list[str]:
    """Everything that is stored, but who polls Telegram: that is said anew every few seconds."""
    with closing(sqlite3.connect(stage.settings.database_url.removeprefix("sqlite:///"))) as copy:
        return [line for line in copy.iterdump() if not line.startswith('INSERT INTO "leases"')]


async def test_everything_that_shows_the_link_shows_our_address_and_never_the_providers(stage: Stage) -> None:
    _, path = await sold(stage)
    ours, [link] = f"{stage.world.service_url}{path}", await stage.provider_links()
    posted = await card(stage, "Waiting for payment", ours)
    await thread(stage, "asks you to pay 49.90 EUR for Invoice 12", ours, below=posted["ts"])
    await stage.telegram("/paylink 60 EUR joe@example.com")
    await stage.press_telegram("Create link")
    shown = await stage.telegram_card("Waiting for payment of 60.00 EUR")
    opening, copying = shown["keyboard"][0]
    assert opening["url"] == copying["copy_text"]["text"]
    assert opening["url"].startswith(f"{stage.world.service_url}/p/")
    everything = str([await stage.slack_messages(), await stage.telegram_messages()])
    assert [one["url"] for one in await stage.provider_links() if one["url"] in everything] == []
    assert link["url"] not in everything


async def test_a_twin_that_is_used_is_shown_by_our_address(stage: Stage) -> None:
    _, path = await sold(stage)
    (ready,) = (await command(stage, "49.90 EUR jane@example.com Invoice 12"))["messages"]
    await press(stage, ready, "use")
    await desk(stage, "nothing new was created", f"{stage.world.service_url}{path}")


async def test_without_a_public_address_people_are_given_the_providers(tmp_path: Path) -> None:
    async with stage_in(tmp_path) as alone:
        _, path = await sold(alone)
        [link] = await alone.provider_links()
        await card(alone, "Waiting for payment", link["url"])
        assert (await alone.service.get(path)).headers["location"] == link["url"]


async def test_an_address_leads_to_where_the_link_is_paid(stage: Stage) -> None:
    reference, path = await sold(stage)
    [link] = await stage.provider_links()
    for method in ("GET", "HEAD"):
        sent_on = await stage.service.request(method, path)
        assert (sent_on.status_code, sent_on.headers["location"]) == (303, link["url"])
        assert sent_on.headers.items() >= HEADERS.items()
    hosted = await stage.service.get(path, follow_redirects=True)
    assert (hosted.status_code, "49.90" in hosted.text) == (200, True)
    await stage.pay(reference, "declined")
    await comes_to(stage, reference, Headline.OPEN)
    assert (await stage.service.get(path)).status_code == 303


async def test_the_stand_in_takes_the_address_that_the_customer_was_given(stage: Stage) -> None:
    reference, path = await sold(stage)
    await stage.pay(f"{stage.world.service_url}{path}", "paid")
    await comes_to(stage, reference, Headline.PAID)
    for nothing in (path, "/p/nobody", "/\x00"):
        named = {"link": f"{stage.world.service_url}{nothing}", "outcome": "refunded"}
        refused = await stage.client.post("/checkout/_control/pay", json=named)
        assert "no link has the id, URL or reference" in refused.json()["error"]


async def test_an_extended_link_is_still_paid_at_its_old_address(stage: Stage) -> None:
    reference, path = await sold(stage)
    [first] = await stage.provider_links()
    (asked,) = (await command(stage, f"{reference} extend 3d"))["messages"]
    await stage.fault("checkout", "POST /payment-links", "status", status=503)
    await press(stage, asked, "manage")
    await card(stage, "Creating a payment link", "The address that was sent leads to the newest link")
    assert (await stage.service.get(path)).headers["location"] == first["url"], "it can be paid meanwhile"
    await stage.mend("checkout")
    await thread(stage, "Extended by alice, as a new link", below=(await card(stage, reference))["ts"])
    _, fresh = sorted(await stage.provider_links(), key=lambda link: str(link["reference"]))
    assert (await stage.service.get(path)).headers["location"] == fresh["url"] != first["url"]


async def test_a_customer_who_comes_back_reads_how_far_the_payment_is(stage: Stage) -> None:
    reference, path = await sold(stage)
    await stage.pay(reference, "authorised")
    await comes_to(stage, reference, Headline.AUTHORISED)
    text = await said(stage, path, 200, "is being confirmed", "Please do not pay again")
    assert "Paid" not in text
    await stage.pay(reference, "captured")
    await comes_to(stage, reference, Headline.PAID)
    text = await said(stage, path, 200, "Paid, thank you", "49.90 EUR", reference, 'lang="en"')
    assert "Tea &amp; &lt;b&gt;Sons&lt;/b&gt;" in text
    assert "TEST: no real money moves" in text
    for secret in ("jane", "Jane", "Invoice 12", "alice", "Alice", "Checkout"):
        assert secret not in text


async def test_other_money_than_was_asked_for_is_not_called_paid(stage: Stage) -> None:
    reference, path = await sold(stage)
    await stage.pay(reference, "authorised")
    await stage.pay(reference, "captured", amount=4000)
    await comes_to(stage, reference, Headline.PAID_PART)
    assert "Paid" not in await said(stage, path, 200, "is being confirmed")


async def test_what_is_over_is_gone(stage: Stage) -> None:
    reference, path = await sold(stage)
    await answer(stage, f"cancel {reference}")
    await said(stage, path, 410, "This payment request was cancelled", reference)
    reference, path = await sold(stage)
    await stage.control("checkout/clock", advance_s=WEEK_S)
    await stage.look_again(reference)
    await comes_to(stage, reference, Headline.EXPIRED)
    await said(stage, path, 410, "The time to pay has run out", "ask Tea &amp;", reference)


async def test_a_link_that_waits_for_its_backend_is_being_prepared(stage: Stage) -> None:
    await stage.fault("checkout", "POST /payment-links", "status", status=503)
    await create(stage)

    async def begun() -> str | None:
        links = await stage.rows(lambda tx: tx.links.recent(1))
        return links[0].public_token if links and links[0].trouble else None

    path = f"/p/{await stage.until(begun)}"
    text = await said(stage, path, 200, "is being prepared", "goes on by itself")
    assert "Checkout" not in text
    await stage.mend("checkout")


async def test_nobody_can_tell_an_address_that_never_was_from_one_that_cannot_be(stage: Stage) -> None:
    texts = {await said(stage, f"/p/{token}", 404, "There is no payment link") for token in NOBODYS}
    assert len(texts) == 1


async def test_only_reading_is_possible(stage: Stage) -> None:
    _, path = await sold(stage)
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        refused = await stage.service.request(method, path)
        assert refused.status_code == 405
        assert set(refused.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_whoever_opens_an_address_changes_nothing(stage: Stage) -> None:
    reference, path = await sold(stage)
    await stage.pay(reference, "paid")
    await card(stage, "Paid 49.90 EUR")
    _, open_path = await sold(stage)
    await stage.delivered()
    await stage.nothing_owed()
    before = dump(stage)
    for address in (path, open_path, "/p/nobody", f"/p/{'f' * 32}"):
        for method in ("GET", "HEAD", "POST"):
            await stage.service.request(method, address)
    assert dump(stage) == before


async def test_a_head_is_the_get_without_its_body(stage: Stage) -> None:
    path = "/p/nobody"
    whole, head = await stage.service.get(path), await stage.service.head(path)
    assert (head.status_code, head.content) == (404, b"")
    same = ("content-length", "content-type", "content-security-policy", *HEADERS)
    assert [head.headers[name] for name in same] == [whole.headers[name] for name in same]


async def test_while_the_database_does_not_answer_people_are_asked_to_come_again(stage: Stage) -> None:
    reference, path = await sold(stage)
    with without_payments(stage):
        text = await said(stage, path, 503, "tried again by itself in a moment")
    assert reference not in text
    assert (await stage.service.get(path)).status_code == 303


async def test_the_page_runs_and_fetches_nothing_but_a_logo_of_the_merchants(stage: Stage) -> None:
    shown = await stage.service.get("/p/nobody")
    policy = dict(part.split(" ", 1) for part in shown.headers["content-security-policy"].split("; "))
    assert policy.pop("style-src").startswith("'sha256-")
    assert set(policy.values()) == {"'none'"}
    assert policy.keys() == {"default-src", "base-uri", "form-action", "frame-ancestors"}
    assert not [
        mark for mark in ("<script", "http", "src=", "href=", "@import", "url(") if mark in shown.text
    ]
    logo = "https://tea.example/logo.png"
    await stage.stop_service()
    stage.settings = replace(stage.settings, merchant_logo_url=logo)
    await stage.start_service()
    assert f'src="{logo}"' in (await stage.service.get("/p/nobody")).text
