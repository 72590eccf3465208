"""Opening and paying the links of the PaymentKit stand-in: the share endpoint, sessions, and the controls."""

from typing import Any

import pytest

from tests.standins.paymentkit_rig import BAG, JSON_CLIENT, LINKS, MONTHLY, TEN_PERCENT, UNIT, Rig, lines

pytestmark = pytest.mark.asyncio(loop_scope="module")


ALL_OUTCOMES = [
    "authorised",
    "captured",
    "pending",
    "voided",
    "returned",
    "disputed",
    "dispute_won",
    "dispute_lost",
]


async def test_a_json_client_is_told_of_a_new_session_each_time(rig: Rig) -> None:
    link = await rig.link()
    first, second = await rig.open(link), await rig.open(link)
    assert set(first) == {"checkout_session_id", "checkout_url"}
    assert first["checkout_session_id"] != second["checkout_session_id"]
    session = await rig.get(f"/checkout-sessions/{first['checkout_session_id']}")
    assert first["checkout_url"] == f"{rig.world.url}/paymentkit/checkout/{session['secure_token']}"
    assert (session["status"], session["total_amount_atom"], session["currency"]) == ("open", 4250, "EUR")
    assert session["metadata"] == {"ref": "PL7F3K9Q-2"}
    assert "payment_link_id" not in session


