"""What a customer gets at a link's own address: the way on, or how things are and whom to ask."""

import asyncio
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from adapters.web.customers import customer_pages, drawn
from bot import timing
from bot.delivery.customer_page import (
    SITUATIONS,
    CustomerPages,
    Onward,
    Page,
    Situation,
    address_of,
    page_of,
    page_without_link,
)
from bot.ids import is_public_token, new_public_token
from bot.links import lifecycle
from bot.links.lifecycle import Headline
from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Customer, Link, LinkState, Mode, Payment
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.texts import Texts
from tests.rigs import PATIENCE_S
from tests.unit.headlines import (
    CLOSED_AS,
    CREATING,
    DECLINED,
    HEADLINES,
    MADE,
    PAID,
    THREE,
    URL,
    payment,
)
from tests.unit.records import link
from tests.unit.talking import INSTALLATION
from tests.unit.world import World

TEXTS = Texts("en")
NORTHWIND = INSTALLATION.merchant
ANEW = replace(MADE, attempt=2, reference="PL0123456789AB-2", url="https://pay.test/2")
RETURNED = payment(K.RETURNED, captured=4990)
UNDER_WAY = replace(payment(K.PENDING), provider_payment_id="2")
PAUSED = link(state=LinkState.PAUSED)
SECRETS = {
    "customer": Customer("Zebedee Quill", "zebedee@example.com", "+4915112345678"),
    "description": "internal: late payer",
    "own_reference": "OWN-77",
    "trouble": {"key": "unavailable", "codes": "secret_code"},
}


def page(of: Link, *payments: Payment, made: Sequence[ProviderLink] = (), mode: Mode = Mode.LIVE) -> Page:
    found = page_of(TEXTS, NORTHWIND, of, payments, made, mode=mode)
    assert isinstance(found, Page)
    return found


def everything(shown: Page) -> str:
    return "\n".join([shown.title, *shown.lines, *map(" ".join, shown.rows), *shown.notes])


