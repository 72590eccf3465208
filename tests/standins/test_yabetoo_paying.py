"""What becomes of a link of the YabetooPay stand-in: the `pay` control, statuses, sessions, names."""

from datetime import timedelta
from typing import Any

import pytest

from tests.standins.yabetoo_rig import COFFEE_XAF, LINKS, Rig, items

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(rig: Rig) -> list[str]:
    """What was told since the link was made."""
    return [one["type"].removeprefix("payment_link.") for one in await rig.read("deliveries")][1:]


async def test_a_paid_link_counts_and_is_exhausted(rig: Rig) -> None:
    link = await rig.link(maxRedemptions=2)
    for count, status in ((1, "Active"), (2, "Exhausted")):
        await rig.pay(link["id"])
        assert (await rig.get(f"{LINKS}/{link['id']}"))["redemptionCount"] == count
        assert await rig.status() == status
    assert "takes no payments now" in await rig.refused("pay", link=link["id"], outcome="paid")
    await rig.change(link, maxRedemptions=3)
    assert await rig.status() == "Active"


async def test_a_link_expires_by_the_clock_and_lives_again_with_a_later_moment(rig: Rig) -> None:
    soon = (rig.world.clock.now() + timedelta(hours=1)).isoformat()
    link = await rig.link(expiresAt=soon)
    assert await rig.status() == "Active"
    rig.world.clock.advance(3601)
    assert await rig.status() == "Expired"
    assert (await rig.get(f"{LINKS}/{link['id']}"))["isActive"] is True
    assert "takes no payments now" in await rig.refused("pay", link=link["id"], outcome="pending")
    await rig.change(link, expiresAt="2099-01-01T00:00:00Z")
    assert await rig.status() == "Active"
    await rig.control("expire", link=link["id"])
    assert await rig.status() == "Expired"
    await rig.change(link, isActive=False)
    assert await rig.status() == "Inactive"


async def test_a_declined_attempt_leaves_the_checkout_open(rig: Rig) -> None:
    link = await rig.link()
    declined = (await rig.pay(link["id"], "declined"))["session"]
    paid = (await rig.pay(link["id"]))["session"]
    assert (declined["status"], paid["status"], paid["id"]) == ("open", "complete", declined["id"])
    assert await told(rig) == ["checkout.failed", "checkout.completed"]


async def test_a_second_payer_has_a_checkout_of_their_own(rig: Rig) -> None:
    link = await rig.link()
    first = (await rig.pay(link["id"], "pending"))["session"]
    second = (await rig.pay(link["id"], new=True))["session"]
    assert first["id"] != second["id"]
    late = await rig.pay(link["id"], "paid")  # the prompt was there before the link was used up
    assert late["session"]["id"] == first["id"]
    assert (await rig.get(f"{LINKS}/{link['id']}"))["redemptionCount"] == 2


async def test_a_pending_payment_is_told_only_when_it_is_answered(rig: Rig) -> None:
    link = await rig.link()
    pending = await rig.pay(link["id"], "pending")
    assert (pending["payment"]["status"], await told(rig)) == ("pending", [])
    assert "waits for an answer" in await rig.refused("pay", link=link["id"], outcome="pending")
    paid = await rig.pay(link["id"], "paid")
    assert (paid["payment"]["id"], await told(rig)) == (pending["payment"]["id"], ["checkout.completed"])


async def test_a_prompt_that_nobody_answers_runs_out_by_the_clock(rig: Rig) -> None:
    link = await rig.link()
    await rig.pay(link["id"], "pending")
    rig.world.clock.advance(91)
    event = (await rig.events(2))["payment_link.checkout.failed"]
    assert event["data"]["error"] == "Payment status: expired"
    rig.world.clock.advance(91)
    assert await told(rig) == ["checkout.failed"]
    expired = await rig.pay(link["id"], "expired")
    assert (expired["payment"]["status"], expired["payment"]["failureCode"]) == ("expired", "TIMEOUT")


async def test_money_can_come_after_a_link_was_closed(rig: Rig) -> None:
    link = await rig.link()
    await rig.change(link, isActive=False)
    assert "force: true" in await rig.refused("pay", link=link["id"], outcome="paid")
    await rig.pay(link["id"], force=True)
    assert await told(rig) == ["checkout.completed"]


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"amount": None, "minAmount": 500, "maxAmount": 900}, 500),
        ({"amount": None, "maxAmount": 900, "suggestedAmounts": [700]}, 700),
        ({"amount": 49.9, "currency": "EUR"}, 49.9),
        (items({"priceId": COFFEE_XAF, "quantity": 3}, {"priceId": COFFEE_XAF, "isOptional": True}), 7500),
    ],
)
async def test_what_is_paid_without_a_word_about_the_amount(
    rig: Rig, changes: dict[str, Any], amount: float
) -> None:
    link = await rig.link(**changes)
    paid = await rig.pay(link["id"])
    assert (paid["payment"]["amount"], paid["session"]["amount_total"]) == (amount, amount)


