"""What is answered to an order: done, refused, or asked about; to each person what they may."""

from dataclasses import replace

import pytest

from bot.conversation.orders import read_order
from bot.errors import NothingOpen, NotYours
from bot.links.acts import Acts
from bot.ports.chat import Act, Card, Sure, Told, Verb, Wanted
from bot.ports.model import Account, Mode
from tests.unit.link_rig import ID, LinkRig
from tests.unit.managing_rig import CAROL, ManagingRig, text_of
from tests.unit.records import ACCOUNT, ALICE
from tests.unit.world import World


def offered(card: Card) -> list[str]:
    return [button.argument for row in card.buttons for button in row]


async def test_what_is_no_real_money_is_marked_wherever_it_is_managed(able: ManagingRig) -> None:
    mark = "TEST: no real money moves"
    assert mark in (await able.menu()).notes
    for order in ("extend", "edit"):
        assert mark in text_of(await able.asks(f"{order} {ID}"))
    live = Account(ACCOUNT, "fakepay", Mode.LIVE)
    await able.world.write(lambda tx: tx.accounts.put(live))
    assert (await able.menu()).notes == ()


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("jane 49 EUR {id}", "To ask for money, begin with the amount: 49 EUR, then the rest."),
        ("{id} new 49.90 EUR, jane", "To ask for money, begin with the amount: 49.90 EUR, then the rest."),
        ("for {id} $5 or 6 EUR", "To ask for money, begin with the amount, then the rest."),
        ("jane 49 {id}", "To ask for money, begin with the amount, then the rest."),
    ],
)
async def test_what_has_its_amount_is_told_where_to_put_it(
    plain: ManagingRig, text: str, way_out: str
) -> None:
    told = text_of(await plain.asks(text.format(id=ID)))
    assert told.startswith(f"This names a payment link ({ID}), so no new one is begun.")
    assert told.endswith(way_out)
    assert read_order(f"49 EUR jane {ID}") is None, "then it is one"


@pytest.mark.parametrize("text", ["cancle {id}", "{low}", "charge {id} 10 EUR"])
async def test_a_word_that_is_no_verb_is_answered_with_the_verbs(plain: ManagingRig, text: str) -> None:
    told = text_of(await plain.asks(text.format(id=ID, low=ID.lower())))
    assert f"This names a payment link ({ID}), so no new one is begun." in told
    assert [verb for verb in (*Verb, "status") if verb is not Verb.LIST and verb not in told] == []


@pytest.mark.parametrize(
    "text", ["cancel {id} {other}", "please pause {id}, {other}", "cancel {id} and {other}"]
)
async def test_of_several_links_each_is_managed_by_itself(plain: ManagingRig, text: str) -> None:
    told = text_of(await plain.asks(text.format(id=ID, other="PLZZZZZZZZZZZZ")))
    assert told == f"One link at a time, please: type it with {ID} first, then with the next."
    assert "OPEN" in (await plain.world.link(ID)).state.name


async def test_a_refund_is_made_at_the_backend_of_the_link_which_only_its_people_are_told(
    plain: ManagingRig,
) -> None:
    told = text_of(await plain.asks(f"refund {ID} 10 EUR"))
    assert told.startswith("Refunds are made at FakePay, not here; the thread tells it then. This names")
    for text, person in ((f"refund {ID}", CAROL), ("refund PLZZZZZZZZZZZZ", ALICE)):
        assert text_of(await plain.asks(text, person)).startswith("Refunds are made at the payment backend")


async def test_no_news_of_a_refund_is_promised_where_the_backend_reports_none(world: World) -> None:
    shop = await LinkRig.begin(world)
    silent = replace(shop.backend.info, tells_refunds=False)
    shop.acts = Acts(set(), world.clock, lambda _: silent)
    told = text_of(await ManagingRig(shop).asks(f"refund {ID} 10 EUR"))
    assert told.startswith("Refunds are made at FakePay, not here. FakePay does not report them,")


async def test_a_refund_of_no_link_in_particular_is_told_where_it_is_made(plain: ManagingRig) -> None:
    assert text_of(await plain.asks("refund")) == (
        "Refunds are made at the payment backend, not here; the thread tells it once the backend reports it. "
        "To ask for money, begin with the amount, then the rest."
    )


