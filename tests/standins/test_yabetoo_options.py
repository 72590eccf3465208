"""Options of the YabetooPay stand-in: shapes, statuses, limits and faults that a service must survive."""

from typing import Any

import httpx
import pytest

from sandbox.yabetoo.options import OLDER_TEXT
from tests.standins.yabetoo_rig import KEY, LINKS, SECRET, Rig, body

pytestmark = pytest.mark.asyncio(loop_scope="module")


SHAPES: dict[str, Any] = {
    "coded": {
        "errors": [{"message": "Payment link not found", "code": "E_PAYMENT_LINK_NOT_FOUND", "status": 404}]
    },
    "object": {"error": {"message": "Payment link not found", "code": "E_PAYMENT_LINK_NOT_FOUND"}},
    "text": {"error": "Payment link not found"},
    "coded_text": {"error": "Payment link not found", "code": "E_PAYMENT_LINK_NOT_FOUND"},
    "message": {"message": "Payment link not found"},
}


@pytest.mark.parametrize(("shape", "shown"), SHAPES.items())
async def test_a_refusal_has_other_shapes(rig: Rig, shape: str, shown: Any) -> None:
    await rig.control("options", errors=shape)
    assert (await rig.api.get(f"{LINKS}/plink_none")).json() == shown


async def test_the_longest_refusal_names_path_and_time(rig: Rig) -> None:
    await rig.control("options", errors="detailed")
    refusal = (await rig.api.post(LINKS, json={})).json()
    assert (refusal["status"], refusal["code"], refusal["path"]) == (422, "E_VALIDATION_ERROR", LINKS)
    assert refusal["timestamp"].endswith("+00:00")
    assert refusal["detail"] == refusal["message"]


async def test_a_list_has_other_envelopes(rig: Rig) -> None:
    link = await rig.link()
    await rig.control("options", list="bare")
    assert await rig.get(LINKS) == [link]
    await rig.control("options", list="pages")
    assert await rig.get(LINKS) == {"data": [link], "meta": {"total": 1, "page": 1, "limit": 10, "pages": 1}}
    await rig.control("options", list="intro")
    assert set(await rig.get(LINKS)) == {"status", "data", "message"}


async def test_options_decide_the_statuses_and_how_a_link_looks(rig: Rig) -> None:
    await rig.control(
        "options",
        create_status=200,
        delete_answer=204,
        amount="decimal",
        currency_case="lower",
        status_field=True,
        page_address="id",
    )
    created = await rig.api.post(LINKS, json=body())
    link = created.json()
    shown = (created.status_code, link["amount"], link["currency"], link["status"])
    assert shown == (200, "45000.00", "xaf", "active")
    assert link["url"] == f"{rig.base}/p/{link['id']}"
    assert (await rig.api.delete(f"{LINKS}/{link['id']}")).status_code == 204


async def test_the_older_text_changes_a_link_by_patch_and_ignores_newer_fields(rig: Rig) -> None:
    await rig.control("options", **OLDER_TEXT)
    link = await rig.link(submitType="never", suggestedAmounts="never")
    assert "submitType" not in link
    path = f"{LINKS}/{link['id']}"
    assert (await rig.api.patch(path, json={"isActive": False})).json()["isActive"] is False
    assert (await rig.api.put(path, json={"isActive": True})).status_code == 404
    events = await rig.events(2)
    assert events["payment_link.updated"]["data"]["object"]["paymentLinkId"] == link["id"]


async def test_other_currencies_are_taken_when_told_so(rig: Rig) -> None:
    await rig.control("options", currencies="page")
    assert (await rig.link(currency="USD", amount=1.5))["amount"] == 1.5
    assert (await rig.api.post(LINKS, json=body(currency="KWD"))).status_code == 422
    await rig.control("options", currencies="any")
    await rig.link(currency="KWD", amount=1.25)
    assert [link["amount"] for link in await rig.read("links")] == [150, 1250]
    assert (await rig.api.post(LINKS, json=body(currency="K1D"))).status_code == 422


@pytest.mark.parametrize("wrong", [{"signature": "rot13"}, {"auto_disable": False}, {"colour": "red"}])
async def test_an_option_that_there_is_not_changes_nothing(rig: Rig, wrong: dict[str, Any]) -> None:
    before = await rig.read("options")
    assert next(iter(wrong)) in await rig.refused("options", list="bare", **wrong)
    assert await rig.read("options") == before


async def test_an_idempotency_key_is_ignored_unless_told_otherwise(rig: Rig) -> None:
    async def create(**changes: Any) -> httpx.Response:
        return await rig.api.post(LINKS, json=body(**changes), headers={"Idempotency-Key": "k" * 255})

    assert (await create()).json()["id"] != (await create()).json()["id"]
    await rig.control("options", idempotency="replayed")
    first, again = await create(), await create()
    assert (again.status_code, again.json()) == (201, first.json())
    other = await create(name="Other")
    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, "E_IDEMPOTENCY_CONFLICT")
    await rig.control("options", idempotency="spent")
    spent = await create()
    assert (spent.status_code, spent.json()["errors"][0]["code"]) == (409, "E_DUPLICATE_OPERATION")
    rig.world.clock.advance(24 * 3600)
    assert (await create()).status_code == 201
    long = await rig.api.post(LINKS, json=body(), headers={"Idempotency-Key": "k" * 256})
    assert long.status_code == 422


async def test_too_many_calls_in_a_minute_are_refused_when_told_so(rig: Rig) -> None:
    await rig.control("options", rate_limit=100)
    for _ in range(100):
        assert (await rig.api.get(f"{LINKS}/plink_none")).status_code == 404
    refused = await rig.api.get(LINKS)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, "E_TOO_MANY_REQUESTS")
    rig.world.clock.advance(60)
    assert (await rig.api.get(LINKS)).status_code == 200


async def test_every_setting_that_points_a_service_here_is_named(rig: Rig) -> None:
    assert rig.standin.env() == {
        "PAYLINK_YABETOO_API_URL": rig.base,
        "PAYLINK_YABETOO_SECRET_KEY": KEY,
        "PAYLINK_YABETOO_WEBHOOK_SECRET": SECRET,
    }


async def test_faults_befall_a_call_in_the_apis_own_form(rig: Rig) -> None:
    await rig.control("faults", match=f"POST {LINKS}", fault="status", status=429, retry_after=7, times=1)
    answer = await rig.api.post(LINKS, json=body())
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["errors"][0]["code"] == "E_TOO_MANY_REQUESTS"
    await rig.control("faults", match=f"POST {LINKS}", fault="lost_answer", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await rig.api.post(LINKS, json=body())
    assert len(await rig.read("links")) == 1
    assert (await rig.read("calls"))[0]["path"] == f"/yabetoo{LINKS}"
