"""A sale in Slack, as a sales person plays it."""

import asyncio

from tests.scenario.slack_people import filled_in
from tests.scenario.stage import ALICE, Stage

COMMAND = "49.90 EUR jane@example.com Invoice 12"


async def form(stage: Stage) -> str:
    """The id of the form that `/paylink` opens."""
    view = (await stage.slack(""))["view"]
    return str(view["id"])


async def test_a_form_becomes_a_card_with_a_link_and_the_thread_tells_that_it_is_paid(stage: Stage) -> None:
    answer = await stage.submit(
        await form(stage), amount="49.90", currency="EUR", email="jane@example.com", description="Invoice 12"
    )
    assert answer["errors"] == {}
    assert "Creating the payment link" in str(answer["view"])

    card = await stage.slack_card("Waiting for payment of 49.90 EUR", "http", "Invoice 12")
    assert f"<@{ALICE}>" in str(card["blocks"]), "the creator is mentioned"
    assert "j…@example.com" in str(card["blocks"]), "the channel sees no address"
    assert "jane@example.com" not in str(card["blocks"])
    [link] = await stage.provider_links()
    assert (link["amount"], link["currency"]) == (4990, "EUR")

    await stage.pay(link["reference"], "paid")
    replies = await stage.slack_replies("Paid 49.90 EUR")
    assert sum("Paid 49.90 EUR" in reply for reply in replies) == 1
    assert f"<@{ALICE}>" in replies[-1]
    card = await stage.slack_card("Paid 49.90 EUR")
    assert not card["edited"], "a card edited in place shows no mark"
    assert "Open link" not in str(card["blocks"]), "a paid link offers nothing to open"


async def test_the_form_shows_the_link_when_it_is_ready(stage: Stage) -> None:
    await stage.submit(await form(stage), amount="49.90", currency="EUR")

    async def ready() -> bool:
        return "ready and posted" in str(await stage.view())

    await stage.until(ready)


async def test_a_complete_command_is_shown_once_and_created_by_one_press(stage: Stage) -> None:
    [shown] = (await stage.slack(COMMAND))["messages"]
    assert "49.90 EUR" in str(shown["blocks"])
    assert "*Expires*" in str(shown["blocks"]), "the usual expiry, too, is seen before it is confirmed"
    assert await stage.provider_links() == [], "nothing is created before it is confirmed"

    await stage.press_slack(shown, "paylink_create_0_0")
    await stage.slack_card("Waiting for payment of 49.90 EUR")

    async def told() -> bool:
        return "ready and posted" in str(await stage.ephemerals())

    await stage.until(told)


async def test_a_command_can_be_changed_in_the_form_before_it_is_created(stage: Stage) -> None:
    [shown] = (await stage.slack(COMMAND))["messages"]
    view = (await stage.press_slack(shown, "paylink_edit_0_1"))["view"]
    asked = [block for block in view["blocks"] if "element" in block]
    values = {block["block_id"]: block["element"].get("initial_value") for block in asked}
    assert values["amount"] == "49.90"
    assert values["email"] == "jane@example.com"
    await stage.submit(view["id"], amount="60")
    await stage.slack_card("Waiting for payment of 60.00 EUR")


async def test_cancelling_creates_nothing(stage: Stage) -> None:
    [shown] = (await stage.slack(COMMAND))["messages"]
    await stage.press_slack(shown, "paylink_cancel_1_0")

    async def told() -> bool:
        return "nothing was created" in str(await stage.ephemerals())

    [left] = await stage.until(told) and await stage.ephemerals()
    assert "button" not in str(left["blocks"])
    assert await stage.provider_links() == []


async def test_a_mistake_is_shown_at_its_field_with_the_way_out(stage: Stage) -> None:
    view = await form(stage)
    answer = await stage.submit(view, amount="1.2345", currency="USD")
    assert answer["errors"] == {"amount": "USD has 2 decimals at most. Type it like 49.90."}
    answer = await stage.submit(view, amount="1,230", currency="KWD")
    assert "can mean 1,230.000 KWD or 1.230 KWD. Type 1230.000 for the first" in answer["errors"]["amount"]
    answer = await stage.submit(view, amount="1,234", currency="KWD")
    assert answer["errors"] == {"amount": "Is 1,234.000 KWD meant? Then type 1234.000."}
    answer = await stage.submit(view, amount="01.234", currency="KWD")
    assert answer["errors"] == {"amount": "Checkout.com takes KWD only if the last of its decimals is 0."}
    assert (await stage.submit(view, amount="01.230", currency="KWD"))["errors"] == {}


