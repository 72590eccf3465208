"""Options, faults and controls of the Cost+ stand-in."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.standins.costplus_rig import DAY_S, LINKS, ORDERS, REFERENCE, Rig, body, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOBODY = "7d0b0000-0000-4000-8000-000000000000"


async def test_refusals_have_the_shape_that_is_asked_for(rig: Rig) -> None:
    await rig.control("options", errors="string")
    strings = [await rig.create(amount=0), await rig.api.get(f"{LINKS}x/")]
    assert [set(answer.json()) for answer in strings] == [{"error", "message"}] * 2
    await rig.control("options", errors="object", error_status="text")
    assert (await rig.browser.get(ORDERS)).json()["error"]["status"] == "401"
    assert (await rig.create(payment_methods=["swish"])).json()["error"]["status"] == "400"


async def test_a_bare_answer_has_the_input_and_little_else(rig: Rig) -> None:
    await rig.control("options", created="bare")
    link = await rig.link(webhook_url="https://shop.example.com/w")
    assert link == body() | {"id": link["id"], "payment_url": link["payment_url"]}
    assert (await rig.fetched(link))["status"] == "new"


async def test_urls_are_shown_where_an_option_says_so(rig: Rig) -> None:
    await rig.control("options", urls="shown")
    assert (await rig.link(webhook_url="https://shop.example.com/w"))["webhook_url"]


async def test_references_are_unique_where_an_option_says_so(rig: Rig) -> None:
    await rig.control("options", references="unique")
    await rig.link()
    assert error_of(await rig.create(), 400)["property_path"] == "merchant_order_id"
    await rig.link(merchant_order_id=f"{REFERENCE}-2")


async def test_unknown_fields_are_ignored_where_an_option_says_so(rig: Rig) -> None:
    await rig.control("options", unknown_fields="ignored")
    link = await rig.link(notify="customer", customer={"email": "zoe@example.com"})
    assert ("notify" in link, link["customer"]) == (False, {})


async def test_only_options_that_there_are_can_be_chosen(rig: Rig) -> None:
    before = await rig.read("options")
    assert "there is no option tone" in await rig.refused("options", errors="object", tone="kind")
    assert "must be one of" in await rig.refused("options", errors="xml")
    assert await rig.read("options") == before


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_trouble_has_the_shape_of_refusals(rig: Rig, status: int) -> None:
    trouble = {"match": f"POST {LINKS}", "fault": "status", "status": status, "retry_after": 7, "times": 1}
    await rig.control("faults", **trouble)
    answer = await rig.create()
    error_of(answer, status)
    assert answer.headers["retry-after"] == "7"
    assert (await rig.create()).status_code == 201


async def test_an_answer_can_be_lost_though_the_link_is_made(rig: Rig) -> None:
    await rig.control("faults", match=f"POST {LINKS}", fault="lost_answer", times=1)
    with pytest.raises(httpx.TransportError):
        await rig.create()
    assert [link["reference"] for link in await rig.read("links")] == [REFERENCE]


async def test_links_are_listed_as_active_while_they_can_be_paid(rig: Rig) -> None:
    link = await rig.link(amount=1234, currency="KWD")
    [listed] = await rig.read("links")
    assert listed == {
        "id": link["id"],
        "reference": REFERENCE,
        "url": link["payment_url"],
        "status": "Active",
        "amount": 1234,
        "currency": "KWD",
        "paid": False,
        "at": link["created"].replace("Z", "+00:00"),
    }
    seen = []
    for outcome in ("pending", "declined", "paid"):
        await rig.pay(REFERENCE, outcome)
        [listed] = await rig.read("links")
        seen.append((listed["status"], listed["paid"]))
    assert seen == [("Active", False), ("Active", False), ("Completed", True)]


async def test_a_link_is_found_by_every_name_it_has(rig: Rig) -> None:
    link = await rig.link()
    await rig.link(merchant_order_id="other")
    order = await rig.pay(link["id"], "declined")
    for name in (link["id"], link["payment_url"], link["payment_url"].rstrip("/"), REFERENCE, order["id"]):
        assert (await rig.pay(name, "declined"))["related_payment_link_id"] == link["id"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"link": "nobody", "outcome": "paid"}, "no link has"),
        ({"link": 7, "outcome": "paid"}, "no link has"),
        ({"link": REFERENCE}, "missing key: 'outcome'"),
        ({"link": REFERENCE, "outcome": "vanished"}, "must be one of"),
        ({"link": REFERENCE, "outcome": ["paid"]}, "must be one of"),
        ({"link": REFERENCE, "outcome": "authorised"}, "in one step"),
        ({"link": REFERENCE, "outcome": "captured"}, "in one step, paid; "),
        ({"link": REFERENCE, "outcome": "voided"}, "in one step"),
        ({"link": REFERENCE, "outcome": "returned"}, "documents no state"),
        ({"link": REFERENCE, "outcome": "dispute_lost"}, "documents no state"),
        ({"link": REFERENCE, "outcome": "refunded"}, "no order of this link is completed"),
        ({"link": REFERENCE, "outcome": "declined", "amount": 1}, "takes no amount"),
        ({"link": REFERENCE, "outcome": "paid", "amount": 0}, "whole number"),
        ({"link": REFERENCE, "outcome": "paid", "amount": "1"}, "whole number"),
        ({"link": REFERENCE, "outcome": "paid", "order": NOBODY}, "has no order"),
        ({"link": REFERENCE, "outcome": "paid", "new": 1}, "true or false"),
        ({"link": REFERENCE, "outcome": "paid", "tip": 1}, "unknown keys: tip"),
    ],
)
async def test_a_wrong_pay_says_what_is_wrong(rig: Rig, asked: dict[str, Any], says: str) -> None:
    await rig.link()
    assert says in await rig.refused("pay", **asked)
    assert await rig.read("orders") == []


async def test_times_are_by_the_sandboxs_clock(rig: Rig) -> None:
    rig.world.clock.advance(1000 * DAY_S)
    created = datetime.fromisoformat((await rig.link())["created"])
    assert abs(created - rig.world.clock.now()) < timedelta(seconds=5)
