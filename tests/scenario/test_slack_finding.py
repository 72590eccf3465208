"""A link that is there is found again in Slack, by what is known of it; no sale is taken for a search."""

import contextlib
import sqlite3
from typing import Any

import pytest
from sqlalchemy import make_url

from tests.scenario.slack_people import (
    BOB,
    actions_of,
    answer,
    card,
    command,
    create,
    press,
    reference_of,
)
from tests.scenario.stage import Stage

Json = dict[str, Any]
HELENE = "20 EUR helene@example.com ref INV-2041 Robe d'Hélène"


@pytest.fixture
async def sold(stage: Stage) -> tuple[Stage, str, str]:
    """Two links in the channel: Jane's, and Hélène's with a reference of its own."""
    await create(stage)
    jane = reference_of(await card(stage, "Waiting for payment of 49.90"))
    await create(stage, HELENE)
    return stage, jane, reference_of(await card(stage, "Waiting for payment of 20.00"))


async def test_links_are_found_by_part_of_what_is_known_and_shown_to_who_asks(
    sold: tuple[Stage, str, str],
) -> None:
    stage, jane, helene = sold
    for text, there, not_there in (
        ("links <mailto:jane@example.com|jane@example.com>", jane, helene),
        ("links INV-2041", helene, jane),
        ("links of HELENE", helene, jane),
        ("links open invoice 12", jane, helene),
    ):
        told = await command(stage, text)
        (shown,) = told["messages"]
        assert there in str(shown["blocks"]), text
        assert not_there not in str(shown["blocks"]), text
        assert (told["view"], actions_of(shown)) == (None, [])
    (found,) = (await command(stage, "links INV-2041"))["messages"]
    assert f"{helene}: Waiting for payment of 20.00 EUR (TEST), for INV-2041, helene@example.com" in str(
        found
    )
    for text in ("links jane@example.com", "status INV-2041", "cancel INV-2041"):
        (others,) = (await command(stage, text, BOB))["messages"]
        assert "There are none." in str(others["blocks"]), text
        assert not any(each in str(others) for each in (jane, helene)), text


async def test_the_status_of_the_one_that_is_meant_is_shown_at_once(sold: tuple[Stage, str, str]) -> None:
    stage, _, helene = sold
    await stage.pay(helene, "paid")
    await card(stage, "Paid 20.00 EUR")
    found = await command(stage, "status INV-2041")
    named = await command(stage, f"status {helene}")
    assert "We have closed it: it is paid." in str(found["messages"])
    assert found["messages"][0]["text"] == named["messages"][0]["text"] == f"{helene}: Paid 20.00 EUR (TEST)"
    (both,) = (await command(stage, "status example.com"))["messages"]
    assert "Which link? Type /paylink why and its reference (PL...)." in str(both)


async def test_what_is_found_is_cancelled_only_when_its_button_is_pressed(
    sold: tuple[Stage, str, str],
) -> None:
    stage, jane, helene = sold
    (shown,) = (await command(stage, "cancel INV-2041"))["messages"]
    assert helene in str(shown["blocks"])
    assert "Cancel this payment link?" in str(shown["blocks"]), "Slack asks once more"
    assert "Cancelled" not in str(await command(stage, "links INV-2041"))
    view = (await press(stage, shown, "manage"))["view"]
    assert "Cancelled." in str(view)
    assert "Cancelled" in str(await command(stage, "links INV-2041"))
    assert "Waiting for payment" in await answer(stage, f"status {jane}")
    (closed,) = (await command(stage, "cancel INV-2041"))["messages"]
    assert "This link is closed already." in str(closed["blocks"])
    assert actions_of(closed) == []


@pytest.mark.parametrize(
    "text", ["100 EUR jane@example.com", "links jane@example.com 100 EUR", "status INV-2041 100 EUR"]
)
async def test_a_sale_stays_a_sale(stage: Stage, text: str) -> None:
    (shown,) = (await command(stage, text))["messages"]
    assert "100.00 EUR" in str(shown["blocks"])
    assert "paylink_create" in str(actions_of(shown))


async def test_a_number_alone_is_looked_for(stage: Stage) -> None:
    await create(stage, "2041 EUR ref 2041")
    paid = reference_of(await card(stage, "Waiting for payment of 2,041.00"))
    for text in ("links 2041", "status 2041", "history 2041", "cancel 2041", "extend 2041 3d"):
        told = await command(stage, text)
        assert paid in str(told["messages"]), text
        assert "paylink_create" not in str(told), text
    assert "Cancelled" not in str(await command(stage, "links 2041")), "and nothing done to it yet"
    (none,) = (await command(stage, "status 2042"))["messages"]
    assert "There are none." in str(none["blocks"])
    assert "For a new link, begin with the amount." in str(none["blocks"])


async def test_what_was_typed_of_its_end_is_on_the_button(sold: tuple[Stage, str, str]) -> None:
    stage, _, helene = sold
    (shown,) = (await command(stage, "extend INV-2041 3d"))["messages"]
    assert helene in str(shown["blocks"])
    assert "Extend until" in str(shown["blocks"])
    assert "Checkout.com cannot extend a link. Make a new one" in str(shown["blocks"]), "Slack asks once more"
    assert "A new link is being made" in str((await press(stage, shown, "manage"))["view"])


async def test_it_is_said_how_an_order_is_typed(stage: Stage) -> None:
    shown = "with nothing but what you look for, such as your own number."
    assert shown in str((await command(stage, "links 2 chairs"))["view"]), "in the form that asks about it"
    one = "with nothing but its reference or your own number."
    assert one in str((await command(stage, "status 2 chairs"))["view"])
    (begun,) = (await command(stage, "links 2041 EUR"))["messages"]
    assert shown in str(begun["blocks"]), "and on the card"


@pytest.mark.parametrize("text", ["links jane", "list paid", "status jane", "cancel jane@example.com"])
async def test_who_looks_for_links_waits_for_nobody_who_writes(stage: Stage, text: str) -> None:
    await create(stage)
    await card(stage, "Waiting for payment of 49.90")
    file = str(make_url(stage.settings.database_url).database)
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = await command(stage, text)
        other.execute("ROLLBACK")
    assert ("PL" in str(told["messages"])) is (text != "list paid")


async def test_a_search_leaves_the_sale_that_is_open_as_it_is(stage: Stage) -> None:
    (begun,) = (await command(stage, "49.90 EUR jane@example.com Invoice 12"))["messages"]
    await command(stage, "links jane@example.com")
    await command(stage, "cancel jane@example.com")
    await press(stage, begun, "create")
    assert "Invoice 12" in str(await card(stage, "Waiting for payment of 49.90"))