@pytest.mark.parametrize(
    "accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "text/html, application/json", "*/*"]
)
async def test_everybody_else_is_redirected_to_the_checkout(rig: Rig, accept: str) -> None:
    link = await rig.link()
    answer = await rig.browser.get(link["url"], headers={"Accept": accept})
    [session] = await rig.read("sessions")
    assert (answer.status_code, answer.headers["location"]) == (302, session["url"])


async def test_a_head_opens_nothing(rig: Rig) -> None:
    link = await rig.link()
    assert not (await rig.browser.head(link["url"])).is_success
    assert await rig.read("sessions") == []


async def test_the_eleventh_open_within_a_minute_is_refused(rig: Rig) -> None:
    link, other = await rig.link(), await rig.link()
    for number in range(10):
        await rig.open(link if number % 2 else other)
    refused = await rig.browser.get(link["url"], headers=JSON_CLIENT)
    assert (refused.status_code, refused.json()["title"]) == (429, "Too Many Requests")
    page = await rig.browser.get(link["url"])
    assert page.status_code == 429
    assert "Please wait" in page.text
    assert len(await rig.read("sessions")) == 10
    rig.world.clock.advance(60)
    await rig.open(link)
    await rig.control("options", share_limit=0)
    for _ in range(12):
        await rig.open(link)


async def test_an_inactive_link_opens_no_session_and_open_ones_stay_payable(rig: Rig) -> None:
    link = await rig.link()
    opened = await rig.open(link)
    await rig.api.delete(f"{LINKS}/{link['id']}")
    refused = await rig.browser.get(link["url"], headers=JSON_CLIENT)
    assert (refused.status_code, refused.json()["type"]) == (404, "about:blank")
    page = await rig.browser.get(link["url"])
    assert (page.status_code, "not available" in page.text) == (404, True)
    nowhere = await rig.browser.get("/api/pay/share/nothing")
    assert nowhere.text == page.text
    paid = await rig.pay(link["id"])
    assert paid["session"]["id"] == opened["checkout_session_id"]
    assert paid["session"]["status"] == "complete"
    assert "the link is inactive" in await rig.refused("pay", link=link["id"], outcome="paid")


async def test_options_decide_how_the_link_answers_and_what_names_it(rig: Rig) -> None:
    await rig.control(
        "options",
        share_redirect=303,
        inactive_status=410,
        session_link="payment_link_id",
        session_metadata=False,
    )
    link = await rig.link()
    assert (await rig.browser.get(link["url"])).status_code == 303
    [session] = await rig.read("sessions")
    assert session["payment_link_id"] == link["id"]
    assert "metadata" not in session
    await rig.api.delete(f"{LINKS}/{link['id']}")
    assert (await rig.browser.get(link["url"])).status_code == 410


async def test_a_session_expires_after_its_hours_and_the_link_does_not(rig: Rig) -> None:
    link = await rig.link(expires_in_hours=2)
    opened = await rig.open(link)
    path = f"/checkout-sessions/{opened['checkout_session_id']}"
    rig.world.clock.advance(2 * 3600 - 60)
    assert (await rig.get(path))["status"] == "open"
    rig.world.clock.advance(60)
    assert (await rig.get(path))["status"] == "expired"
    await rig.arrived(1)
    assert (await rig.get(f"/payment-links/{link['id']}"))["is_active"] is True
    await rig.open(link)


async def test_paying_twice_makes_two_payments(rig: Rig) -> None:
    link = await rig.link()
    first, second = await rig.pay(link["url"]), await rig.pay("PL7F3K9Q-2")
    assert first["payment"]["id"] != second["payment"]["id"]
    assert (first["payment"]["status"], first["payment"]["amount_atom"], first["payment"]["currency"]) == (
        "succeeded",
        4250,
        "EUR",
    )
    shown = await rig.get(f"/payment-links/{link['id']}")
    assert shown == link


async def test_a_declined_attempt_leaves_the_session_open_for_another(rig: Rig) -> None:
    await rig.link()
    declined = await rig.pay("PL7F3K9Q", "declined")
    assert declined["payment"]["status"] == "requires_payment_method"
    assert declined["payment"]["last_payment_error"]["code"] == "card_declined"
    assert declined["session"]["status"] == "open"
    paid = await rig.pay("PL7F3K9Q")
    assert paid["payment"]["id"] == declined["payment"]["id"]
    assert paid["payment"]["last_payment_error"] is None


async def test_refunds_are_taken_from_what_was_paid(rig: Rig) -> None:
    link = await rig.link()
    assert "nothing is paid" in await rig.refused("pay", link=link["id"], outcome="refunded")
    await rig.pay(link["id"])
    await rig.pay(link["id"], "refunded", amount=1000)
    assert "at most 3250" in await rig.refused("pay", link=link["id"], outcome="refunded", amount=3251)
    assert (await rig.pay(link["id"], "refunded"))["payment"]["amount_refunded_atom"] == 4250
    assert "nothing is paid" in await rig.refused("pay", link=link["id"], outcome="refunded")


async def test_another_amount_may_be_charged_and_a_named_or_new_session_meant(rig: Rig) -> None:
    link = await rig.link()
    first, second = await rig.open(link), await rig.open(link)
    named = await rig.pay(link["id"], session=first["checkout_session_id"], amount=4000)
    assert (named["session"]["id"], named["payment"]["amount_atom"]) == (first["checkout_session_id"], 4000)
    fresh = await rig.pay(link["id"], new=True)
    assert fresh["session"]["id"] not in {one["checkout_session_id"] for one in (first, second)}
    assert "no session cs_none" in await rig.refused(
        "pay", link=link["id"], outcome="paid", session="cs_none"
    )
    again = await rig.refused("pay", link=link["id"], outcome="paid", session=first["checkout_session_id"])
    assert "not open but complete" in again


@pytest.mark.parametrize("outcome", ALL_OUTCOMES)
async def test_what_paymentkit_has_no_word_for_is_refused_and_says_why(rig: Rig, outcome: str) -> None:
    await rig.link()
    assert f"{outcome}: PaymentKit" in await rig.refused("pay", link="PL7F3K9Q", outcome=outcome)
    assert await rig.read("sessions") == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"outcome": "stolen"}, "outcome must be one of paid, declined, expired, refunded"),
        ({"outcome": ["paid"]}, "outcome must be one of"),
        ({"link": "nobody"}, "no link has the id, URL or reference 'nobody'"),
        ({"link": 7}, "no link has"),
        ({"amount": 0}, "amount must be a whole number"),
        ({"amount": 1.5}, "amount must be a whole number"),
        ({"outcome": "declined", "amount": 5}, "declined takes no amount"),
        ({"new": "yes"}, "new must be true or false"),
        ({"method": "card"}, "unknown keys: method"),
    ],
)
async def test_a_control_that_cannot_be_meant_is_refused(rig: Rig, wrong: dict[str, Any], says: str) -> None:
    await rig.link()
    assert says in await rig.refused("pay", **{"link": "PL7F3K9Q", "outcome": "paid"} | wrong)


async def test_a_control_finds_a_link_by_each_of_its_names(rig: Rig) -> None:
    older, link = await rig.link(), await rig.link()
    opened = await rig.open(link)
    names = [
        link["id"],
        link["url"],
        opened["checkout_session_id"],
        opened["checkout_url"],
        "PL7F3K9Q",
        "PL7F3K9Q-2",
    ]
    for name in names:
        assert (await rig.control("expire", link=name))["link"]["id"] == link["id"]
    assert (await rig.control("expire", link=older["id"]))["link"]["id"] == older["id"]


async def test_expire_ends_the_open_sessions_of_that_link_only(rig: Rig) -> None:
    link, other = await rig.link(), await rig.link(name="other", metadata=None)
    first, second, foreign = await rig.open(link), await rig.open(link), await rig.open(other)
    await rig.pay(link["id"], session=first["checkout_session_id"])
    ended = await rig.control("expire", link=link["id"])
    assert ended["sessions"] == [second["checkout_session_id"]]
    statuses = {one["id"]: one["status"] for one in await rig.read("sessions")}
    assert [statuses[one["checkout_session_id"]] for one in (first, second, foreign)] == [
        "complete",
        "expired",
        "open",
    ]
    assert (await rig.pay(other["id"], "expired"))["session"]["status"] == "expired"


async def test_links_are_listed_for_whoever_plays(rig: Rig) -> None:
    link, bare = await rig.link(), await rig.link(metadata=None, name=None)
    await rig.api.delete(f"{LINKS}/{bare['id']}")
    listed = await rig.read("links")
    assert [{**one, "at": f"{one['at'][:19]}Z"} for one in listed] == [
        {
            "id": link["id"],
            "reference": "PL7F3K9Q-2",
            "url": link["url"],
            "status": "Active",
            "amount": 4250,
            "currency": "EUR",
            "paid": False,
            "at": link["created_at"],
        },
        {
            "id": bare["id"],
            "reference": None,
            "url": bare["url"],
            "status": "Inactive",
            "amount": 4250,
            "currency": "EUR",
            "paid": False,
            "at": bare["created_at"],
        },
    ]
    await rig.pay(link["id"], "paid")
    assert [one["paid"] for one in await rig.read("links")] == [True, False]


async def test_a_coupon_counts_at_checkout_and_not_in_the_link(rig: Rig) -> None:
    link = await rig.link(coupon_id=TEN_PERCENT, line_items=[{"price_id": UNIT, "quantity": 4255}])
    assert link["total_amount_atom"] == 4255
    assert (await rig.pay(link["id"]))["payment"]["amount_atom"] == 4255 - 426


async def test_a_trial_and_a_setup_charge_nothing(rig: Rig) -> None:
    trial = await rig.link(mode="subscription", line_items=lines(MONTHLY), free_trial_days=7)
    setup = await rig.link(mode="setup", line_items=None, name="setup", metadata=None)
    assert (setup["total_amount_atom"], setup["currency"]) == (0, None)
    for link in (trial, setup):
        done = await rig.pay(link["id"])
        assert (done["payment"], done["session"]["status"]) == (None, "complete")
        assert "nothing is charged" in await rig.refused("pay", link=link["id"], outcome="declined")
        assert "nothing is charged" in await rig.refused("pay", link=link["id"], outcome="paid", amount=5)
        assert "nothing is paid" in await rig.refused("pay", link=link["id"], outcome="refunded")


async def test_a_session_can_be_made_without_a_link(rig: Rig) -> None:
    made = await rig.post("/checkout-sessions", {"line_items": lines(BAG, BAG), "expires_in_hours": 1})
    assert (made["status"], made["mode"], made["total_amount_atom"]) == ("open", "payment", 4900)
    assert await rig.get(f"/checkout-sessions/{made['id']}") == made
    recurring = await rig.post("/checkout-sessions", {"line_items": lines(MONTHLY)})
    assert recurring["mode"] == "subscription"
