"""Subscriptions of the PaymentKit stand-in: renewed by the clock, declined, ended; coupons and trials."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.paymentkit.records import after
from tests.standins.paymentkit_rig import BAG, LINKS, MONTHLY, TEN_PERCENT, UNIT, UNIT_USD, Rig, body, lines

pytestmark = pytest.mark.asyncio(loop_scope="module")

WEEKLY = "price_stg_weekly00eur"
WEEK_S = 7 * 86_400
FIVE_EUROS, HALF_ALWAYS, MORE_TRIAL = (
    "coupon_stg_fiveeuros0",
    "coupon_stg_halfalways",
    "coupon_stg_moretrial0",
)


async def begun(rig: Rig, **changes: Any) -> dict[str, Any]:
    """A link whose weekly subscription somebody has begun."""
    link = await rig.link(**{"mode": "subscription", "line_items": lines(WEEKLY), **changes})
    return await rig.pay(link["id"])


async def told(rig: Rig, kind: str) -> list[dict[str, Any]]:
    """What the Events API tells of one kind, oldest first."""
    return [event["data"] for event in (await rig.get("/events", type=kind, limit=100))["items"]][::-1]


@pytest.mark.parametrize(
    ("interval", "count", "day"),
    [
        ("day", 1, "2026-02-01"),
        ("week", 2, "2026-02-14"),
        ("month", 1, "2026-02-28"),
        ("month", 2, "2026-03-31"),
        ("month", 12, "2027-01-31"),
        ("year", 1, "2027-01-31"),
    ],
)
async def test_a_period_ends_on_the_same_day_or_the_last_one_that_there_is(
    interval: str, count: int, day: str
) -> None:
    began = datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert after(began, interval, count) == datetime.fromisoformat(f"{day}T09:00:00Z")


async def test_a_subscription_is_paid_again_each_time_a_period_is_over(rig: Rig) -> None:
    first = (await begun(rig))["payment"]
    for count in (1, 2):
        rig.world.clock.advance(WEEK_S)
        await rig.arrived(4 + 2 * count)
        intents, invoices = await told(rig, "payment_intent.succeeded"), await told(rig, "invoice.paid")
        assert len({one["id"] for one in intents}) == len(invoices) == 1 + count
        assert [one["amount_atom"] for one in intents] == [690] * (1 + count)
        assert [one["payment_intent_id"] for one in invoices] == [one["id"] for one in intents]
    assert intents[0]["id"] == first["id"]
    [subscription] = await rig.read("subscriptions")
    assert {one["subscription_id"] for one in invoices} == {subscription["id"]}
    assert "checkout_session_id" not in intents[1]
    assert subscription["status"] == "active"


async def test_several_periods_that_pass_at_once_are_each_paid(rig: Rig) -> None:
    await begun(rig)
    rig.world.clock.advance(3 * WEEK_S)
    await rig.arrived(10)
    assert len(await told(rig, "invoice.paid")) == 4


async def test_a_period_that_has_begun_early_does_not_begin_again(rig: Rig) -> None:
    await begun(rig)
    early = (await rig.control("subscription", link="PL7F3K9Q", act="renew"))["subscription"]
    rig.world.clock.advance(WEEK_S)
    other = await rig.link(name="other", metadata=None)
    await rig.pay(other["id"])
    [subscription] = await rig.read("subscriptions")
    assert subscription == early
    assert len(await told(rig, "invoice.paid")) == 2


async def test_what_is_sold_once_is_not_in_a_renewal(rig: Rig) -> None:
    await begun(rig, line_items=lines(WEEKLY, BAG))
    renewed = await rig.control("subscription", link="PL7F3K9Q", act="renew")
    assert [one["amount_atom"] for one in await told(rig, "payment_intent.succeeded")] == [690 + 2450, 690]
    assert renewed["payment"]["amount_atom"] == 690


async def test_a_renewal_that_fails_is_told_and_the_next_one_may_succeed(rig: Rig) -> None:
    await begun(rig)
    failed = await rig.control("subscription", link="PL7F3K9Q", act="decline")
    assert failed["subscription"]["status"] == "past_due"
    assert failed["payment"]["last_payment_error"]["code"] == "card_declined"
    assert [one["status"] for one in await told(rig, "invoice.payment_failed")] == ["open"]
    renewed = await rig.control("subscription", link="PL7F3K9Q", act="renew")
    assert renewed["subscription"]["status"] == "active"
    states = [one["status"] for one in await told(rig, "customer.subscription.updated")]
    assert states == ["past_due", "active"]


async def test_a_subscription_that_was_ended_is_renewed_no_more(rig: Rig) -> None:
    await begun(rig)
    ended = await rig.control("subscription", link="PL7F3K9Q", act="end")
    assert (ended["subscription"]["status"], ended["subscription"]["next_payment_at"]) == ("canceled", None)
    rig.world.clock.advance(5 * WEEK_S)
    other = await rig.link(name="other", metadata=None)
    await rig.pay(other["id"])
    assert len(await told(rig, "invoice.paid")) == 1
    assert len(await told(rig, "customer.subscription.deleted")) == 1
    refused = await rig.refused("subscription", link="PL7F3K9Q", act="renew")
    assert "subscription running" in refused


@pytest.mark.parametrize("act", ["stop", "", 7])
async def test_an_act_that_there_is_not_is_refused(rig: Rig, act: Any) -> None:
    await begun(rig)
    assert "act must be one of renew, decline, end" in await rig.refused(
        "subscription", link="PL7F3K9Q", act=act
    )


async def test_a_trial_is_free_until_it_is_over(rig: Rig) -> None:
    assert (await begun(rig, free_trial_days=10))["payment"] is None
    rig.world.clock.advance(10 * 86_400 - 60)
    assert await told(rig, "invoice.paid") == []
    rig.world.clock.advance(60)
    await rig.arrived(5)
    [invoice] = await told(rig, "invoice.paid")
    [subscription] = await rig.read("subscriptions")
    assert (invoice["total_amount_atom"], subscription["status"]) == (690, "active")
    began = datetime.fromisoformat(subscription["created_at"])
    assert (datetime.fromisoformat(subscription["next_payment_at"]) - began).days == 17


@pytest.mark.parametrize(
    ("coupon", "paid"),
    [(TEN_PERCENT, [621, 690]), (FIVE_EUROS, [190, 690]), (HALF_ALWAYS, [345, 345]), (MORE_TRIAL, [690])],
)
async def test_a_coupon_counts_once_or_always_or_begins_with_a_trial(
    rig: Rig, coupon: str, paid: list[int]
) -> None:
    await begun(rig, coupon_id=coupon)
    await rig.control("subscription", link="PL7F3K9Q", act="renew")
    assert [one["amount_atom"] for one in await told(rig, "payment_intent.succeeded")] == paid


async def test_a_coupon_takes_off_no_more_than_there_is_and_only_in_its_currency(rig: Rig) -> None:
    link = await rig.link(line_items=[{"price_id": UNIT, "quantity": 300}], coupon_id=FIVE_EUROS)
    assert (await rig.pay(link["id"]))["payment"]["amount_atom"] == 0
    refused = await rig.api.post(LINKS, json=body(line_items=lines(UNIT_USD), coupon_id=FIVE_EUROS))
    assert refused.json()["detail"] == f"coupon_id: coupon {FIVE_EUROS} is in EUR"


async def test_a_trial_of_a_coupon_changes_nothing_about_what_is_sold_once(rig: Rig) -> None:
    link = await rig.link(coupon_id=MORE_TRIAL)
    assert (await rig.pay(link["id"]))["payment"]["amount_atom"] == 4250


async def test_options_decide_what_a_link_comes_to(rig: Rig) -> None:
    await rig.control("options", coupon_in_total=True, setup_total="null")
    link = await rig.link(coupon_id=TEN_PERCENT)
    assert link["total_amount_atom"] == 3825
    changed = await rig.api.patch(f"{LINKS}/{link['id']}", json={"coupon_id": FIVE_EUROS})
    assert changed.json()["total_amount_atom"] == 3750
    setup = await rig.link(mode="setup", line_items=None)
    assert (setup["total_amount_atom"], setup["currency"]) == (None, None)


@pytest.mark.parametrize("names", ["invoice_id", "subscription_id", "none"])
async def test_an_option_decides_what_the_intent_of_a_renewal_names(rig: Rig, names: str) -> None:
    await rig.control("options", intent_names=names)
    await begun(rig)
    payment = (await rig.control("subscription", link="PL7F3K9Q", act="renew"))["payment"]
    assert {"invoice_id", "subscription_id"} & set(payment) == {names} - {"none"}
    assert "metadata" not in payment


async def test_options_decide_what_leads_from_a_subscription_to_its_link(rig: Rig) -> None:
    first = await begun(rig)
    shown = first["session"]["subscription_id"]
    assert shown == (await told(rig, "customer.subscription.created"))[0]["id"]
    await rig.control(
        "options", session_subscription=False, subscription_metadata=True, session_names="invoice_id"
    )
    session = (await rig.pay("PL7F3K9Q", new=True))["session"]
    assert "subscription_id" not in session
    assert (session["payment_intent_id"], session["invoice_id"][:7]) == (None, "in_stg_")
    for kind in ("customer.subscription.created", "invoice.paid"):
        assert (await told(rig, kind))[-1]["metadata"] == {"ref": "PL7F3K9Q-2"}


async def test_a_subscription_and_its_checkout_are_of_one_cause(rig: Rig) -> None:
    await begun(rig)
    events = (await rig.get("/events"))["items"]
    assert len({event["correlation_id"] for event in events}) == 1
    cause = events[0]["correlation_id"]
    await rig.pay("PL7F3K9Q", new=True)
    assert (await rig.get("/events", correlation_id=cause))["total"] == len(events)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"line_items": lines(MONTHLY)}, "Renewed every month, until you end it."),
        ({"free_trial_days": 7}, "Free for 7 days, then every week, until you end it."),
    ],
)
async def test_the_page_says_when_it_is_paid_again(rig: Rig, changes: dict[str, Any], says: str) -> None:
    link = await rig.link(**{"mode": "subscription", "line_items": lines(WEEKLY), **changes})
    opened = await rig.open(link)
    page = await rig.browser.get(opened["checkout_url"])
    assert says in page.text
    once = await rig.browser.get((await rig.open(await rig.link()))["checkout_url"])
    assert "until you end it" not in once.text
