"""What can be read of links: lists, why a link is said to be as it is, and its history."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation.orders import Order, read_order
from bot.links.events import record_fetched
from bot.money import Money
from bot.ports.chat import Sheet, Verb
from bot.ports.expectation import LinkKind
from bot.ports.model import Account, Closed, LinkState, Mode
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLinkState
from tests.fakes import START
from tests.unit.link_rig import END, ID
from tests.unit.managing_rig import CAROL, ManagingRig, text_of
from tests.unit.records import ACCOUNT, ALICE, AMOUNT, BOB, event


async def test_a_list_shows_everybody_their_own_and_an_administrator_all(able: ManagingRig) -> None:
    world = able.world
    await world.add_link(id="PL00000000000C", public_token="c", creator=CAROL, description=None)
    paid = {"state": LinkState.CLOSED, "closed": Closed.PAID}
    await world.add_link(id="PL00000000000P", public_token="p", **paid)
    shown = {
        (who.name, text): [
            found
            for found in (ID, "PL00000000000C", "PL00000000000P")
            if found in text_of(await able.asks(text, who))
        ]
        for who in (ALICE, CAROL, BOB)
        for text in ("list", "list open", "list paid", "list mine")
    }
    assert shown["Alice", "list"] == shown["Alice", "list mine"] == [ID, "PL00000000000P"]
    assert (shown["Alice", "list open"], shown["Alice", "list paid"]) == ([ID], ["PL00000000000P"])
    assert (shown["Carol", "list"], shown["Carol", "list paid"]) == (["PL00000000000C"], [])
    assert shown["Bob", "list"] == [ID, "PL00000000000C", "PL00000000000P"]
    assert shown["Bob", "list mine"] == []
    assert text_of(await able.asks("list paid", CAROL)).endswith("There are none.")


async def test_who_has_no_link_yet_is_told_how_to_make_one(able: ManagingRig) -> None:
    assert text_of(await able.asks("list", CAROL)).endswith("Invoice 12 to make one.")


async def test_a_long_list_says_that_it_is_cut(able: ManagingRig) -> None:
    for number in range(20):
        made = START - timedelta(hours=number)
        await able.world.add_link(id=f"PL{number:012}", public_token=str(number), created_at=made)
    answer = await able.asks("list")
    assert isinstance(answer, Sheet)
    assert (len(answer.parts[0]), answer.parts[1]) == (15, ("Only the newest 15 are shown.",))
    assert answer.parts[0][0].startswith((ID, "PL000000000000"))


@pytest.mark.parametrize("mode", Mode)
async def test_whatever_is_read_of_a_link_says_whether_its_account_moves_no_real_money(
    plain: ManagingRig, mode: Mode
) -> None:
    account = Account(ACCOUNT, "fakepay", mode)
    await plain.world.write(lambda tx: tx.accounts.put(account))
    for text, line in (
        ("list", "Waiting for payment of 49.90 EUR"),
        (f"why {ID}", "Waiting for payment of 49.90 EUR"),
        (f"history {ID}", "what has happened"),
    ):
        said = text_of(await plain.asks(text))
        assert (f"{line} (TEST)" in said, "TEST" in said) == (mode is Mode.TEST,) * 2, said


async def test_why_shows_each_event_each_object_and_when_it_is_asked_next(able: ManagingRig) -> None:
    await able.world.hear(event(K.PENDING), event(K.IGNORED, key="evt_x", provider_word="payment_odd"))
    await able.asks(f"extend {ID} 3d")
    await able.world.add_attempt(await able.shop.link(), 2, state=ProviderLinkState.ORPHAN, provider_id=None)
    said = text_of(await able.asks(f"why {ID}"))
    for words in (
        f"{ID}: Payment of 49.90 EUR under way",
        "We keep it open.",
        "Sat 21 Nov 2026, 10:00 CET: FakePay said payment_pending, in a signed webhook",
        "payment_odd",
        f"{ID}: not looked at yet. It can be paid until Sat 28 Nov 2026, 10:00 CET.",
        f"{ID}-2: it was asked for, and the answer was lost.",
        "FakePay is still to be asked to extend it.",
        "FakePay is asked next at Sat 21 Nov 2026, 10:00 CET.",
    ):
        assert words in said, said
    able.world.clock.advance(minutes=5)
    await able.shop.looks()
    seen = "at Sat 21 Nov 2026, 10:05 CET FakePay showed that it can be paid, until Tue 1 Dec 2026, 01:00 CET"
    assert seen in text_of(await able.asks(f"why {ID}"))


async def test_why_tells_what_was_fetched_from_what_was_sent(able: ManagingRig) -> None:
    able.shop.backend.payments["pay_1"] = (event(K.CAPTURED, provider_word="Captured"),)
    able.shop.backend.show(f"pl_{ID}", usable=False, received=True, payment_ids=("pay_1",))
    await able.asks(f"refresh {ID}")
    await able.shop.looks()
    said = text_of(await able.asks(f"why {ID}"))
    assert "FakePay showed Captured (49.90 EUR) when we asked" in said
    assert "showed that a payment has come; it takes no more" in said
    assert "We have closed it: it is paid." in said


async def test_why_says_of_what_was_switched_off_there_that_it_cannot_be_paid(able: ManagingRig) -> None:
    able.shop.backend.show(f"pl_{ID}", usable=False)
    await able.asks(f"refresh {ID}")
    await able.shop.looks()
    said = text_of(await able.asks(f"why {ID}"))
    assert "FakePay showed that it cannot be paid." in said
    assert "a payment has come" not in said


async def test_why_says_of_no_means_of_payment_that_it_was_a_payment(able: ManagingRig) -> None:
    asked_for_none = replace(await able.shop.link(), kind=LinkKind.SETUP, amount=Money(0, "EUR"))
    await able.world.write(lambda tx: tx.links.put(asked_for_none))
    able.shop.backend.payments["pay_1"] = (event(K.SAVED),)
    able.shop.backend.show(f"pl_{ID}", usable=False, received=True, payment_ids=("pay_1",))
    await able.asks(f"refresh {ID}")
    await able.shop.looks()
    said = text_of(await able.asks(f"why {ID}"))
    assert "showed that it has been used; it takes no more" in said
    assert "a payment has come" not in said


UNTIL = "Sat 28 Nov 2026, 10:00 CET"


@pytest.mark.parametrize("looks", [False, True])
@pytest.mark.parametrize("changes", [{}, *({"state": LinkState.CLOSED, "closed": why} for why in Closed)])
async def test_why_never_says_of_what_is_paid_or_closed_that_it_can_be_paid(
    plain: ManagingRig, changes: dict[str, Any], *, looks: bool
) -> None:
    if looks:
        await plain.asks(f"refresh {ID}")
        await plain.shop.looks()
    await plain.world.hear(event(K.CAPTURED))
    closed = replace(await plain.shop.link(), **changes)
    await plain.world.write(lambda tx: tx.links.put(closed))
    told = text_of(await plain.asks(f"why {ID}"))
    assert "can be paid" not in told
    assert "not looked at" not in told
    assert ("still showed it open" if looks else "no customer is sent there any more") in told


async def test_nor_of_what_is_in_somebodys_hands(plain: ManagingRig) -> None:
    await plain.world.hear(event(K.AUTHORISED))
    assert (await plain.shop.link()).state is LinkState.OPEN
    told = text_of(await plain.asks(f"why {ID}"))
    assert "can be paid" not in told
    assert "no customer is sent there any more" in told


async def test_nor_of_an_object_that_another_has_taken_the_place_of(plain: ManagingRig) -> None:
    (first,) = await plain.world.read(lambda tx: tx.provider_links.of(ID))
    await plain.world.write(lambda tx: tx.provider_links.put(replace(first, state=ProviderLinkState.CLOSED)))
    fresh = await plain.world.add_attempt(await plain.shop.link(), attempt=2)
    told = text_of(await plain.asks(f"why {ID}"))
    assert f"{first.reference}: no customer is sent there any more." in told
    assert f"{fresh.reference}: not looked at yet. It can be paid until {UNTIL}." in told


async def test_why_says_of_a_use_that_is_left_until_when_it_can_be_paid_and_no_more(
    plain: ManagingRig,
) -> None:
    many = await plain.world.add_link(id="PL00000000000U", public_token="u", uses=3)
    made = await plain.world.add_attempt(many)
    fetched = event(K.CAPTURED, "pay_u", reference=many.id)
    await plain.world.write(
        lambda tx: record_fetched(tx, many.account_id, fetched, many, plain.world.clock.now())
    )
    told = text_of(await plain.asks(f"why {many.id}"))
    assert "when we asked" in told
    assert f"{made.reference}: it can be paid until {UNTIL}." in told


@pytest.mark.parametrize("uses", [1, 3])
@pytest.mark.parametrize("come", [K.CAPTURED, K.AUTHORISED, K.CAPTURE_FAILED, K.VOIDED, K.PENDING])
async def test_why_says_of_no_link_that_ran_out_that_nobody_paid_it_where_somebody_has(
    plain: ManagingRig, uses: int, come: K
) -> None:
    over = replace(await plain.shop.link(), state=LinkState.CLOSED, closed=Closed.EXPIRED, uses=uses)
    await plain.world.write(lambda tx: tx.links.put(over))
    await plain.world.hear(event(K.DECLINED, "pay_0"))
    assert "its time is over, and FakePay shows no payment." in text_of(await plain.asks(f"why {ID}"))
    await plain.world.hear(event(come, occurred_at=over.expires_at + timedelta(hours=1)))
    assert "We have closed it: its time is over." in text_of(await plain.asks(f"why {ID}"))


async def test_history_tells_who_did_what_and_what_came_of_the_money_in_order(able: ManagingRig) -> None:
    await able.asks(f"refresh {ID}", BOB)
    able.world.clock.advance(minutes=5)
    await able.world.hear(
        event(K.DECLINED), event(K.CAPTURED, "pay_2", occurred_at=START + timedelta(minutes=9))
    )
    answer = await able.asks(f"history {ID}")
    assert isinstance(answer, Sheet)
    assert [line.partition(": ")[2] for line in answer.parts[0]] == [
        "Bob had FakePay asked again",
        "a payment attempt failed",
        "the money was taken: 49.90 EUR",
    ]


async def test_a_payment_that_was_sent_and_fetched_is_told_once_and_before_its_refund(
    able: ManagingRig,
) -> None:
    later = START + timedelta(minutes=9)
    await able.world.hear(
        event(K.CAPTURED), event(K.REFUNDED, amounts={K.REFUNDED: AMOUNT}, occurred_at=later)
    )
    captured, refunded = (
        event(
            kind, key=f"fetched:{kind}", provider_word=f"is_{kind}", amounts={kind: AMOUNT}, occurred_at=START
        )
        for kind in (K.CAPTURED, K.REFUNDED)
    )
    able.shop.backend.payments["pay_1"] = (refunded, captured)
    able.shop.backend.show(f"pl_{ID}", usable=False, received=True, payment_ids=("pay_1",))
    await able.asks(f"refresh {ID}")
    await able.shop.looks()
    said = text_of(await able.asks(f"history {ID}")).splitlines()
    assert [line.partition(": ")[2] for line in said if "EUR" in line] == [
        "the money was taken: 49.90 EUR",
        "refunded: 49.90 EUR",
    ]
    why = text_of(await able.asks(f"why {ID}"))
    words = [
        why.index(word) for word in ("payment_captured", "is_captured", "payment_refunded", "is_refunded")
    ]
    assert max(words[:2]) < min(words[2:])


async def test_each_use_of_a_link_is_told_also_where_they_come_under_one_id(able: ManagingRig) -> None:
    many = await able.world.add_link(id="PL00000000000U", public_token="u", uses=3)
    await able.world.add_attempt(many)
    uses = [event(K.CAPTURED, "pl_u", key=f"evt_{use}", use=use, reference=many.id) for use in ("u1", "u2")]
    await able.world.hear(*uses)
    told = text_of(await able.asks(f"history {many.id}"))
    assert told.count("the money was taken: 49.90 EUR") == 2


async def test_no_sheet_is_longer_than_a_message(able: ManagingRig) -> None:
    for number in range(40):
        word = f"payment_{'🧁' * 100}"
        await able.world.hear(event(K.DECLINED, f"pay_{number}", key=f"evt_{number}", provider_word=word))
        await able.world.add_attempt(await able.shop.link(), number + 2)
    for verb in ("why", "history"):
        text = text_of(await able.asks(f"{verb} {ID}"))
        assert len(text.encode("utf-16-le")) // 2 <= 4096
        assert "(30 more before these)" in text
    assert END > START
    assert Order(Verb.WHY) == read_order("why")
