"""What the card of a link shows, to whom, and which buttons fit; without markup, which is the chat's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import cards, replies
from bot.delivery.audience import Audience
from bot.delivery.cards import Shown
from bot.delivery.masks import masked_email
from bot.links.lifecycle import Headline
from bot.links.possible import Remains
from bot.money import Money
from bot.ports.chat import Act, Card, Sure, Tone
from bot.ports.expectation import LinkKind
from bot.ports.model import (
    Closed,
    Customer,
    Destination,
    Link,
    LinkState,
    Mode,
    Payment,
    Reach,
)
from bot.ports.model import EventKind as K
from bot.texts.harmless import harmless
from tests.fakes import START
from tests.unit.headlines import (
    CLOSED_AS,
    CREATING,
    DECLINED,
    HEADLINES,
    MADE,
    PAID,
    PUBLIC,
    THREE,
    URL,
    payment,
)
from tests.unit.records import ALICE, SALES, link
from tests.unit.talking import acts, buttons

PRIVATE = replace(PUBLIC, private=True)
TESTING = replace(PUBLIC, mode=Mode.TEST)
HOSTILE = "<!channel> *b* _i_ `c` {amount} {0} {} %s <b>&amp; [x](http://e.vil) \u202e"


def drawn(of: Link, audience: Audience = PUBLIC, *payments: Payment, made: bool = True) -> Card:
    return cards.link_card(audience, of, Shown(MADE if made else None, payments, "FakePay"))


def desk(of: Link, audience: Audience = PRIVATE, reach: Reach = Reach.OPEN) -> Card:
    return cards.desk_card(audience, of, Shown(MADE, (), "FakePay"), Destination(1, SALES, "en", reach=reach))


def everything(card: Card) -> str:
    return "\n".join([card.headline, *map(" ".join, card.rows), *card.notes, card.ask or ""])


def test_a_customer_is_masked_where_others_read_along() -> None:
    shown = everything(drawn(link(customer=Customer("Jane Doe", "jane@example.com", "+491712345678"))))
    assert "j…@example.com +49…78" in shown.replace("\N{WORD JOINER}", "")
    for hidden in ("jane@", "Jane Doe", "1712345"):
        assert hidden not in shown


def test_a_customer_is_shown_in_full_to_the_creator_alone() -> None:
    assert ("Customer", "Jane Doe jane@example.com") in drawn(link(), PRIVATE).rows
    assert ("Customer", "Jane Doe jane@example.com") in desk(link()).rows


@pytest.mark.parametrize(
    "known", [Customer(name="Jane"), Customer(email="jane@example.com"), Customer(phone="+491712345678")]
)
def test_whatever_is_known_of_a_customer_can_be_shown_where_it_is_masked(known: Customer) -> None:
    offered = ["reveal" in acts(drawn(link(customer=known), audience)) for audience in (PUBLIC, PRIVATE)]
    assert offered == [True, False]


@given(st.emails())
def test_masking_keeps_the_first_letter_and_the_domain_only(email: str) -> None:
    name, _, domain = email.rpartition("@")
    assert masked_email(email) == f"{name[0]}…@{domain}"


def test_a_customer_of_whom_nothing_is_known_takes_no_row_and_is_not_to_be_revealed() -> None:
    card = drawn(link(customer=Customer(country="DE")))
    assert "Customer" not in dict(card.rows)
    assert "reveal" not in acts(card)


@pytest.mark.parametrize("of", [link(), CREATING, *CLOSED_AS.values()])
def test_test_mode_is_shown_on_every_card_and_only_there(of: Link) -> None:
    for audience, shown in ((TESTING, True), (PUBLIC, False)):
        for card in (drawn(of, audience), desk(of, audience), desk(of, audience, Reach.UNINVITED)):
            assert any("TEST" in note for note in card.notes) is shown


def test_an_open_link_shows_its_address_and_expiry_with_time_zone() -> None:
    card = drawn(link(own_reference="INV-13"))
    rows = dict(card.rows)
    assert (rows["Amount"], rows["Link"], rows["For"]) == ("49.90 EUR", URL, "Invoice 12")
    assert (rows["Reference"], rows["Your reference"]) == ("PL0123456789AB", "INV-13")
    assert rows["Expires"] == "Sat 28 Nov 2026, 10:00 CET"
    assert acts(card) == [URL, URL, "withdraw", "reveal", "manage"]
    assert [button.label for button in buttons(card) if button.primary] == ["Open link"]


def test_a_link_that_is_not_payable_again_yet_offers_no_address() -> None:
    card = drawn(link(), made=False)
    assert (acts(card), "Link" in dict(card.rows)) == (["reveal", "manage"], False)


def test_cancelling_asks_first() -> None:
    (withdraw,) = [button for button in buttons(drawn(link())) if button.act is Act.WITHDRAW]
    assert withdraw.sure == Sure("Cancel this payment link?", "Cancel link", "Keep it")


@pytest.mark.parametrize("one_of_many", [True, False])
def test_it_is_said_which_account_it_is_only_where_there_are_others(*, one_of_many: bool) -> None:
    card = cards.link_card(PUBLIC, link(), Shown(MADE, (), "FakePay (eu)", one_of_many=one_of_many))
    assert (dict(card.rows).get("Paid through") == "FakePay (eu)") is one_of_many


def test_the_backends_own_expiry_is_shown_where_it_names_one() -> None:
    made = replace(MADE, expires_on=START + timedelta(days=1))
    card = cards.link_card(PUBLIC, link(), Shown(made, (), "FakePay"))
    assert dict(card.rows)["Expires"].startswith("Sun 22 Nov 2026")


PAYABLE = {Headline.OPEN, Headline.PENDING, Headline.USES, Headline.TIMES} | {
    *(Headline.SOME_DIFFERENT, Headline.SOME_UNCONFIRMED)
}


@pytest.mark.parametrize("headline", HEADLINES)
def test_an_address_and_its_buttons_are_there_only_while_it_can_be_paid(headline: Headline) -> None:
    of, payments, _, _ = HEADLINES[headline]
    card, payable = drawn(of, PUBLIC, *payments), headline in PAYABLE
    offered = {URL, "withdraw"} & {*acts(card), dict(card.rows).get("Link")}
    assert offered == ({URL, "withdraw"} if payable else set())
    assert ("Expires" in dict(card.rows)) is payable
    assert ("again" in acts(card)) is (headline in {Headline.FAILED, Headline.EXPIRED, Headline.CANCELLED})


def test_a_link_with_a_declined_attempt_can_still_be_paid() -> None:
    assert acts(drawn(link(), PUBLIC, DECLINED))[:2] == [URL, URL]


def test_a_paid_link_names_the_method_and_a_declined_one_does_not() -> None:
    rows = drawn(CLOSED_AS[Closed.PAID], PUBLIC, PAID, replace(DECLINED, method="Amex")).rows
    assert [value for label, value in rows if label == "Paid by"] == ["Visa •4242"]


def test_a_link_that_very_many_have_paid_names_a_few_methods_and_counts_the_rest() -> None:
    paid = [payment(captured=4990, number=number, method=f"card •{number:04}") for number in range(300)]
    rows = drawn(link(uses=None), PUBLIC, *paid).rows
    told = [value for label, value in rows if label == "Paid by"]
    assert told == ["card •0000", "card •0001", "card •0002", "and 297 more"]
    assert "and" not in str([row for row in drawn(link(uses=None), PUBLIC, *paid[:3]).rows if "by" in row[0]])


@pytest.mark.parametrize("headline", HEADLINES)
def test_a_card_that_asks_whether_to_refund_says_where(headline: Headline) -> None:
    of, payments, words, _ = HEADLINES[headline]
    told = "Refunds are made at FakePay, not here; the thread tells it then."
    assert (told in drawn(of, PUBLIC, *payments).notes) is ("refund" in words.lower() and "?" in words)


def test_a_card_promises_no_news_of_a_refund_that_its_backend_does_not_report() -> None:
    closed = CLOSED_AS[Closed.CANCELLED]
    notes = cards.link_card(PUBLIC, closed, Shown(MADE, (PAID,), "FakePay", tells_refunds=False)).notes
    untold = "FakePay does not report them, so the thread cannot tell it."
    assert f"Refunds are made at FakePay, not here. {untold}" in notes
    assert "the thread tells it then" not in str(notes)


@pytest.mark.parametrize(("uses", "payments"), [(1, ()), (1, (DECLINED,)), (3, (PAID,))])
def test_a_cancelled_link_says_that_it_can_still_be_paid(uses: int, payments: tuple[Payment, ...]) -> None:
    left = Remains(link().expires_at, opened=False)
    shown = Shown(MADE, payments, "FakePay", left)
    assert cards.link_card(PUBLIC, link(uses=uses), shown).notes == ()
    card = cards.link_card(PUBLIC, replace(CLOSED_AS[Closed.CANCELLED], uses=uses), shown)
    (note,) = [note for note in card.notes if "until" in note]
    assert note.startswith("FakePay cannot take a link back")
    assert "Sat 28 Nov 2026, 10:00 CET" in note


def test_a_cancelled_link_that_its_backend_never_made_says_no_such_thing() -> None:
    assert drawn(CLOSED_AS[Closed.CANCELLED], made=False).notes == ()


@pytest.mark.parametrize("why", [Closed.EXPIRED, Closed.CANCELLED])
def test_a_link_that_was_only_tried_in_vain_can_be_made_again(why: Closed) -> None:
    assert "again" in acts(drawn(CLOSED_AS[why], PUBLIC, DECLINED))


@pytest.mark.parametrize("why", [None, Closed.EXPIRED, Closed.CANCELLED, Closed.USED_UP])
def test_a_link_whose_authorisation_was_let_go_can_be_made_again_once_it_is_over(why: Closed | None) -> None:
    let_go = payment(K.VOIDED, authorised=4990)
    card = drawn(CLOSED_AS[why] if why else link(), PUBLIC, let_go)
    assert ("again" in acts(card)) is (why is not None)
    other = payment(authorised=4990, number=2)
    assert "again" not in acts(drawn(CLOSED_AS[why] if why else link(), PUBLIC, let_go, other))


FAILED = replace(CLOSED_AS[Closed.FAILED], trouble={"key": "rejected", "codes": "amount_invalid"})


def test_a_failed_link_says_why_and_offers_another_try() -> None:
    card = drawn(FAILED, made=False)
    assert acts(card) == ["again", "reveal", "manage"]
    assert (buttons(card)[0].label, buttons(card)[0].primary) == ("Change and try again", True)
    assert buttons(drawn(CLOSED_AS[Closed.EXPIRED]))[0].label == "Make it again"
    assert "FakePay refuses the request: the amount is missing or not accepted." in card.notes


def test_whoever_may_make_no_links_is_offered_no_other_try() -> None:
    card = drawn(replace(FAILED, trouble={"key": "refused", "backend": ""}), made=False)
    assert acts(card) == ["reveal", "manage"]
    assert "Payment links are for members of this workspace. Please ask an administrator." in card.notes


def test_a_failed_link_that_was_paid_all_the_same_is_not_offered_again() -> None:
    card = drawn(FAILED, PUBLIC, PAID, made=False)
    assert card.headline == "Closed, then paid 49.90 EUR: refund or keep?"
    assert acts(card) == ["reveal", "manage"]
    assert not any("refuses" in note for note in card.notes)


@pytest.mark.parametrize(
    "key", ["unavailable", "busy", "auth", "protocol", "rejected", "gave_up", "chat", "refused"]
)
def test_every_trouble_has_words_while_it_waits_and_after(key: str) -> None:
    trouble = {"key": key, "backend": "FakePay", "codes": "x_invalid", "field": ""}
    for of in (CREATING, CLOSED_AS[Closed.FAILED]):
        (note,) = drawn(replace(of, trouble=trouble), made=False).notes
        assert note.startswith("Trying again: ") is (of is CREATING)
        assert note.endswith(".")


def test_the_creator_is_named_where_others_read_along() -> None:
    assert (drawn(link()).mention, drawn(link()).mention_label) == (ALICE, "Requested by")
    assert drawn(link(), PRIVATE).mention is None


def test_a_desk_says_where_the_link_is_and_offers_a_choice_where_nobody_let_us_in() -> None:
    assert desk(CREATING).headline == "Creating the payment link…"
    assert "posted in the channel" in desk(link()).headline
    assert acts(desk(link())) == acts(drawn(link(), PRIVATE))
    assert [desk(of).tone for of in (CREATING, link())] == [Tone.WAITING, Tone.GOOD]
    assert (desk(link()).notes, {"here", "direct"} & {*acts(desk(link()))}) == ((), set())
    waiting = desk(link(), reach=Reach.UNINVITED)
    assert "not in this channel" in waiting.headline
    assert acts(waiting)[-2:] == ["here", "direct"]
    assert ([button.primary for button in waiting.buttons[-1]], waiting.tone) == ([True, False], Tone.WAITING)
    assert any("/invite" in note for note in waiting.notes)
    assert not {"here", "direct"} & {*acts(desk(CLOSED_AS[Closed.EXPIRED], reach=Reach.UNINVITED))}


@pytest.mark.parametrize("of", [CLOSED_AS[Closed.PAID], link(state=LinkState.PAUSED)])
def test_a_desk_that_may_be_the_last_one_says_what_the_card_says_and_that_the_card_goes_on(of: Link) -> None:
    """A chat lets it be drawn a few times, and for minutes only: what it says of money would grow old."""
    audience, shown = replace(PRIVATE, mode=Mode.TEST), Shown(MADE, (), "FakePay")
    card = cards.link_card(audience, of, shown)
    assert cards.desk_card(audience, of, shown, Destination(1, SALES, "en")) == card
    beside = cards.desk_card(audience, of, shown, Destination(1, SALES, "en", "m1"))
    *notes, goes_on = beside.notes
    assert (replace(beside, notes=tuple(notes)), "TEST" in notes[0]) == (card, True)
    assert "the card that was posted" in goes_on


@pytest.mark.parametrize("audience", [PUBLIC, PRIVATE])
def test_hostile_words_pass_through_unchanged(audience: Audience) -> None:
    hostile = link(
        description=HOSTILE,
        own_reference=HOSTILE,
        customer=Customer(name=HOSTILE, email=f'"{HOSTILE}"@example.com', phone=HOSTILE),
        trouble={"key": "rejected", "codes": HOSTILE, "field": HOSTILE, "backend": HOSTILE},
    )
    for of in (hostile, replace(hostile, state=LinkState.CREATING), replace(hostile, closed=Closed.FAILED)):
        for card in (drawn(of, audience), desk(of, audience)):
            assert dict(card.rows)["For"] == harmless(HOSTILE)
            assert any(harmless(HOSTILE) in note for note in card.notes)


def test_what_is_forwarded_is_a_text_for_the_customer_and_nothing_else() -> None:
    merchant = "Northwind {url}"
    said = replies.to_forward(PUBLIC, link(description=HOSTILE), URL, merchant)
    assert said.text == f"{merchant} asks you to pay 49.90 EUR for {harmless(HOSTILE)}:\n{URL}"
    assert (said.loud, said.mention) == (False, None)
    twice = replies.to_forward(PUBLIC, link(description="for coffee"), URL, "Northwind")
    assert twice.text.startswith("Northwind asks you to pay 49.90 EUR for coffee:")
    plain = replies.to_forward(PUBLIC, link(description=None), URL, "Northwind")
    assert plain.text == f"Northwind asks you to pay 49.90 EUR:\n{URL}"
    chosen = replies.to_forward(PUBLIC, link(description=None, least=Money(1000, "EUR")), URL, "Northwind")
    assert chosen.text == f"Northwind asks you to pay 10.00 to 49.90 EUR:\n{URL}"
    again_and_again = link(description=None, kind=LinkKind.SUBSCRIPTION)
    subscribed = replies.to_forward(PUBLIC, again_and_again, URL, "Northwind")
    assert subscribed.text == f"Northwind asks you to pay 49.90 EUR each time:\n{URL}"


@pytest.mark.parametrize(
    ("payments", "rows"),
    [
        ((payment(K.DISPUTED, captured=4990, refunded=1000),), ("49.90 EUR", "10.00 EUR")),
        (
            (payment(captured=4990, refunded=4990), payment(captured=4990, number=2)),
            ("99.80 EUR", "49.90 EUR"),
        ),
        ((payment(captured=4990, refunded=1000),), (None, None)),
        ((PAID,), (None, None)),
    ],
)
def test_a_refund_is_shown_where_the_headline_tells_something_worse(
    payments: tuple[Payment, ...], rows: tuple[str | None, str | None]
) -> None:
    shown = dict(drawn(CLOSED_AS[Closed.PAID], PUBLIC, *payments).rows)
    assert (shown.get("Received"), shown.get("Refunded")) == rows
    assert "Uses" not in shown


@pytest.mark.parametrize(
    ("of", "uses", "received"),
    [
        (link(uses=20), "3 of 20", "149.70 EUR"),
        (link(uses=None), "3, no limit", "149.70 EUR"),
        (link(uses=None, kind=LinkKind.SUBSCRIPTION), None, "149.70 EUR"),
    ],
)
def test_what_is_used_more_than_once_says_how_often_it_was_and_what_came_in_all(
    of: Link, uses: str | None, received: str
) -> None:
    shown = dict(drawn(of, PUBLIC, *THREE).rows)
    assert (shown.get("Uses"), shown.get("Received"), shown.get("Refunded")) == (uses, received, None)


def test_what_was_not_used_yet_has_come_to_nothing() -> None:
    shown = dict(drawn(link(uses=20)).rows)
    assert (shown.get("Uses"), shown.get("Received")) == ("0 of 20", None)
    assert "Uses" not in dict(drawn(link(), PUBLIC, PAID).rows)


def test_what_is_asked_for_is_said_in_full() -> None:
    said = {
        "49.90 EUR": link(),
        "10.00 to 49.90 EUR, the payer chooses": link(least=Money(1000, "EUR")),
        "49.90 EUR each time": link(kind=LinkKind.SUBSCRIPTION),
        "saves a means of payment, no money": link(kind=LinkKind.SETUP, amount=Money(0, "EUR")),
    }
    for words, of in said.items():
        assert dict(drawn(of).rows)["Amount"] == words
