"""What is particular to PaymentKit in what a link expects: named prices, subscriptions, saved cards, uses."""

import json
from typing import Any

import pytest

from bot.errors import BackendRejected
from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import EventKind
from tests.contract.backend_rig import BackendRig
from tests.contract.test_paymentkit import BAGS, MONTHLY, PAYMENTKIT, also
from tests.contract.test_paymentkit_particulars import kit, posted

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = PAYMENTKIT

K = EventKind
SETUP: dict[str, Any] = {"kind": LinkKind.SETUP, "amount": Money(0, "EUR")}
TRIAL = also(MONTHLY, trial_days="7")
UNIT_PRICE = {"amount": Money(4990, "EUR"), "details": {"price": "price_stg_unit0000eur", "quantity": "4990"}}
# What leads from the payment of a renewal to its link, as far as anything does.
TRACES: dict[str, dict[str, Any]] = {
    "its invoice": {"intent_names": "invoice_id"},
    "its subscription": {"intent_names": "subscription_id"},
    "the invoice that names it": {"intent_names": "none"},
    "metadata": {"subscription_metadata": True, "intent_names": "none"},
    "the link in the checkout": {"session_link": "payment_link_id", "session_metadata": False},
    "one cause": {"session_subscription": False},
    "a checkout that names its invoice": {"session_names": "invoice_id"},
    "names with dots": {"event_names": "dotted"},
}


async def done(rig: BackendRig, link: str, **more: Any) -> dict[str, Any]:
    """Somebody goes through a link's checkout, whether or not anything is charged; gives the checkout."""
    answer = await rig.rig.control("pay", link=link, outcome="paid", **more)
    return dict(answer["session"])


async def renewed(rig: BackendRig, link: str, act: str = "renew") -> dict[str, Any]:
    """The next period of a link's subscription; gives the payment."""
    return dict((await rig.rig.control("subscription", link=link, act=act))["payment"])


@pytest.mark.parametrize("settings", [{}, {"SELL_BY": "quantity"}])
async def test_a_named_price_is_sold_and_none_is_made(rig: BackendRig, settings: dict[str, str]) -> None:
    await kit(rig, **settings).create(rig.request(**BAGS))
    (link,) = await posted(rig, "payment-links")
    bags = {"price_id": "price_stg_bag00000eur", "quantity": 2, "description": "Invoice 12"}
    assert (link["mode"], link["line_items"]) == ("payment", [bags])
    assert not any(call["path"].endswith(("/prices", "/products")) for call in await rig.rig.calls())


@pytest.mark.parametrize(
    ("changes", "mode", "adds"),
    [
        (MONTHLY, "subscription", {}),
        (TRIAL, "subscription", {"free_trial_days": 7}),
        (
            also(MONTHLY, coupon="coupon_stg_tenpercent"),
            "subscription",
            {"coupon_id": "coupon_stg_tenpercent"},
        ),
        (SETUP, "setup", {}),
    ],
)
async def test_each_kind_is_a_mode_of_its_own(
    rig: BackendRig, changes: dict[str, Any], mode: str, adds: dict[str, Any]
) -> None:
    await rig.created(**changes)
    (link,) = await posted(rig, "payment-links")
    assert link["mode"] == mode
    assert ("line_items" in link) == (mode != "setup")
    assert {name: link[name] for name in link if name in {"free_trial_days", "coupon_id"}} == adds


@pytest.mark.parametrize(
    ("changes", "codes", "field"),
    [
        ({**MONTHLY, "details": {}}, "price_one_time", "price"),
        ({"details": {"quantity": "2"}}, "price_needed", "price"),
        (also(BAGS, quantity="two"), "quantity_invalid", "quantity"),
        (also(BAGS, quantity="²"), "quantity_invalid", "quantity"),
        (also(BAGS, quantity="0"), "quantity_invalid", "quantity"),
        (also(MONTHLY, trial_days="-7"), "trial_days_invalid", "trial_days"),
        (also(MONTHLY, trial_days="731"), "free_trial_days_invalid", "trial_days"),
        (also(BAGS, trial_days="7"), "free_trial_days_invalid", "trial_days"),
        (also(BAGS, coupon="coupon_none"), "coupon_id_invalid", "coupon"),
        (also(BAGS, price="price_none"), "line_items_invalid", "price"),
        (also(BAGS, price="price_stg_retired0eur"), "line_items_invalid", "price"),
        ({**SETUP, "details": {"coupon": "coupon_stg_tenpercent"}}, "coupon_id_invalid", "coupon"),
        ({**SETUP, "details": {"price": "price_stg_bag00000eur"}}, "line_items_invalid", "price"),
    ],
)
async def test_what_does_not_go_together_is_refused_and_nothing_can_be_paid(
    rig: BackendRig, changes: dict[str, Any], codes: str, field: str
) -> None:
    with pytest.raises(BackendRejected) as rejected:
        await rig.created(**changes)
    assert (rejected.value.codes, rejected.value.field) == ((codes,), field)
    assert await rig.known() == []