class _Read(HTMLParser):
    """What a reader of the HTML sees of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.words = list[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_every_headline_is_one_of_a_few_cases_for_the_customer() -> None:
    assert SITUATIONS.keys() == set(Headline)
    assert set(SITUATIONS.values()) == set(Situation) - {Situation.UNKNOWN, Situation.BUSY}


@pytest.mark.parametrize("headline", HEADLINES)
def test_what_cannot_be_paid_now_is_said_without_anything_that_is_not_the_customers(
    headline: Headline,
) -> None:
    of, payments, _, _ = HEADLINES[headline]
    shown = page(replace(of, **SECRETS), *payments)  # type: ignore[arg-type]
    assert lifecycle.headline(of, payments) is headline
    for secret in ("ebedee", "4915112345678", "internal", "OWN-77", "secret_code", "Alice", "unavailable"):
        assert secret not in everything(shown)
    assert of.id in everything(shown)
    assert NORTHWIND in everything(shown)
    assert not re.search(r"[!{}]", everything(shown))


@pytest.mark.parametrize("headline", sorted(set(HEADLINES) - {Headline.PAID, Headline.DISPUTE_WON}))
def test_paid_is_said_of_nothing_but_what_was_captured_as_asked(headline: Headline) -> None:
    of, payments, _, _ = HEADLINES[headline]
    shown = page(of, *payments)
    assert shown.situation is not Situation.PAID
    assert "Paid" not in everything(shown)
    assert "left to pay" not in everything(shown)


@pytest.mark.parametrize("of", [CLOSED_AS[Closed.EXPIRED], CLOSED_AS[Closed.CANCELLED]])
def test_whose_payment_is_under_way_is_not_sent_for_a_new_link(of: Link) -> None:
    assert "If it is yours, please do not pay again" in everything(page(of, payment(K.PENDING)))
    assert "If it is yours, please do not pay again" in everything(page(of, DECLINED, UNDER_WAY))
    assert "do not pay again" not in everything(page(of, DECLINED))


@pytest.mark.parametrize(
    ("of", "payments"), [(CLOSED_AS[Closed.PAID], [PAID, UNDER_WAY]), (link(), [UNDER_WAY])]
)
def test_a_payment_under_way_changes_no_words_about_a_link_that_is_paid_or_waits_for_it(
    of: Link, payments: Sequence[Payment]
) -> None:
    assert "If it is yours" not in everything(page(of, *payments))


@pytest.mark.parametrize(
    ("of", "payments", "situation"),
    [
        (link(), [PAID], Situation.PAID),
        (CLOSED_AS[Closed.PAID], [payment(captured=2000), payment(captured=2990, number=2)], Situation.PAID),
        (link(), [payment(captured=4989)], Situation.RECEIVED),
        (link(), [payment(K.CAPTURED)], Situation.RECEIVED),
        (link(), [payment(captured=2000, authorised=4990)], Situation.CONFIRMING),
        (link(), [payment(authorised=4990)], Situation.CONFIRMING),
        (CLOSED_AS[Closed.CANCELLED], [PAID], Situation.RECEIVED),
        (CLOSED_AS[Closed.CANCELLED], [], Situation.CANCELLED),
        (CLOSED_AS[Closed.EXPIRED], [DECLINED], Situation.EXPIRED),
        (CLOSED_AS[Closed.FAILED], [], Situation.FAILED),
        (PAUSED, [], Situation.PAUSED),
        (CREATING, [], Situation.PREPARED),
        (CLOSED_AS[Closed.FAILED], [payment(K.PENDING)], Situation.CONFIRMING),
        (CLOSED_AS[Closed.FAILED], [DECLINED], Situation.FAILED),
        (link(), [], Situation.PREPARED),
        (link(), [payment(K.PENDING)], Situation.CONFIRMING),
        (CLOSED_AS[Closed.PAID], [RETURNED, THREE[1]], Situation.PAID),
        (CLOSED_AS[Closed.PAID], [RETURNED, payment(captured=4000, number=2)], Situation.RECEIVED),
        (CLOSED_AS[Closed.PAID], [RETURNED, payment(authorised=4990, number=2)], Situation.CONFIRMING),
        (
            CLOSED_AS[Closed.PAID],
            [RETURNED, THREE[1], replace(DECLINED, provider_payment_id="3")],
            Situation.PAID,
        ),
        (CLOSED_AS[Closed.PAID], [RETURNED, replace(DECLINED, provider_payment_id="2")], Situation.HALTED),
        (CLOSED_AS[Closed.PAID], [payment(K.DISPUTED, captured=4990), THREE[1]], Situation.HALTED),
        (link(uses=2), [RETURNED, THREE[1]], Situation.USED),
        (link(uses=20), THREE, Situation.PREPARED),
        (link(uses=3), THREE, Situation.USED),
    ],
)
def test_where_the_customer_cannot_be_sent_on_it_says_what_is_the_case(
    of: Link, payments: list[Payment], situation: Situation
) -> None:
    assert page(of, *payments).situation is situation


@pytest.mark.parametrize("payments", [(), (DECLINED,), (payment(K.PENDING),)])
def test_a_link_that_can_be_paid_leads_on_to_its_newest_object(payments: tuple[Payment, ...]) -> None:
    assert page_of(TEXTS, NORTHWIND, link(), payments, [MADE], mode=Mode.LIVE) == Onward(URL)
    both = [MADE, ANEW]
    assert page_of(TEXTS, NORTHWIND, link(), payments, both, mode=Mode.LIVE) == Onward("https://pay.test/2")


def test_while_an_extension_is_being_made_what_there_is_can_be_paid() -> None:
    coming = replace(ANEW, state=ProviderLinkState.IN_FLIGHT, url=None)
    assert page_of(TEXTS, NORTHWIND, CREATING, [], [MADE, coming], mode=Mode.LIVE) == Onward(URL)
    assert page(CREATING, PAID, made=[MADE, coming]).situation is Situation.PAID


@pytest.mark.parametrize("of", [PAUSED, CLOSED_AS[Closed.CANCELLED], CLOSED_AS[Closed.EXPIRED]])
def test_what_the_backend_has_still_open_leads_nowhere_once_we_have_closed_it(of: Link) -> None:
    assert page(of, made=[MADE]).situation is SITUATIONS[lifecycle.headline(of, [])]


@pytest.mark.parametrize("state", sorted(set(ProviderLinkState) - {ProviderLinkState.OPEN}))
def test_an_object_that_is_not_open_leads_nowhere(state: ProviderLinkState) -> None:
    assert page(link(), made=[replace(MADE, state=state)]).situation is Situation.PREPARED


@pytest.mark.parametrize(
    ("of", "amount"),
    [
        (PAUSED, "49.90 EUR"),
        (replace(PAUSED, least=Money(1000, "EUR")), "10.00 to 49.90 EUR, the payer chooses"),
        (replace(PAUSED, kind=LinkKind.SETUP, amount=Money(0, "EUR")), "saves a means of payment, no money"),
    ],
)
def test_a_page_says_what_was_asked_for_by_whom_and_the_reference(of: Link, amount: str) -> None:
    shown = page(of)
    assert shown.merchant == NORTHWIND
    assert shown.rows == (("Amount", amount), ("Reference", of.id))
    assert shown.lines[-1] == "If anything is unclear, ask Northwind and name the reference."


def test_test_money_is_called_so() -> None:
    assert page(PAUSED, mode=Mode.TEST).notes == ("TEST: no real money moves",)
    assert page(PAUSED).notes == ()


@pytest.mark.parametrize(
    ("known", "public_url", "wanted"),
    [
        (MADE, "https://pay.example.com", f"https://pay.example.com/p/{'0' * 32}"),
        (MADE, None, URL),
        (replace(MADE, url=None), "https://pay.example.com", None),
        (None, "https://pay.example.com", None),
    ],
)
def test_people_are_given_our_own_address_where_the_world_reaches_us(
    known: ProviderLink | None, public_url: str | None, wanted: str | None
) -> None:
    assert address_of(link(), known, public_url) == wanted


def test_a_token_is_known_by_its_form() -> None:
    assert is_public_token(new_public_token())
    for text in (
        "",
        "0" * 31,
        "0" * 33,
        "G" * 32,
        "A" * 32,
        f"{'0' * 32}\n",
        "\0" * 32,
        "\N{ARABIC-INDIC DIGIT ZERO}" * 32,
    ):
        assert not is_public_token(text)


@given(st.text(), st.text(), st.text())
def test_nothing_that_people_wrote_becomes_markup(merchant: str, title: str, line: str) -> None:
    plain = drawn(page_without_link(TEXTS, "Northwind", Situation.UNKNOWN))
    hostile = Page(Situation.PAUSED, "en", f"<b>{merchant}", f"</title>{title}", (f"<script>{line}",))
    assert _Read(drawn(hostile)).tags == _Read(plain).tags


def test_what_people_wrote_is_read_as_they_wrote_it() -> None:
    written = 'Tom & "Jerry" <script>{title}</script> 1 < 2'
    html = drawn(page_of_merchant(written))
    assert "<script" not in html
    assert written in _Read(html).words


def page_of_merchant(merchant: str) -> Page:
    found = page_of(TEXTS, merchant, PAUSED, (), (), mode=Mode.LIVE)
    assert isinstance(found, Page)
    return found


@pytest.mark.parametrize(
    ("situation", "status"),
    [(each, 200) for each in Situation if each not in {*"cancelled expired failed unknown busy".split()}]
    + [(Situation.CANCELLED, 410), (Situation.EXPIRED, 410), (Situation.FAILED, 410)]
    + [(Situation.UNKNOWN, 404), (Situation.BUSY, 503)],
)
async def test_a_status_tells_robots_what_the_page_tells_people(situation: Situation, status: int) -> None:
    async def find(_: str) -> Page:
        return replace(page(PAUSED), situation=situation)

    heard: list[Mapping[str, Any]] = []
    timing.listen([heard.append])
    transport = httpx.ASGITransport(Starlette(routes=[customer_pages(find)]))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            answer = await client.get("/p/x")
    finally:
        timing.listen([])
    assert (answer.status_code, [line["status"] for line in heard]) == (status, [status])
    goes_on = situation in {Situation.PREPARED, Situation.BUSY}
    assert ("refresh" in answer.headers) is goes_on, "a page asks again by itself only where that helps"


async def test_a_token_that_cannot_be_one_is_not_even_looked_up(world: World) -> None:
    pages = CustomerPages(world.storage, INSTALLATION, "en")
    made = await world.add_link()
    assert await pages.at(made.public_token) == page_of(
        TEXTS, NORTHWIND, made, (), (), mode=world.backend.mode
    )
    unknown = await pages.at("f" * 32)
    assert unknown == page_without_link(TEXTS, NORTHWIND, Situation.UNKNOWN)
    await world.storage.close()
    assert await pages.at("0" * 31) == unknown
    assert await pages.at("f" * 32) == page_without_link(TEXTS, NORTHWIND, Situation.BUSY)


async def test_a_link_at_an_account_that_another_process_has_brought_has_its_page(world: World) -> None:
    made = await world.add_link(account_id="other")
    shown = await CustomerPages(world.storage, INSTALLATION, "en").at(made.public_token)
    assert shown == page_of(TEXTS, NORTHWIND, made, (), (), mode=Mode.TEST)


async def test_a_customer_does_not_wait_long_for_a_database_that_does_not_answer(world: World) -> None:
    answers = threading.Event()
    asking = [asyncio.create_task(world.storage.read(lambda _: answers.wait(PATIENCE_S))) for _ in range(20)]
    await asyncio.sleep(0)
    pages = CustomerPages(world.storage, INSTALLATION, "en", patience_s=0.01)
    try:
        async with asyncio.timeout(PATIENCE_S / 2):
            shown = await pages.at("f" * 32)
    finally:
        answers.set()
        await asyncio.gather(*asking)
    assert shown == page_without_link(TEXTS, NORTHWIND, Situation.BUSY)


LOGO = "https://www.example.com/logo.png?size=2&"


@pytest.mark.parametrize(
    ("logo_url", "allowed", "shown"),
    [(LOGO, "img-src https://www.example.com", f'<img src="{escape(LOGO)}" alt="">'), (None, "", "")],
)
async def test_a_logo_is_shown_and_allowed_where_there_is_one(
    logo_url: str | None, allowed: str, shown: str
) -> None:
    async def find(_: str) -> Page:
        return page(PAUSED)

    transport = httpx.ASGITransport(Starlette(routes=[customer_pages(find, logo_url)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.get("/p/x")
    images = [rule for rule in answer.headers["content-security-policy"].split("; ") if "img" in rule]
    assert images == ([allowed] if allowed else [])
    assert re.findall("<img.*?>", answer.text) == ([shown] if shown else [])
    assert answer.headers["referrer-policy"] == "no-referrer"