async def test_what_a_command_leaves_open_is_asked_in_the_form_and_nothing_typed_is_lost(
    stage: Stage,
) -> None:
    view = (await stage.slack("5m CHF jane@example.com Chairs"))["view"]
    assert "I cannot read this amount" in str(view["blocks"])
    shown = {block.get("block_id"): block.get("element", {}).get("initial_value") for block in view["blocks"]}
    assert shown["amount"] == "5m CHF"
    assert shown["email"] == "jane@example.com"
    assert shown["description"] == "Chairs"


async def test_an_amount_that_can_be_read_in_two_ways_is_chosen(stage: Stage) -> None:
    view = (await stage.slack("Invoice 12, 100 EUR"))["view"]
    asked = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert asked["amount"]["label"]["text"] == "Which amount is meant by 12, 100 EUR?"
    options = asked["amount"]["element"]["options"]
    assert [option["text"]["text"] for option in options] == ["12,100.00 EUR", "100.00 EUR", "Another amount"]
    assert "currency" not in asked, "each reading has its own"
    assert "more than one amount" not in str(view["blocks"]), "it is asked once"
    assert (await stage.submit(view["id"]))["errors"].keys() == {"amount"}
    assert (await stage.submit(view["id"], amount="100.00 EUR"))["errors"] == {}
    await stage.slack_card("Waiting for payment of 100.00 EUR", "Invoice 12")


async def test_none_of_the_readings_is_chosen_and_the_amount_typed_with_the_rest_as_it_was(
    stage: Stage,
) -> None:
    view = (await stage.slack("Invoice 12, 100 EUR"))["view"]
    answer = await stage.submit(view["id"], amount="Another amount", email="jane@example.com", phone="1")
    assert "I see more than one amount: 12,100.00 EUR, 100.00 EUR" in str(answer["view"]["blocks"])
    shown = filled_in(answer["view"])
    assert (shown["amount"], shown["currency"], shown["phone"]) == ("12, 100 EUR", "EUR", "1")
    assert (shown["email"], shown["description"]) == ("jane@example.com", "Invoice 12")
    answer = await stage.submit(view["id"], amount="12.10", phone="")
    assert answer["errors"] == {}
    await stage.slack_card("Waiting for payment of 12.10 EUR", "Invoice 12")


async def test_submitting_twice_makes_one_link(stage: Stage) -> None:
    view = await form(stage)
    values = {"amount": "49.90", "currency": "EUR"}
    await stage.submit(view, **values)
    await asyncio.gather(
        *(stage.control("slack/submit", view=view, values=values, again=True) for _ in range(2))
    )
    await stage.slack_card("Waiting for payment")
    assert len(await stage.provider_links()) == 1
    assert len(await stage.calls("checkout", "/payment-links")) == 1
    assert len(await stage.slack_messages()) == 1


async def test_slack_sending_every_request_twice_makes_one_link(stage: Stage) -> None:
    await stage.fault("slack", "view_submission", "duplicate")
    await stage.submit(await form(stage), amount="49.90", currency="EUR")
    await stage.slack_card("Waiting for payment")
    [shown] = (await stage.slack(COMMAND))["messages"]
    await stage.fault("slack", "block_actions", "duplicate")
    await stage.press_slack(shown, "paylink_create_0_0")
    await stage.press_slack(shown, "paylink_create_0_0")
    await stage.slack_card("Invoice 12")
    assert len(await stage.provider_links()) == 2
    assert len(await stage.slack_messages()) == 2


async def test_help_says_how_it_is_done(stage: Stage) -> None:
    for typed in ("help", "hepl", "/paylink help"):
        [message] = (await stage.slack(typed))["messages"]
        assert "/paylink 49.90 EUR" in message["text"]