@pytest.mark.parametrize(
    "changes", [{**BAGS, "amount": Money(4901, "EUR")}, {**MONTHLY, "amount": Money(1990, "USD")}]
)
async def test_a_price_that_comes_to_another_sum_is_taken_back_and_not_found(
    rig: BackendRig, changes: dict[str, Any]
) -> None:
    request = rig.request(**changes)
    with pytest.raises(BackendRejected, match="price_differs:"):
        await rig.backend.create(request)
    assert [link["status"] for link in await rig.known()] == ["Inactive"]
    assert await kit(rig).find(request.reference) is None


async def test_a_total_that_a_coupon_has_lowered_already_is_not_what_was_confirmed(rig: BackendRig) -> None:
    await rig.rig.control("options", coupon_in_total=True)
    with pytest.raises(BackendRejected) as rejected:
        await rig.created(**also(BAGS, coupon="coupon_stg_tenpercent"))
    assert rejected.value.codes == ("price_differs:4410 EUR:4900 EUR",)
    assert [link["status"] for link in await rig.known()] == ["Inactive"]


async def test_what_a_coupon_takes_off_is_not_paid_and_not_said_to_be(rig: BackendRig) -> None:
    _, created = await rig.created(**also(BAGS, coupon="coupon_stg_tenpercent"))
    await rig.pay(created.provider_id, "paid")
    assert (await rig.event(K.CAPTURED)).amounts[K.CAPTURED] == Money(4410, "EUR")


@pytest.mark.parametrize(("uses", "hours"), [(1, 1), (20, 24), (None, 24)])
async def test_a_checkout_is_short_where_a_second_payment_is_one_too_many(
    rig: BackendRig, uses: int | None, hours: int
) -> None:
    await rig.created(uses=uses)
    await kit(rig, CHECKOUT_HOURS="720").create(rig.request(uses=uses))
    lasts = [link["expires_in_hours"] for link in await posted(rig, "payment-links")]
    assert lasts == [hours, 1 if uses == 1 else 720]


async def test_a_price_that_two_links_sell_is_no_sign_of_either(rig: BackendRig) -> None:
    await rig.rig.control("options", session_metadata=False)
    for changes in (BAGS, UNIT_PRICE, MONTHLY):
        (_, first), (_, second) = [await rig.created(**changes) for _ in range(2)]
        payment = (await done(rig, first.provider_id))["payment_intent_id"]
        for link in (first, second):
            fetched = await kit(rig).fetch(link.provider_id)
            assert (fetched.payment_ids, fetched.received) == ((), False)
        (told,) = await kit(rig).fetch_payment(payment)
        assert (told.reference, told.provider_link_id) == (None, None)


async def test_an_edited_link_still_says_what_it_sells(rig: BackendRig) -> None:
    await rig.rig.control("options", session_metadata=False)
    request, created = await rig.created(**BAGS)
    await kit(rig).edit(created.provider_id, "= 3 x nothing, after all")
    await done(rig, created.provider_id)
    fetched = await kit(rig).fetch(created.provider_id)
    assert (fetched.reference, fetched.amount, fetched.received) == (request.reference, request.amount, False)
    assert await kit(rig).find(request.reference) == created


@pytest.mark.parametrize("total", ["zero", "null", "absent"])
async def test_a_saved_card_is_told_and_is_no_money(rig: BackendRig, total: str) -> None:
    await rig.rig.control("options", setup_total=total)
    request, created = await rig.created(**SETUP)
    assert await kit(rig).find(request.reference) == created
    session = await done(rig, created.provider_id)
    event = await rig.event(K.SAVED)
    assert (event.provider_payment_id, event.amounts) == (session["id"], {})
    assert rig.belongs(event, request, created)
    (fetched,) = await kit(rig).fetch_payment(session["id"])
    assert (fetched.kind, fetched.reference, fetched.amounts) == (K.SAVED, request.reference, {})
    link = await kit(rig).fetch(created.provider_id)
    assert (link.amount, link.received, link.payment_ids) == (Money(0, "EUR"), True, (session["id"],))
    assert await kit(rig).find_payments(request.reference) == (session["id"],)


async def test_a_checkout_that_nobody_completed_has_saved_nothing(rig: BackendRig) -> None:
    _, created = await rig.created(**SETUP)
    await rig.rig.control("pay", link=created.provider_id, outcome="expired")
    fetched = await kit(rig).fetch(created.provider_id)
    assert (fetched.received, fetched.payment_ids) == (False, ())


