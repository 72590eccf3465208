"""The form: every kind of field, what is wrong at its place, and a link that is there already."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.chat.slack.modal import answers_of, errors_of, form_view
from bot.conversation.form import Field, Form, Kind, Locality
from bot.money import Money
from bot.ports.model import Draft, Mode, Problem
from bot.texts import Texts
from tests.contract.records import a_draft
from tests.fakes import INFO
from tests.scenario.slack_people import (
    ORDER,
    actions_of,
    card,
    command,
    create,
    desk,
    filled_in,
    messages,
    press,
    reference_of,
    window,
)
from tests.scenario.stage import Stage

FORM = Form(
    info=replace(INFO, label="One", currencies=frozenset({"EUR", "USD"})),
    locality=Locality("EUR", "DE", ZoneInfo("Europe/Berlin")),
    fields=(
        Field("amount", Kind.AMOUNT, required=True),
        Field("currency", Kind.CURRENCY, required=True),
        Field("phone", Kind.PHONE),
        Field("country", Kind.COUNTRY, required=True),
        Field("expires", Kind.DATE),
        Field("backend", Kind.CHOICE),
    ),
    infos={"checkout": replace(INFO, label="One"), "second": replace(INFO, label="Two")},
)


def shown(draft: Draft) -> dict[str, Any]:
    return {block["block_id"]: block for block in form_view(Texts("en"), FORM, draft)["blocks"]}


def test_every_kind_has_its_input_with_what_is_known() -> None:
    answers = {"phone": "+491712345678", "expires": "2026-11-28T22:59:59.123456+00:00"}
    blocks = shown(a_draft(1, answers=answers))
    types = {key: block["element"]["type"] for key, block in blocks.items()}
    assert types == {
        "amount": "plain_text_input",
        "currency": "static_select",
        "phone": "plain_text_input",
        "country": "plain_text_input",
        "expires": "plain_text_input",
        "backend": "static_select",
    }
    assert blocks["phone"]["element"]["initial_value"] == "+491712345678"
    assert blocks["expires"]["element"]["initial_value"] == "2026-11-28 23:59:59", "as it would be typed"
    assert blocks["backend"]["element"]["initial_option"]["value"] == "checkout"
    assert [option["text"]["text"] for option in blocks["backend"]["element"]["options"]] == ["One", "Two"]
    assert "Two letters" in blocks["country"]["hint"]["text"]
    assert [key for key, block in blocks.items() if not block["optional"]] == [
        "amount",
        "currency",
        "country",
    ]


def test_what_is_submitted_for_an_account_without_real_money_says_so() -> None:
    test, live = (form_view(Texts("en"), replace(FORM, mode=mode), a_draft(1)) for mode in Mode)
    assert live["blocks"] == test["blocks"][1:]
    assert test["blocks"][0]["text"]["text"] == "TEST: no real money moves"


def test_what_is_wrong_is_set_off_from_its_label_as_the_language_does() -> None:
    view = form_view(Texts("fr"), FORM, a_draft(1, problems={"phone": Problem("phone_invalid", "1")}))
    said = view["blocks"][0]["text"]["text"]
    assert said.startswith("⚠️ Téléphone du client\N{NO-BREAK SPACE}: Ce n'est pas")


def test_whatever_was_typed_the_form_can_be_opened() -> None:
    typed = Problem("phone_invalid", "1" * 5000)
    (element,) = [
        block["element"]
        for block in form_view(Texts("en"), FORM, a_draft(1, problems={"phone": typed}))["blocks"]
        if block.get("block_id") == "phone"
    ]
    assert len(element["initial_value"]) == 3000


TWO = (Money(1000, "EUR"), Money(1000, "USD"))


@pytest.mark.parametrize(
    "problems",
    [
        {"amount": Problem("range_ambiguous", "10 - 20", TWO)},
        {"amount": Problem("currency_conflict", "10 EUR", TWO)},
        {"amount": Problem("amount_several", "10 20", TWO), "currency": Problem("currency_unknown", "XXQ")},
    ],
)
def test_where_no_reading_is_a_whole_answer_the_amount_is_typed(problems: dict[str, Problem]) -> None:
    view = form_view(Texts("en"), FORM, a_draft(1, problems=problems))
    types = {
        block["block_id"]: block["element"]["type"] for block in view["blocks"] if block["type"] == "input"
    }
    assert (types["amount"], types["currency"]) == ("plain_text_input", "static_select")
    assert problems["amount"].typed in str(view["blocks"])


def test_a_choice_comes_back_by_its_name() -> None:
    chosen = {"type": "static_select", "selected_option": {"value": "second"}}
    view = {"state": {"values": {"backend": {"value": chosen}}}}
    assert answers_of(view) == {"backend": "second"}


def test_two_mistakes_are_both_said_each_at_its_field() -> None:
    problems = {
        "amount": Problem("amount_unreadable", "5m"),
        "currency": Problem("currency_unknown", "XXQ"),
    }
    errors = errors_of(Texts("en"), FORM, a_draft(1, problems=problems))
    assert errors.keys() == {"amount", "currency"}


async def test_a_form_takes_all_there_is_to_say(stage: Stage) -> None:
    view = (await command(stage, ""))["view"]
    answer = await stage.submit(
        view["id"],
        amount="49.90",
        currency="EUR",
        phone="0171 2345678",
        name="Jane Doe",
        description="Chairs",
        reference="INV-12",
        expires="3d",
    )
    assert answer["errors"] == {}
    posted = await card(stage, "Waiting for payment of 49.90 EUR", "+49…78", "INV-12", "Chairs")
    view = (await press(stage, posted, "reveal"))["view"]
    assert "Jane Doe" in str(view["blocks"])


def test_only_accounts_that_can_make_the_link_are_offered_with_the_reason_beside_them() -> None:
    form = replace(FORM, infos=FORM.infos | {"second": replace(INFO, label="Two", most_uses=None)})
    (block,) = [
        block
        for block in form_view(Texts("en"), form, a_draft(1, answers={"uses": "20"}))["blocks"]
        if block.get("block_id") == "backend"
    ]
    assert [option["value"] for option in block["element"]["options"]] == ["second"]
    assert "One (not so many uses)" in block["hint"]["text"]


def test_an_amount_may_be_left_out_where_a_link_may_have_none() -> None:
    kinds = Field("kind", Kind.CHOICE, options=("payment", "setup"))
    form = replace(FORM, fields=(*FORM.fields, kinds))
    optional = {
        block["block_id"]: block["optional"] for block in form_view(Texts("en"), form, a_draft(1))["blocks"]
    }
    assert optional["amount"]
    assert not optional["currency"]


async def test_each_mistake_is_said_at_its_field_and_the_rest_is_kept(stage: Stage) -> None:
    view = (await command(stage, ""))["view"]
    answer = await stage.submit(
        view["id"], amount="5m", currency="EUR", phone="12", expires="2020-01-01", description="x" * 101
    )
    assert answer["errors"].keys() == {"amount", "phone", "expires", "description"}
    answer = await stage.submit(view["id"], amount="5", phone="", expires="", description="Chairs")
    assert answer["errors"] == {}
    await card(stage, "Waiting for payment of 5.00 EUR", "Chairs")


@pytest.mark.parametrize("typed", ["jane@", "jane@example.com,bob@example.com", "jane@bücher.example"])
async def test_an_address_that_slack_would_not_show_as_one_can_be_put_right_in_the_form(
    stage: Stage, typed: str
) -> None:
    answer = await command(stage, f"49.90 EUR {typed}")
    view = answer["view"] or (await press(stage, answer["messages"][0], "edit"))["view"]
    assert filled_in(view)["email"] == typed
    assert (await stage.submit(view["id"], email="jane@example.com", amount="5"))["errors"] == {}
    await card(stage, "Waiting for payment of 5.00 EUR", "j…@example.com")


async def test_an_account_that_is_misspelt_is_chosen_in_the_form_even_where_there_is_one(
    stage: Stage,
) -> None:
    """Without its field the form came again, however often it was submitted."""
    view = (await command(stage, "49.90 EUR via chekout"))["view"]
    assert "I cannot make links there" in str(view["blocks"])
    assert filled_in(view)["backend"] == "checkout"
    assert (await stage.submit(view["id"]))["errors"] == {}
    await card(stage, "Waiting for payment of 49.90 EUR")


async def test_what_no_account_can_is_said_at_its_field_at_every_submission(stage: Stage) -> None:
    view = (await command(stage, "20 uses 5 EUR"))["view"]
    for _ in range(2):
        errors = (await stage.submit(view["id"]))["errors"]
        assert errors["backend"].startswith("Checkout.com cannot make a link for so many uses.")
    assert await stage.provider_links() == []


async def test_a_form_that_is_over_says_so_and_how_to_go_on(stage: Stage) -> None:
    """Cancelled on another device, or left open for a day: there is no newer one to use."""
    (shown_once,) = (await command(stage, ORDER))["messages"]
    view = (await press(stage, shown_once, "edit"))["view"]
    await press(stage, shown_once, "cancel")
    answer = await stage.submit(view["id"], amount="60")
    assert answer["errors"] == {
        "amount": "This form is over, nothing was created. Close it and type /paylink to start again."
    }
    assert await stage.provider_links() == []


async def test_a_moment_once_answered_can_be_submitted_as_it_is_shown(stage: Stage) -> None:
    (shown_once,) = (await command(stage, f"{ORDER} until friday"))["messages"]
    view = (await press(stage, shown_once, "edit"))["view"]
    assert filled_in(view)["expires"]
    assert (await stage.submit(view["id"], amount="60"))["errors"] == {}
    await card(stage, "Waiting for payment of 60.00 EUR")


async def test_a_link_that_is_open_already_is_shown_before_another_is_made(stage: Stage) -> None:
    await create(stage)
    reference = reference_of(await card(stage, "Waiting for payment"))
    view = (await command(stage, ""))["view"]
    filled = {"amount": "49.90", "currency": "EUR", "email": "jane@example.com"}
    asked = (await stage.submit(view["id"], **filled))["view"]
    assert f"{reference} is open for the same customer" in str(asked["blocks"])
    assert len(await messages(stage)) == 1

    form = (await press(stage, asked, "edit"))["view"]
    assert filled_in(form)["email"] == "jane@example.com"
    asked = (await stage.submit(form["id"], **filled))["view"]
    await press(stage, asked, "use")
    await window(stage, f"{reference} it is")
    assert len(await stage.provider_links()) == 1


async def test_a_second_link_is_made_for_whoever_wants_one(stage: Stage) -> None:
    await create(stage)
    first = await card(stage, "Waiting for payment")
    view = (await command(stage, ""))["view"]
    asked = (await stage.submit(view["id"], amount="49.90", currency="EUR", email="jane@example.com"))["view"]
    await press(stage, asked, "create")
    await window(stage, "ready and posted")

    async def both() -> bool:
        return len(await messages(stage)) == 2

    await stage.until(both)
    assert reference_of((await messages(stage))[1]) != reference_of(first)


async def test_a_command_for_the_same_again_offers_the_link_that_is_there(stage: Stage) -> None:
    await create(stage)
    reference = reference_of(await card(stage, "Waiting for payment"))
    (shown_once,) = (await command(stage))["messages"]
    await press(stage, shown_once, "use")
    await desk(stage, f"{reference} it is", "http")
    assert len(await stage.provider_links()) == 1


async def test_cancelling_in_the_form_creates_nothing(stage: Stage) -> None:
    await create(stage)
    await card(stage, "Waiting for payment")
    view = (await command(stage, ""))["view"]
    asked = (await stage.submit(view["id"], amount="49.90", currency="EUR", email="jane@example.com"))["view"]
    await press(stage, asked, "cancel")

    async def over() -> bool:
        view = await stage.view()
        return view is not None and actions_of(view) == []

    await stage.until(over)
    assert len(await stage.provider_links()) == 1


async def test_a_form_that_slack_does_not_open_in_time_becomes_a_message_in_time(stage: Stage) -> None:
    await stage.fault("slack", "views.open", "delay", delay_s=3.5, times=1)
    answered = await command(stage, "49.90 EUR until someday")
    assert (answered["status"], answered["trouble"]) == (200, None)
    assert "What do you want to change?" in str(answered["messages"])