async def test_the_menu_offers_what_can_work_now_and_nothing_else(able: ManagingRig) -> None:
    before = ["cancel", "pause", "extend", "edit", "resend", "refresh", "history", "why"]
    assert offered(await able.menu()) == before
    assert await able.presses("pause") == Told(
        "FakePay is asked to take it back. The thread says when it is done.", done=True
    )
    assert offered(await able.menu()) == ["cancel", "resume", "refresh", "history", "why"]
    assert (await able.menu()).headline == "Paused: 49.90 EUR"


async def test_what_is_taken_back_is_cancelled_and_nothing_else_is_said(able: ManagingRig) -> None:
    assert await able.asks(f"cancel {ID}") == Told("Cancelled.", done=True)


@pytest.mark.parametrize("sure", [True, False])
async def test_what_cannot_be_taken_back_says_until_when_it_can_be_paid(
    plain: ManagingRig,
    sure: bool,  # noqa: FBT001
) -> None:
    still = "FakePay cannot take a link back: who has it can pay until Sat 28 Nov 2026, 10:00 CET."
    assert await plain.asks(f"cancel {ID}", sure=sure) == Told(f"Cancelled. {still} You will be told.")


async def test_an_address_of_ours_leads_to_what_is_made_anew_and_nowhere_after_a_cancellation(
    world: World,
) -> None:
    plain = ManagingRig(await LinkRig.begin(world), ours=True)
    words = {
        f"extend {ID} 3d": "address leads to it; pages opened before can be paid",
        f"extend {ID}": "leads to the new one. Who has opened the payment page already can pay there",
    }
    for order, said in words.items():
        told = text_of(await plain.asks(order))
        assert "stays payable" not in told
        assert f"{said} until Sat 28 Nov 2026, 10:00 CET." in told
    told = text_of(await plain.asks(f"cancel {ID}"))
    assert "who has opened its payment page already can pay until Sat 28 Nov 2026, 10:00 CET." in told


async def test_cancelling_asks_first(able: ManagingRig) -> None:
    (cancel, *others) = [button for row in (await able.menu()).buttons for button in row]
    assert cancel.sure == Sure("Cancel this payment link?", "Cancel link", "Keep it")
    assert {button.sure for button in others} == {None}
    assert {button.act for button in (cancel, *others)} == {Act.MANAGE}


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("pause", "cannot be paused"),
        ("edit", "cannot change what a link is for"),
        ("resume", "not paused"),
    ],
)
async def test_what_the_backend_cannot_do_is_said_in_plain_words_when_it_is_typed(
    plain: ManagingRig, order: str, words: str
) -> None:
    answer = await plain.asks(f"{order} {ID}")
    assert isinstance(answer, Told)
    assert (words in answer.text, answer.done) == (True, False)
    assert "FakePay" in answer.text or order == "resume"
    assert not {"pause", "edit", "resume"} & set(offered(await plain.menu()))


async def test_what_it_is_for_is_asked_for_where_it_is_missing_or_too_long(able: ManagingRig) -> None:
    asked = await able.asks(f"edit {ID}")
    assert isinstance(asked, Wanted)
    assert (asked.initial, asked.problem) == ("Invoice 12", "")
    long = await able.asks(f"edit {ID} {'x' * 101}")
    assert isinstance(long, Wanted)
    assert "At most 100 characters" in long.problem
    assert isinstance(await able.asks(f"edit {ID} {'x' * 100}"), Told)


async def test_an_order_without_its_link_says_how_to_name_it(able: ManagingRig) -> None:
    assert text_of(await able.asks("cancel")) == "Which link? Type /paylink cancel and its reference (PL...)."


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.LIST])
async def test_others_may_neither_do_nor_read_anything(able: ManagingRig, verb: Verb) -> None:
    with pytest.raises(NotYours):
        await able.asks(f"{verb} {ID}", CAROL)
    with pytest.raises(NotYours):
        await able.menu(CAROL)
    with pytest.raises(NothingOpen):
        await able.asks(f"{verb} PL000000000000")