async def test_a_saved_card_whose_webhook_cannot_be_read_is_looked_up_by_its_checkout(
    rig: BackendRig,
) -> None:
    _, created = await rig.created(**SETUP)
    session = await done(rig, created.provider_id)
    broken = PAYMENTKIT.unreadable((await rig.sent(K.SAVED)).body)
    assert rig.backend.payments_in(broken) == (session["id"],)


@pytest.mark.parametrize("trace", [{}, {"session_subscription": False}])
async def test_a_trial_saves_a_card_and_its_first_payment_is_the_links(
    rig: BackendRig, trace: dict[str, Any]
) -> None:
    """Also where the checkout does not name its subscription: both are of one cause."""
    await rig.rig.control("options", **trace)
    request, created = await rig.created(**TRIAL)
    session = await done(rig, created.provider_id)
    assert (await rig.event(K.SAVED)).provider_payment_id == session["id"]
    payment = await renewed(rig, created.provider_id)
    (told,) = await kit(rig).fetch_payment(payment["id"])
    assert (told.kind, told.reference) == (K.CAPTURED, request.reference)
    fetched = await kit(rig).fetch(created.provider_id)
    assert set(fetched.payment_ids) == {session["id"], payment["id"]}


@pytest.mark.parametrize("trace", TRACES)
async def test_each_payment_of_a_subscription_is_found_and_is_its_links(rig: BackendRig, trace: str) -> None:
    await rig.rig.control("options", **TRACES[trace])
    request, created = await rig.created(**MONTHLY)
    _, other = await rig.created(**MONTHLY)
    await done(rig, created.provider_id)
    await done(rig, other.provider_id)
    await renewed(rig, other.provider_id)
    payments = [await renewed(rig, created.provider_id) for _ in range(2)]
    for payment in payments:
        (told,) = await kit(rig).fetch_payment(payment["id"])
        assert (told.kind, told.amounts[K.CAPTURED]) == (K.CAPTURED, request.amount)
        assert told.reference == request.reference or told.provider_link_id == created.provider_id
    fetched = await kit(rig).fetch(created.provider_id)
    assert len(fetched.payment_ids) == 3
    assert {payment["id"] for payment in payments} < set(fetched.payment_ids)
    assert fetched.received


async def test_a_renewal_is_told_once_with_its_amount_and_its_invoice_adds_no_money(rig: BackendRig) -> None:
    _, created = await rig.created(**MONTHLY)
    await done(rig, created.provider_id)
    payment = await renewed(rig, created.provider_id)
    captured = await rig.events(K.CAPTURED, 2)
    assert [event.amounts[K.CAPTURED] for event in captured] == [Money(1990, "EUR")] * 2
    invoices = [event for event in await rig.events(K.PENDING, 3) if event.provider_word == "invoice.paid"]
    assert {event.provider_payment_id for event in invoices} >= {payment["id"]}
    assert all(event.amounts == {} for event in invoices)


async def test_a_renewal_that_failed_is_told_with_its_reason(rig: BackendRig) -> None:
    request, created = await rig.created(**MONTHLY)
    await done(rig, created.provider_id)
    payment = await renewed(rig, created.provider_id, "decline")
    event = await rig.event(K.DECLINED)
    (fetched,) = await kit(rig).fetch_payment(payment["id"])
    assert event.provider_payment_id == payment["id"]
    assert (fetched.kind, fetched.reference) == (K.DECLINED, request.reference)
    assert fetched.reason == event.reason == "card_refused"


async def test_two_checkouts_of_one_cause_say_nothing_about_whose_subscription_it_is(rig: BackendRig) -> None:
    """Then nobody's link is said to be paid."""
    await rig.rig.control("options", session_subscription=False, correlation="all")
    (_, one), (_, other) = [await rig.created(**TRIAL) for _ in range(2)]
    for link in (one, other):
        await done(rig, link.provider_id)
    payment = await renewed(rig, one.provider_id)
    (told,) = await kit(rig).fetch_payment(payment["id"])
    assert (told.reference, told.provider_link_id) == (None, None)
    for link in (one, other):
        assert len((await kit(rig).fetch(link.provider_id)).payment_ids) == 1


async def test_what_happened_to_a_subscription_is_in_its_links_history(rig: BackendRig) -> None:
    _, created = await rig.created(**MONTHLY)
    await done(rig, created.provider_id)
    await renewed(rig, created.provider_id, "decline")
    words = [moment.word for moment in await kit(rig).history(created.provider_id)]
    assert words.count("customer.subscription.created") == 1
    assert {"invoice.payment_failed", "customer.subscription.updated"} < set(words)


async def test_an_invoice_that_names_no_payment_changes_nothing(rig: BackendRig) -> None:
    body = {**PAYMENTKIT.sample, "type": "invoice.paid", "data": {"object": {"id": "in_stg_1"}}}
    (event,) = rig.backend.parse(json.dumps(body).encode())
    assert (event.kind, event.provider_payment_id) == (K.IGNORED, None)
