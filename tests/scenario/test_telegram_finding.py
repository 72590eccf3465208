"""A link that is there is found again in Telegram, by what is known of it; no sale is taken for a search."""

import pytest

from tests.scenario.stage import Stage
from tests.scenario.telegram_hands import (
    ALICE,
    GROUP,
    NEWCOMER,
    TWO_PEOPLE,
    link_in,
    press,
    said,
)

STAGED_WITH = {"TELEGRAM_ADMITTED": TWO_PEOPLE}


async def sold(stage: Stage, chat: int = ALICE) -> str:
    """Jane's link; gives its reference."""
    card = await link_in(stage, chat)
    return str(card["text"].rpartition("Reference: ")[2][:14])


async def test_links_are_found_by_part_of_what_is_known_in_the_private_chat(stage: Stage) -> None:
    reference = await sold(stage, GROUP)
    line = f"{reference}: Waiting for payment of 49.90 EUR (TEST), for jane@example.com, Invoice 12"
    for text in ("/links JANE@example", "/links invoice 12", "/paylink list open of Jane", "/links 12"):
        typed = await stage.telegram(text)
        await said(stage, "ayment links: ", line, after=typed)
    typed = await stage.telegram("/paylink links jane", chat=GROUP)
    await said(stage, "Sent to you alone", chat=GROUP, after=typed)
    await said(stage, "Your payment links: jane", line)
    assert "jane@example.com, Invoice" not in str(await stage.telegram_messages(GROUP))
    await stage.telegram("/start", NEWCOMER, NEWCOMER)
    for text in ("/links jane", "/paylink status jane", "/cancel jane@example.com"):
        typed = await stage.telegram(text, NEWCOMER, NEWCOMER)
        none = await said(stage, "There are none.", chat=NEWCOMER, after=typed)
        assert reference not in none["text"]


async def test_the_status_of_the_one_that_is_meant_is_shown_at_once(stage: Stage) -> None:
    reference = await sold(stage)
    typed = await stage.telegram("/paylink status jane")
    found = await said(stage, "We keep it open.", after=typed)
    assert found["text"].startswith(f"{reference}: Waiting for payment")
    await sold(stage)
    typed = await stage.telegram("/paylink status jane")
    both = await said(stage, "Which link? Type /paylink why and its reference (PL...).", after=typed)
    assert reference in both["text"]


@pytest.mark.parametrize("text", ["/paylink cancel jane@example.com", "/cancel jane@example.com"])
async def test_what_is_found_is_cancelled_only_when_that_is_confirmed(stage: Stage, text: str) -> None:
    reference = await sold(stage)
    await stage.telegram(text)
    found = await said(stage, "Your payment links: jane@example.com", reference)
    answer = await press(stage, found, "Cancel link")
    assert answer["text"] == "Cancel this payment link?"
    await press(stage, found, "Keep it")
    kept = await said(stage, "Your payment links: jane@example.com")
    assert not kept["keyboard"]
    typed = await stage.telegram(text)
    found = await said(stage, "Your payment links: jane@example.com", after=typed)
    await press(stage, found, "Cancel link")
    await press(stage, found, "Cancel link")
    await said(stage, "Cancelled. Checkout.com cannot take a link back")
    await said(stage, "Cancelled by Alice.")


async def test_a_search_leaves_the_sale_that_is_open_as_it_is(stage: Stage) -> None:
    await sold(stage)
    await stage.telegram("/paylink 20 EUR Chairs")
    for text in ("/paylink cancel jane@example.com", "/cancel jane@example.com", "/links jane", "/links 20"):
        typed = await stage.telegram(text)
        await said(stage, "ayment links", after=typed)
    summary = await said(stage, "New payment link: 20.00 EUR", "Chairs")
    await press(stage, summary, "Create link")
    await said(stage, "Waiting for payment of 20.00 EUR")


@pytest.mark.parametrize("text", ["100 EUR jane@example.com", "links jane@example.com 100 EUR"])
async def test_a_sale_stays_a_sale(stage: Stage, text: str) -> None:
    typed = await stage.telegram(f"/paylink {text}")
    await said(stage, "New payment link: 100.00 EUR", after=typed)


async def test_what_was_typed_of_its_end_needs_no_second_question(stage: Stage) -> None:
    await sold(stage)
    typed = await stage.telegram("/paylink extend jane@example.com 3d")
    found = await said(stage, "Your payment links: jane@example.com", after=typed)
    ((longer,),) = found["keyboard"]
    assert longer["text"].startswith("Extend until ")
    asked = await press(stage, found, longer["text"])
    assert asked["text"].startswith("Checkout.com cannot extend a link. Make a new one, payable until")
    assert len(await stage.provider_links()) == 1
    offered = (await said(stage, "Your payment links: jane@example.com", after=typed))["keyboard"]
    assert [row[0]["text"] for row in offered] == ["Make a new link", "Back"], "where a second tap lands"
    await press(stage, found, "Make a new link")
    await said(stage, "A new link is being made, payable until")
