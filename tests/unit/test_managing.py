"""What is answered to an order: done, refused, asked about, or something to read; to each what they may."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.managing import Managing
from bot.conversation.orders import Order, Verb, from_button, read_order
from bot.errors import NothingOpen, NotYours
from bot.links import ledger
from bot.money import Money
from bot.ports.backend import Feature
from bot.ports.chat import Act, Answer, Card, Question, Sheet, Sure, Told, Wanted
from bot.ports.expectation import LinkKind
from bot.ports.model import Account, Closed, LinkState, Mode, Person
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLinkState
from bot.texts import Texts
from tests.fakes import START
from tests.unit.records import ACCOUNT, ALICE, AMOUNT, BOB, event
from tests.unit.workshop import END, ID, PAUSES, Workshop
from tests.unit.world import World

CAROL = Person("slack", "U0CAROL", "T1", "Carol")
ALL = (*PAUSES, Feature.EXTEND, Feature.EDIT)
BERLIN = ZoneInfo("Europe/Berlin")


class Counter:
    """Where people ask."""

    def __init__(self, shop: Workshop, *, ours: bool = False) -> None:
        self.shop, self.world = shop, shop.world
        self.managing = Managing(shop.acts, Texts("en"), BERLIN, ours=ours)

    async def asks(self, text: str, person: Person = ALICE, *, sure: bool = False) -> Answer:
        order = read_order(text)
        assert order is not None, text
        return await self.world.write(lambda tx: self.managing.order(tx, person, order, sure=sure))

    async def presses(self, argument: str, person: Person = ALICE) -> Answer:
        order, sure = from_button(ID, argument)
        return await self.world.write(lambda tx: self.managing.order(tx, person, order, sure=sure))

    async def menu(self, person: Person = ALICE) -> Card:
        return await self.world.write(lambda tx: self.managing.menu(tx, person, ID))


@pytest.fixture
async def able(world: World) -> Counter:
    return Counter(await Workshop.begin(world, *ALL))


@pytest.fixture
async def plain(world: World) -> Counter:
    return Counter(await Workshop.begin(world))


def text_of(answer: Answer) -> str:
    match answer:
        case Told() | Question():
            return answer.text
        case Sheet():
            return "\n".join([answer.headline, *(line for part in answer.parts for line in part)])
        case Wanted():
            return "\n".join([answer.problem, *answer.notes, answer.question])


def offered(card: Card) -> list[str]:
    return [button.argument for row in card.buttons for button in row]


async def test_what_is_no_real_money_is_marked_wherever_it_is_managed(able: Counter) -> None:
    mark = "TEST: no real money moves"
    assert mark in (await able.menu()).notes
    for order in ("extend", "edit"):
        assert mark in text_of(await able.asks(f"{order} {ID}"))
    live = Account(ACCOUNT, "fakepay", Mode.LIVE, "FAKEPAY")
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
async def test_what_has_its_amount_is_told_where_to_put_it(plain: Counter, text: str, way_out: str) -> None:
    told = text_of(await plain.asks(text.format(id=ID)))
    assert told.startswith(f"This names a payment link ({ID}), so no new one is begun.")
    assert told.endswith(way_out)
    assert read_order(f"49 EUR jane {ID}") is None, "then it is one"


@pytest.mark.parametrize("text", ["cancle {id}", "{low}", "charge {id} 10 EUR"])
async def test_a_word_that_is_no_verb_is_answered_with_the_verbs(plain: Counter, text: str) -> None:
    told = text_of(await plain.asks(text.format(id=ID, low=ID.lower())))
    assert f"This names a payment link ({ID}), so no new one is begun." in told
    assert [verb for verb in (*Verb, "status") if verb is not Verb.LIST and verb not in told] == []


async def test_a_refund_is_made_at_the_backend_of_the_link_which_only_its_people_are_told(
    plain: Counter,
) -> None:
    told = text_of(await plain.asks(f"refund {ID} 10 EUR"))
    assert told.startswith("Refunds are made at FakePay, not here; the thread tells it then. This names")
    for text, person in ((f"refund {ID}", CAROL), ("refund PLZZZZZZZZZZZZ", ALICE)):
        assert text_of(await plain.asks(text, person)).startswith("Refunds are made at the payment backend")


async def test_a_refund_of_no_link_in_particular_is_told_where_it_is_made(plain: Counter) -> None:
    assert text_of(await plain.asks("refund")) == (
        "Refunds are made at the payment backend, not here; the thread tells it then. "
        "To ask for money, begin with the amount, then the rest."
    )


@pytest.mark.parametrize("text", ["list foo", "links of chairs", f"list {ID}"])
async def test_a_list_of_something_else_says_which_lists_there_are(plain: Counter, text: str) -> None:
    assert text_of(await plain.asks(text)).startswith("Type /paylink list, list open, list paid or list mine")


async def test_the_menu_offers_what_can_work_now_and_nothing_else(able: Counter) -> None:
    before = ["cancel", "pause", "extend", "edit", "resend", "refresh", "history", "why"]
    assert offered(await able.menu()) == before
    assert await able.presses("pause") == Told("Paused.", done=True)
    assert offered(await able.menu()) == ["cancel", "resume", "refresh", "history", "why"]
    assert (await able.menu()).headline == "Paused: 49.90 EUR"


async def test_what_is_taken_back_is_cancelled_and_nothing_else_is_said(able: Counter) -> None:
    assert await able.asks(f"cancel {ID}") == Told("Cancelled.", done=True)


@pytest.mark.parametrize("sure", [True, False])
async def test_what_cannot_be_taken_back_says_until_when_it_can_be_paid(plain: Counter, sure: bool) -> None:  # noqa: FBT001
    still = "FakePay cannot take a link back: who has it can pay until Sat 28 Nov 2026, 10:00 CET."
    assert await plain.asks(f"cancel {ID}", sure=sure) == Told(f"Cancelled. {still} You will be told.")


async def test_an_address_of_ours_leads_to_what_is_made_anew_and_nowhere_after_a_cancellation(
    world: World,
) -> None:
    plain = Counter(await Workshop.begin(world), ours=True)
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


async def test_cancelling_asks_first(able: Counter) -> None:
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
    plain: Counter, order: str, words: str
) -> None:
    answer = await plain.asks(f"{order} {ID}")
    assert isinstance(answer, Told)
    assert (words in answer.text, answer.done) == (True, False)
    assert "FakePay" in answer.text or order == "resume"
    assert not {"pause", "edit", "resume"} & set(offered(await plain.menu()))


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("3d", "Tue 1 Dec 2026, 10:00 CET"),
        ("by 1 week", "Sat 5 Dec 2026, 10:00 CET"),
        ("until 2026-12-31", "Thu 31 Dec 2026, 23:59 CET"),
        ("2026-12-05T09:00:00+00:00", "Sat 5 Dec 2026, 10:00 CET"),
    ],
)
async def test_a_duration_is_added_to_the_present_end_and_a_date_is_a_date(
    able: Counter, typed: str, until: str
) -> None:
    assert text_of(await able.asks(f"extend {ID} {typed}")) == (
        f"FakePay is asked to extend it until {until}. The thread says when it is done."
    )


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("soon", "cannot read this date"),
        ("2026-11-23", "until Sat 28 Nov 2026, 10:00 CET already"),
        ("2026-11-28T09:00:29+00:00", "until Sat 28 Nov 2026, 10:00 CET already"),
        ("2026-11-01", "over already"),
        ("90d", "60 days at most"),
        ("03/04", "can mean two days"),
    ],
)
async def test_an_end_that_cannot_be_is_explained_and_asked_for_again(
    able: Counter, typed: str, problem: str
) -> None:
    answer = await able.asks(f"extend {ID} {typed}")
    assert isinstance(answer, Wanted)
    assert problem in answer.problem
    assert (await able.shop.objects())[0].owed == {}


async def test_an_extension_without_a_date_offers_some(able: Counter) -> None:
    answer = await able.asks(f"extend {ID}")
    assert isinstance(answer, Wanted)
    assert [pick.label.partition(":")[0] for pick in answer.picks] == ["+1d", "+3d", "+7d", "+30d"]
    assert answer.picks[0].label == "+1d: Sun 29 Nov 2026, 10:00 CET"
    assert "until Sat 28 Nov 2026, 10:00 CET now" in answer.notes[0]
    able.world.clock.advance(days=-30)
    longest = await able.asks(f"extend {ID}")
    assert isinstance(longest, Wanted)
    assert len(longest.picks) == 3, "FakePay keeps links for 60 days at most"


@pytest.mark.parametrize("typed", ["+3d", "3d", "by 3 days", "de 3 jours"])
async def test_how_much_longer_can_be_typed_as_the_buttons_say_it(able: Counter, typed: str) -> None:
    told = text_of(await able.asks(f"extend {ID} {typed}"))
    assert "until Tue 1 Dec 2026, 10:00 CET" in told


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("jusqu'au 31 décembre", "Thu 31 Dec 2026, 23:59 CET"),
        ("jusqu'au 4 décembre 17h30", "Fri 4 Dec 2026, 17:30 CET"),
        ("2026-12-31T10:00:00+01:00", "Thu 31 Dec 2026, 10:00 CET"),
    ],
)
async def test_a_new_end_can_be_typed_in_french(able: Counter, typed: str, until: str) -> None:
    assert until in text_of(await able.asks(f"extend {ID} {typed}"))


async def test_a_pick_that_is_pressed_twice_means_the_end_that_stands_on_it(world: World) -> None:
    plain = Counter(await Workshop.begin(world, Feature.CANCEL, ends=False))
    answer = await plain.asks(f"extend {ID}")
    assert isinstance(answer, Wanted)
    pick = answer.picks[1]
    for _ in range(2):
        await plain.presses(pick.argument)
    until = (await plain.shop.link()).expires_at
    assert until == END + timedelta(days=3)
    assert pick.label == f"+3d: {Texts('en').moment(until, BERLIN)}"


async def test_what_comes_out_otherwise_than_it_was_asked_for_is_asked_about_first(plain: Counter) -> None:
    question = await plain.asks(f"extend {ID} 3d")
    assert isinstance(question, Question)
    for words in ("FakePay cannot extend a link", "until Tue 1 Dec 2026", "until Sat 28 Nov 2026"):
        assert words in question.text
    assert (await plain.shop.link()).state is LinkState.OPEN
    assert "new link" in text_of(await plain.presses(question.yes.argument))
    assert (await plain.shop.link()).state is LinkState.CREATING
    assert "still being created" in text_of(await plain.presses(question.yes.argument))


async def test_what_it_is_for_is_asked_for_where_it_is_missing_or_too_long(able: Counter) -> None:
    asked = await able.asks(f"edit {ID}")
    assert isinstance(asked, Wanted)
    assert (asked.initial, asked.problem) == ("Invoice 12", "")
    long = await able.asks(f"edit {ID} {'x' * 101}")
    assert isinstance(long, Wanted)
    assert "At most 100 characters" in long.problem
    assert isinstance(await able.asks(f"edit {ID} {'x' * 100}"), Told)


async def test_an_order_without_its_link_says_how_to_name_it(able: Counter) -> None:
    assert text_of(await able.asks("cancel")) == "Which link? Type /paylink cancel and its reference (PL...)."


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.LIST])
async def test_others_may_neither_do_nor_read_anything(able: Counter, verb: Verb) -> None:
    with pytest.raises(NotYours):
        await able.asks(f"{verb} {ID}", CAROL)
    with pytest.raises(NotYours):
        await able.menu(CAROL)
    with pytest.raises(NothingOpen):
        await able.asks(f"{verb} PL000000000000")


async def test_a_list_shows_everybody_their_own_and_an_administrator_all(able: Counter) -> None:
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
    assert "There are none." in text_of(await able.asks("list paid", CAROL))


async def test_a_long_list_says_that_it_is_cut(able: Counter) -> None:
    for number in range(20):
        made = START - timedelta(hours=number)
        await able.world.add_link(id=f"PL{number:012}", public_token=str(number), created_at=made)
    answer = await able.asks("list")
    assert isinstance(answer, Sheet)
    assert (len(answer.parts[0]), answer.parts[1]) == (15, ("Only the newest 15 are shown.",))
    assert answer.parts[0][0].startswith((ID, "PL000000000000"))


@pytest.mark.parametrize("mode", Mode)
async def test_whatever_is_read_of_a_link_says_whether_its_account_moves_no_real_money(
    plain: Counter, mode: Mode
) -> None:
    account = Account(ACCOUNT, "fakepay", mode, "PAYLINK_FAKEPAY_")
    await plain.world.write(lambda tx: tx.accounts.put(account))
    for text, line in (
        ("list", "Waiting for payment of 49.90 EUR"),
        (f"why {ID}", "Waiting for payment of 49.90 EUR"),
        (f"history {ID}", "what has happened"),
    ):
        said = text_of(await plain.asks(text))
        assert (f"{line} (TEST)" in said, "TEST" in said) == (mode is Mode.TEST,) * 2, said


async def test_why_shows_each_event_each_object_and_when_it_is_asked_next(able: Counter) -> None:
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
    await able.shop.looks()
    assert "showed that it can be paid, until Tue 1 Dec 2026, 01:00 CET" in text_of(
        await able.asks(f"why {ID}")
    )


async def test_why_tells_what_was_fetched_from_what_was_sent(able: Counter) -> None:
    able.shop.backend.payments["pay_1"] = (event(K.CAPTURED, provider_word="Captured"),)
    able.shop.backend.show(f"pl_{ID}", usable=False, received=True, payment_ids=("pay_1",))
    await able.asks(f"refresh {ID}")
    await able.shop.looks()
    said = text_of(await able.asks(f"why {ID}"))
    assert "FakePay showed Captured (49.90 EUR) when we asked" in said
    assert "showed that a payment has come; it takes no more" in said
    assert "We have closed it: it is paid." in said


async def test_why_says_of_no_means_of_payment_that_it_was_a_payment(able: Counter) -> None:
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
    plain: Counter, changes: dict[str, Any], *, looks: bool
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


async def test_nor_of_what_is_in_somebodys_hands(plain: Counter) -> None:
    await plain.world.hear(event(K.AUTHORISED))
    assert (await plain.shop.link()).state is LinkState.OPEN
    told = text_of(await plain.asks(f"why {ID}"))
    assert "can be paid" not in told
    assert "no customer is sent there any more" in told


async def test_nor_of_an_object_that_another_has_taken_the_place_of(plain: Counter) -> None:
    (first,) = await plain.world.read(lambda tx: tx.provider_links.of(ID))
    await plain.world.write(lambda tx: tx.provider_links.put(replace(first, state=ProviderLinkState.CLOSED)))
    fresh = await plain.world.add_attempt(await plain.shop.link(), attempt=2)
    told = text_of(await plain.asks(f"why {ID}"))
    assert f"{first.reference}: no customer is sent there any more." in told
    assert f"{fresh.reference}: not looked at yet. It can be paid until {UNTIL}." in told


async def test_why_says_of_a_use_that_is_left_until_when_it_can_be_paid_and_no_more(plain: Counter) -> None:
    many = await plain.world.add_link(id="PL00000000000U", public_token="u", uses=3)
    made = await plain.world.add_attempt(many)
    fetched = event(K.CAPTURED, "pay_u", reference=many.id)
    await plain.world.write(
        lambda tx: ledger.record_fetched(tx, many.account_id, fetched, many, plain.world.clock.now())
    )
    told = text_of(await plain.asks(f"why {many.id}"))
    assert "when we asked" in told
    assert f"{made.reference}: it can be paid until {UNTIL}." in told


@pytest.mark.parametrize("uses", [1, 3])
@pytest.mark.parametrize("come", [K.CAPTURED, K.AUTHORISED, K.CAPTURE_FAILED, K.VOIDED, K.PENDING])
async def test_why_says_of_no_link_that_ran_out_that_nobody_paid_it_where_somebody_has(
    plain: Counter, uses: int, come: K
) -> None:
    over = replace(await plain.shop.link(), state=LinkState.CLOSED, closed=Closed.EXPIRED, uses=uses)
    await plain.world.write(lambda tx: tx.links.put(over))
    await plain.world.hear(event(K.DECLINED, "pay_0"))
    assert "its time is over, and FakePay shows no payment." in text_of(await plain.asks(f"why {ID}"))
    await plain.world.hear(event(come, occurred_at=over.expires_at + timedelta(hours=1)))
    assert "We have closed it: its time is over." in text_of(await plain.asks(f"why {ID}"))


async def test_history_tells_who_did_what_and_what_came_of_the_money_in_order(able: Counter) -> None:
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


async def test_a_payment_that_was_sent_and_fetched_is_told_once_and_before_its_refund(able: Counter) -> None:
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


async def test_each_use_of_a_link_is_told_also_where_they_come_under_one_id(able: Counter) -> None:
    many = await able.world.add_link(id="PL00000000000U", public_token="u", uses=3)
    await able.world.add_attempt(many)
    uses = [event(K.CAPTURED, "pl_u", key=f"evt_{use}", use=use, reference=many.id) for use in ("u1", "u2")]
    await able.world.hear(*uses)
    told = text_of(await able.asks(f"history {many.id}"))
    assert told.count("the money was taken: 49.90 EUR") == 2


async def test_no_sheet_is_longer_than_a_message(able: Counter) -> None:
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