async def test_another_amount_can_be_paid_in_minor_units(rig: Rig) -> None:
    link = await rig.link(amount=None, minAmount=1, currency="EUR")
    await rig.pay(link["id"], amount=1234)
    assert (await rig.events(2))["payment_link.checkout.completed"]["data"]["amount"] == 12.34


async def test_a_free_link_cannot_be_paid(rig: Rig) -> None:
    link = await rig.link(**items({"name": "Bag"}))
    assert "nothing is to be paid" in await rig.refused("pay", link=link["id"], outcome="paid")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"outcome": "authorised"}, "authorised: mobile money is taken in one step"),
    ({"outcome": "captured"}, "captured: mobile money is taken in one step, paid: "),
    ({"outcome": "voided"}, "voided: mobile money is taken in one step"),
    ({"outcome": "refunded"}, "refunded: YabetooPay documents neither"),
    ({"outcome": "returned"}, "returned: YabetooPay documents neither"),
    ({"outcome": "disputed"}, "disputed: YabetooPay documents neither"),
    ({"outcome": "stolen"}, "outcome must be one of paid, declined, expired, pending"),
    ({"outcome": ["paid"]}, "outcome must be one of paid"),
    ({"amount": 0}, "amount must be a whole number"),
    ({"amount": "1"}, "amount must be a whole number"),
    ({"new": 1}, "new must be true or false"),
    ({"force": "yes"}, "force must be true or false"),
    ({"link": "PLNONE"}, "no link has the id, URL or reference 'PLNONE'"),
    ({"link": 7}, "no link has"),
    ({"colour": "red"}, "unknown keys: colour"),
]


@pytest.mark.parametrize(("wrong", "says"), REFUSED)
async def test_the_control_says_what_it_cannot_do(rig: Rig, wrong: dict[str, Any], says: str) -> None:
    link = await rig.link()
    assert says in await rig.refused("pay", **{"link": link["id"], "outcome": "paid", **wrong})
    assert (await rig.get(f"{LINKS}/{link['id']}"))["redemptionCount"] == 0


async def test_a_link_is_found_by_whatever_names_it(rig: Rig) -> None:
    link = await rig.link(maxRedemptions=None)
    other = await rig.link(metadata={"reference": "PL7F3K9Q-2", "thread": "C07:1"}, name="PL0000")
    paid = await rig.pay(other["id"])
    for name in (other["id"], other["url"], other["slug"], "PL7F3K9Q-2", "C07:1", "PL0000"):
        found = await rig.control("expire", link=name)
        assert found["link"]["id"] == other["id"]
    assert (await rig.control("expire", link=paid["session"]["id"]))["link"]["id"] == other["id"]
    assert (await rig.control("expire", link=f"{rig.base}/p/{link['id']}?a=1"))["link"]["id"] == link["id"]
    newest = await rig.link()
    assert (await rig.control("expire", link="PL7F3K9Q"))["link"]["id"] == newest["id"]


async def test_links_are_listed_in_minor_units(rig: Rig) -> None:
    link = await rig.link(amount=49.9, currency="eur")
    choice = await rig.link(amount=None, minAmount=1, metadata={"ref": "PLX"})
    listed = await rig.read("links")
    assert [{**one, "at": f"{one['at'][:23]}Z"} for one in listed] == [
        {
            "id": link["id"],
            "reference": "PL7F3K9Q",
            "url": link["url"],
            "status": "Active",
            "amount": 4990,
            "currency": "EUR",
            "paid": False,
            "at": link["createdAt"],
        },
        {
            "id": choice["id"],
            "reference": "PLX",
            "url": choice["url"],
            "status": "Active",
            "amount": None,
            "currency": "XAF",
            "paid": False,
            "at": choice["createdAt"],
        },
    ]


async def test_a_session_is_shown_in_snake_case(rig: Rig) -> None:
    link = await rig.link()
    session = (await rig.pay(link["id"], "pending"))["session"]
    path = f"/v1/checkout/sessions/{session['id']}"
    assert await rig.get(path) == {
        "id": session["id"],
        "object": "checkout.session",
        "status": "open",
        "payment_status": "unpaid",
        "amount_total": 45000,
        "currency": "xaf",
        "metadata": {},
        "client_reference_id": None,
        "livemode": False,
        "expires_at": session["expires_at"],
    }
    await rig.control("options", session_link="paymentLinkId", session_metadata=True, session_expiry="unix")
    shown = await rig.get(path)
    assert (shown["paymentLinkId"], shown["metadata"]) == (link["id"], link["metadata"])
    assert type(shown["expires_at"]) is int
    rig.world.clock.advance(1801)
    assert (await rig.get(path))["status"] == "expired"
    assert [one["id"] for one in await rig.read("sessions")] == [session["id"]]
