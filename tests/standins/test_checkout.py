"""The API of the Checkout.com stand-in, as a service sees it."""

import re
from datetime import datetime

import pytest

from tests.standins.checkout_rig import CHANNEL, SECRET, Rig, body

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_settings_have_the_real_shapes(rig: Rig) -> None:
    env = rig.standin.env()
    assert env["PAYLINK_CHECKOUT_API_URL"] == rig.base
    assert re.fullmatch(r"sk_sbox_[a-z2-7]{26}[a-z2-7*#$=]", env["PAYLINK_CHECKOUT_SECRET_KEY"])
    assert re.fullmatch(r"pc_\w{26}", env["PAYLINK_CHECKOUT_PROCESSING_CHANNEL_ID"])
    assert env["PAYLINK_CHECKOUT_WEBHOOK_SECRET"] == SECRET


# --- creating a link ----------------------------------------------------------------------------------


async def test_a_created_link_answers_its_id_expiry_reference_and_links(rig: Rig) -> None:
    link = await rig.link(expires_in=3600)
    assert set(link) == {"id", "expires_on", "reference", "_links"}
    assert re.fullmatch(r"pl_[A-Za-z0-9_-]{12}", link["id"])
    assert link["_links"]["self"]["href"] == f"{rig.base}/payment-links/{link['id']}"
    assert link["_links"]["redirect"]["href"] == f"{rig.base}/pay/{link['id']}"
    left = datetime.fromisoformat(link["expires_on"]) - rig.world.clock.now()
    assert 3590 < left.total_seconds() < 3600


async def test_without_expires_in_a_link_lives_a_day_and_without_reference_none_is_answered(rig: Rig) -> None:
    link = await rig.link(reference=None)
    left = datetime.fromisoformat(link["expires_on"]) - rig.world.clock.now()
    assert 86_390 < left.total_seconds() < 86_400
    assert "reference" not in link


async def test_an_unpaid_link_shows_what_it_was_made_of(rig: Rig) -> None:
    given = {
        "description": "Invoice 12",
        "customer": {"email": "jane@example.com", "name": "Jane"},
        "shipping": {"address": {"country": "DE"}},
        "products": [{"name": "Chair", "quantity": 1, "price": 4990}],
        "amount_allocations": [{"id": "ent_" + "a" * 26, "amount": 4990}],
        "return_url": "https://shop.example.com/thanks",
    }
    link = await rig.link(**given)
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert {name: shown[name] for name in given} == given
    assert (shown["id"], shown["status"], shown["locale"]) == (link["id"], "Active", "en-GB")
    assert (shown["amount"], shown["currency"], shown["reference"]) == (4990, "EUR", "PL7F3K9Q")
    assert shown["billing"] == {"address": {"country": "DE"}}
    assert shown["metadata"] == {"paylink_id": "01JD3X8Q"}
    assert shown["processing_channel_id"] == CHANNEL
    assert shown["expires_on"] == link["expires_on"]
    assert datetime.fromisoformat(shown["created_on"]) < datetime.fromisoformat(shown["expires_on"])
    assert set(shown["_links"]) == {"self", "redirect"}
    assert "payment_id" not in shown


async def test_a_bare_link_shows_nothing_that_it_was_not_made_of(rig: Rig) -> None:
    link = await rig.link(reference=None, metadata=None)
    shown = await rig.get(f"/payment-links/{link['id']}")
    always = {"id", "status", "amount", "currency", "created_on", "expires_on", "billing", "locale", "_links"}
    assert set(shown) == always | {"processing_channel_id"}


async def test_moments_of_a_link_come_in_both_documented_forms(rig: Rig) -> None:
    link = await rig.link()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", link["expires_on"])
    await rig.control("options", expires_on="offset")
    shown = await rig.get(f"/payment-links/{link['id']}")
    for name in ("created_on", "expires_on"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", shown[name])
    apart = datetime.fromisoformat(shown["expires_on"]) - datetime.fromisoformat(link["expires_on"])
    assert abs(apart.total_seconds()) < 1


async def test_other_methods_without_any_card_scheme_are_warned_of(rig: Rig) -> None:
    methods = ["card", "applepay", "klarna", "ideal"]
    assert "warnings" not in await rig.link(allow_payment_methods=methods)
    await rig.control("options", card_schemes=False)
    assert "warnings" not in await rig.link()
    warned = await rig.link(allow_payment_methods=methods)
    assert [warning["value"] for warning in warned["warnings"]] == ["klarna", "ideal"]


async def test_one_link_can_be_made_to_expire(rig: Rig) -> None:
    link, other = await rig.link(), await rig.link()
    said = await rig.control("expire", link=link["id"])
    assert said["link"].pop("at")
    assert said["link"] == {
        "id": link["id"],
        "reference": "PL7F3K9Q",
        "url": link["_links"]["redirect"]["href"],
        "status": "Expired",
        "amount": 4990,
        "currency": "EUR",
    }
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert shown["status"] == "Expired"
    assert datetime.fromisoformat(shown["expires_on"]) <= rig.world.clock.now()
    assert (await rig.get(f"/payment-links/{other['id']}"))["status"] == "Active"
    again = await rig.browser.post("/_control/expire", json={"link": link["id"]})
    assert (again.status_code, again.json()["error"]) == (400, "the link is not Active but Expired")


async def test_an_idempotency_key_does_not_join_links(rig: Rig) -> None:
    headers = {"Cko-Idempotency-Key": "one"}
    answers = [await rig.api.post("/payment-links", json=body(), headers=headers) for _ in range(2)]
    assert len({answer.json()["id"] for answer in answers}) == 2


# --- payments over the API ----------------------------------------------------------------------------


async def test_payments_of_a_reference_come_in_pages(rig: Rig) -> None:
    link = await rig.link()
    ids = [(await rig.pay(link["id"], "declined"))["id"] for _ in range(3)]
    page = await rig.get("/payments?reference=PL7F3K9Q&limit=2&skip=1")
    assert (page["limit"], page["skip"], page["total_count"]) == (2, 1, 3)
    assert [payment["id"] for payment in page["data"]] == [ids[1], ids[0]]
    assert (await rig.get("/payments?reference=other"))["data"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "reference_required"),
        ("?reference=x&limit=0", "limit_invalid"),
        ("?reference=x&limit=101", "limit_invalid"),
        ("?reference=x&skip=-1", "skip_invalid"),
        ("?reference=x&skip=9999999999", "skip_invalid"),
    ],
)
async def test_payments_are_not_listed_without_a_reference(rig: Rig, query: str, code: str) -> None:
    answer = await rig.api.get(f"/payments{query}")
    assert (answer.status_code, answer.json()["error_codes"]) == (422, [code])


async def test_a_payment_is_also_found_by_the_session_it_was_authenticated_in(rig: Rig) -> None:
    payment = await rig.pay((await rig.link())["id"], "authentication_failed")
    session = (await rig.event("authentication_failed", 1))["data"]["session_id"]
    assert (await rig.get(f"/payments/{session}"))["id"] == payment["id"]
