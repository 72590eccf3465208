"""Looking at links of the EximPe stand-in: one, a page of them, its history."""

import re
from datetime import datetime

import pytest

from tests.standins.eximpe_rig import EVERY_CALL, LINKS, Rig, body, data_of, error_of, in_days

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_link_retrieved_has_what_it_was_made_of_and_no_expiry(rig: Rig) -> None:
    made = await rig.link(expiry_date=in_days(rig, 7), invoice__date="2026-10-01")
    link = await rig.get(f"{LINKS}{made['payment_id']}/")
    asked = body(invoice__date="2026-10-01")
    assert {part: link[part] for part in ("buyer", "product", "invoice")} == {
        part: asked[part] for part in ("buyer", "product", "invoice")
    }
    assert (link["reference_id"], link["amount"], link["currency"]) == ("PL7F3K9Q", "1500.00", "INR")
    assert (link["status"], link["mop_type"], link["payment_link"]) == ("pending", None, made["payment_link"])
    assert re.fullmatch(r"OD\d{10}", link["order_id"])
    assert link["settlement"]["status"] == "pending"
    assert "expiry_date" not in link
    assert datetime.fromisoformat(link["created_at"]) <= rig.world.clock.now()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("payment", ["pending", "failed", "captured", "deactivated", "expired"]),
        ("guide", ["ACTIVE", "ACTIVE", "PAID", "INACTIVE", "EXPIRED"]),
    ],
)
async def test_a_status_is_said_in_the_words_that_are_chosen(rig: Rig, words: str, said: list[str]) -> None:
    await rig.control("options", statuses=words)
    links = [await rig.link(reference_id=f"PL{number}") for number in range(5)]
    await rig.pay("PL1", "declined")
    await rig.pay("PL2", "paid")
    await rig.act(links[3], "deactivate")
    await rig.control("expire", link="PL4")
    assert [await rig.status(link) for link in links] == said
    listed = (await rig.get(LINKS))["results"]
    assert [one["status"] for one in listed] == said[::-1]


async def test_links_are_listed_by_pages_newest_first(rig: Rig) -> None:
    for number in range(12):
        await rig.link(reference_id=f"PL{number}")
    first = await rig.get(LINKS)
    assert (first["count"], first["previous"], len(first["results"])) == (12, None, 10)
    assert first["results"][0]["reference_id"] == "PL11"
    second = data_of(await rig.api.get(first["next"]), 200)
    assert [one["reference_id"] for one in second["results"]] == ["PL1", "PL0"]
    assert second["next"] is None
    assert data_of(await rig.api.get(second["previous"]), 200)["results"] == first["results"]
    assert len((await rig.get(LINKS, page_size=100))["results"]) == 12


async def test_a_listed_link_has_less_and_its_amount_is_an_object(rig: Rig) -> None:
    made = await rig.link()
    (link,) = (await rig.get(LINKS))["results"]
    assert set(link) == {
        "payment_id",
        "payment_link",
        "reference_id",
        "status",
        "amount",
        "buyer",
        "created_at",
    }
    assert link["payment_id"] == made["payment_id"]
    assert link["amount"] == {"amount": "1500.00", "total_amount": "1500.00", "currency": "INR"}
    assert set(link["buyer"]) == {"name", "email", "phone"}
    await rig.control("options", list_amount="scalar")
    assert (await rig.get(LINKS))["results"][0]["amount"] == "1500.00"


@pytest.mark.parametrize(
    ("query", "status"),
    [({"page": "2"}, 404), ({"page": "x"}, 400), ({"page": "0"}, 400), ({"page_size": "101"}, 400)],
)
async def test_a_page_that_there_is_not_is_refused(rig: Rig, query: dict[str, str], status: int) -> None:
    error_of(await rig.api.get(LINKS, params=query), status)


@pytest.mark.parametrize(("method", "path"), [call for call in EVERY_CALL if "1/" in call[1]])
async def test_what_is_not_there_is_not_found(rig: Rig, method: str, path: str) -> None:
    error = error_of(await rig.api.request(method, path, json={}), 404)
    assert error["code"] in {"ERR_ORDER_001", "ERR_REFUND_003"}


@pytest.mark.parametrize("form", ["array", "results", "history"])
async def test_a_history_tells_of_each_attempt_newest_first(rig: Rig, form: str) -> None:
    await rig.control("options", history=form)
    link = await rig.link()
    for outcome in ("pending", "declined", "paid"):
        await rig.pay("PL7F3K9Q", outcome)
    found = await rig.get(f"{LINKS}{link['payment_id']}/history/")
    lines = found if form == "array" else found[form]
    assert [line["status"] for line in lines] == ["captured", "pending", "failed", "pending"]
    assert {line["payment_id"] for line in lines} == {link["payment_id"]}
    assert lines[0]["amount"] == "1500.00"
