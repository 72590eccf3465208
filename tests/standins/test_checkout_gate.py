"""Around the API of the Checkout.com stand-in: keys, hosts, rates, options, and trouble on demand."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from tests.standins.checkout_rig import Rig, body

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLACES = [
    ("POST", "/payment-links"),
    ("GET", "/payment-links"),
    ("GET", "/payment-links/pl_x"),
    ("GET", "/payments"),
    ("POST", "/payments/pay_x/refunds"),
    ("GET", "/workflows"),
    ("GET", "/nowhere"),
]


async def create(rig: Rig, **headers: str) -> httpx.Response:
    return await rig.api.post("/payment-links", json=body(), headers=headers)


@pytest.mark.parametrize(
    "key", [None, "sk_sbox_{key}", "Bearer sk_sbox_other", "bearer {key}", "{key}", "Bearer  {key}"]
)
async def test_any_other_key_is_refused_without_a_word(rig: Rig, key: str | None) -> None:
    real = rig.standin.env()["PAYLINK_CHECKOUT_SECRET_KEY"]
    headers = {"Authorization": key.format(key=real)} if key else {}
    for method, path in PLACES:
        answer = await rig.browser.request(method, path, headers=headers)
        assert (answer.status_code, answer.content) == (401, b"")
        assert re.fullmatch(r"req_[a-z2-7]{26}", answer.headers["cko-request-id"])


async def test_every_answer_names_its_request(rig: Rig) -> None:
    link = await rig.link()
    for path in (f"/payment-links/{link['id']}", "/payment-links/not_found", "/payments", "/nowhere"):
        first, second = await rig.api.get(path), await rig.api.get(path)
        assert first.headers["cko-request-id"] != second.headers["cko-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/payment-links", 405),
        ("PUT", "/payment-links/{id}", 405),
        ("PATCH", "/payment-links/{id}", 405),
        ("DELETE", "/payment-links/{id}", 405),
        ("POST", "/payment-links/{id}", 405),
        ("POST", "/payment-links/{id}/cancel", 404),
        ("GET", "/payment-links/", 404),
        ("GET", "/payment-links/pl_unknown12345", 404),
        ("GET", "/payment-links/not_found", 404),
        ("GET", "/payment-links/%00", 404),
        ("GET", "/payments/pay_unknown", 404),
        ("GET", "/payments/pay_unknown/actions", 404),
        ("POST", "/payments/pay_unknown/refunds", 404),
        ("DELETE", "/payments/pay_unknown", 405),
        ("GET", "/hosted-payments", 404),
    ],
)
async def test_what_does_not_exist_is_not_there_and_says_nothing(
    rig: Rig, method: str, path: str, status: int
) -> None:
    link = await rig.link()
    answer = await rig.api.request(method, path.format(id=link["id"]))
    assert (answer.status_code, answer.content) == (status, b"")


async def test_a_strict_host_must_have_the_accounts_prefix(rig: Rig) -> None:
    assert (await create(rig, Host="api.sandbox.checkout.com")).status_code == 201
    await rig.control("options", strict_host=True)
    for host in ("api.sandbox.checkout.com", "otherone.api.sandbox.checkout.com", "sandboxk"):
        refused = await create(rig, Host=host)
        assert (refused.status_code, refused.content) == (401, b"")
    for host in ("sandboxk.api.sandbox.checkout.com", "pl-sandboxk.api.sandbox.checkout.com"):
        assert (await create(rig, Host=host)).status_code == 201


async def test_calls_beyond_the_rate_wait_for_the_clock_reads_and_writes_apart(rig: Rig) -> None:
    link = await rig.link()
    await rig.control("options", writes_per_s=1)
    answers = await asyncio.gather(*(create(rig) for _ in range(20)))
    taken = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(taken) >= 4
    assert len(taken) + len(refused) == 20
    assert refused[0].content == b""
    assert refused[0].headers["cko-request-id"]
    assert (await rig.api.get(f"/payment-links/{link['id']}")).status_code == 200
    await rig.control("clock", advance_s=5)
    assert (await create(rig)).status_code == 201


async def test_a_stranger_does_not_use_up_the_rate(rig: Rig) -> None:
    await rig.control("options", writes_per_s=1)
    for _ in range(10):
        assert (await rig.browser.post("/payment-links", json=body())).status_code == 401
    assert (await create(rig)).status_code == 201


async def test_options_are_told_and_changed_by_name(rig: Rig) -> None:
    before = await rig.read("options")
    assert (before["strict_host"], before["multi_channel"], before["reads_per_s"]) == (False, True, 100)
    changed = (await rig.control("options", challenges="always"))["options"]
    assert changed == before | {"challenges": "always"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"strict_hosts": True}, "unknown options: strict_hosts"),
        ({"strict_host": "yes"}, "not a value of strict_host"),
        ({"challenges": "often"}, "not a value of challenges"),
        ({"reads_per_s": 0, "multi_channel": False}, "not a value of reads_per_s"),
        ({"refuse_with": []}, "not a value of refuse_with"),
    ],
)
async def test_an_option_that_there_is_not_changes_nothing(
    rig: Rig, wrong: dict[str, Any], says: str
) -> None:
    before = (await rig.browser.get("/_control/options")).json()
    answer = await rig.browser.post("/_control/options", json=wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, says)
    assert (await rig.browser.get("/_control/options")).json() == before


# --- trouble on demand --------------------------------------------------------------------------------


async def test_refusals_on_demand_look_like_the_real_ones(rig: Rig) -> None:
    for status in (429, 503):
        await rig.control(
            "faults", match="POST /payment-links", fault="status", status=status, retry_after=7, times=1
        )
        answer = await create(rig)
        assert (answer.status_code, answer.content, answer.headers["retry-after"]) == (status, b"", "7")
    await rig.control("faults", match="POST /payment-links", fault="status", status=422, times=1)
    answer = await create(rig)
    assert (answer.status_code, answer.json()["error_type"]) == (422, "request_invalid")


async def test_a_bad_gateway_answers_a_page(rig: Rig) -> None:
    await rig.control("faults", match="POST /payment-links", fault="html", times=1)
    answer = await create(rig)
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert await rig.read("links") == []


async def test_a_code_that_nobody_knows_can_be_answered(rig: Rig) -> None:
    await rig.control("options", refuse_with=["moon_phase_invalid"])
    answer = await create(rig)
    assert (answer.status_code, answer.json()["error_codes"]) == (422, ["moon_phase_invalid"])
    await rig.control("options", refuse_with=None)
    assert (await create(rig)).status_code == 201


async def test_a_link_whose_answer_was_lost_is_there(rig: Rig) -> None:
    await rig.control("faults", match="POST /payment-links", fault="lost_answer", times=1)
    with pytest.raises(httpx.TransportError):
        await create(rig)
    listed = await rig.read("links")
    assert [link["reference"] for link in listed] == ["PL7F3K9Q"]


async def test_a_link_whose_answer_is_late_is_there_before(rig: Rig) -> None:
    await rig.control("options", answer_after_s=35)
    creating = asyncio.create_task(create(rig))
    async with asyncio.timeout(5):
        while not (listed := await rig.read("links")):
            assert not creating.done()
    assert not creating.done()
    await rig.control("clock", advance_s=36)
    assert (await creating).json()["id"] == listed[0]["id"]
