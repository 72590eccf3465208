"""What the card of a link shows, to whom, and which buttons fit; without markup, which is the chat's."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import cards
from bot.delivery.cards import Setting
from bot.links.lifecycle import Headline
from bot.money import Money, chargeable_currencies, unpack
from bot.ports.chat import Button, Card, Tone
from bot.ports.model import (
    Closed,
    Customer,
    Link,
    LinkState,
    Mode,
    Payment,
    ProviderLink,
    ProviderLinkState,
)
from bot.texts import Texts
from tests.fakes import START
from tests.unit.records import ACCOUNT, ALICE, AMOUNT, link

PUBLIC = Setting(Texts("en"), ZoneInfo("Europe/Berlin"), private=False, mode=Mode.LIVE)
PRIVATE = replace(PUBLIC, private=True)
TESTING = replace(PUBLIC, mode=Mode.TEST)
URL = "https://pay.test/PL0123456789AB"
MADE = ProviderLink(
    "PL0123456789AB", 1, ACCOUNT, "PL0123456789AB", ProviderLinkState.OPEN, AMOUNT, "pl_1", URL
)
PAID = Payment(
    ACCOUNT, "pay_1", "PL0123456789AB", "EUR", "EUR", captured=4990, captured_at=START, method="Visa •4242"
)
REPLIES = [
    *["authorised", "paid", "paid_different", "paid_unconfirmed", "paid_twice", "paid_after_close"],
    *["declined", "declined_plain"],
]
HOSTILE = "<!channel> *b* _i_ `c` {amount} %s <b>&amp; [x](http://e.vil) \u202e"


def drawn(of: Link, setting: Setting = PUBLIC, *payments: Payment, made: bool = True) -> Card:
    return cards.link_card(setting, of, MADE if made else None, payments, "FakePay")


def buttons(card: Card) -> list[Button]:
    return [button for row in card.buttons for button in row]


def acts(card: Card) -> list[str]:
    return [str(button.act or button.copy or button.url) for button in buttons(card)]


def everything(card: Card) -> str:
    return "\n".join([card.headline, *map(" ".join, card.rows), *card.notes, card.ask or ""])


def test_a_customer_is_masked_where_others_read_along() -> None:
    shown = everything(drawn(link()))
    assert "j…@example.com" in shown
    assert "jane@" not in shown
    assert "Jane Doe" not in shown


def test_a_customer_is_shown_in_full_to_the_creator_alone() -> None:
    assert ("Customer", "Jane Doe jane@example.com") in drawn(link(), PRIVATE).rows


@given(st.emails())
def test_masking_keeps_the_first_letter_and_the_domain_only(email: str) -> None:
    name, _, domain = email.rpartition("@")
    assert cards.masked(email) == f"{name[0]}…@{domain}"


def test_a_customer_of_whom_nothing_is_known_takes_no_row() -> None:
    assert "Customer" not in dict(drawn(link(customer=Customer(country="DE"))).rows)


def test_test_mode_is_shown_on_every_card_and_only_there() -> None:
    for setting, shown in ((TESTING, True), (PUBLIC, False)):
        desk = cards.desk_card(setting, link(), MADE, "FakePay")
        for card in (drawn(link(), setting), desk):
            assert any("TEST" in note for note in card.notes) is shown


def test_an_open_link_shows_its_address_and_expiry_with_time_zone() -> None:
    card = drawn(link())
    rows = dict(card.rows)
    assert (rows["Amount"], rows["Link"], rows["For"]) == ("49.90 EUR", URL, "Invoice 12")
    assert rows["Expires"].startswith("Sat 28 Nov 2026, 10:00")
    assert rows["Expires"].endswith(("CET", "GMT+1", "+0100"))
    assert rows["Reference"] == "PL0123456789AB"
    assert acts(card) == [URL, URL]


def test_the_backends_own_expiry_is_shown_where_it_names_one() -> None:
    made = replace(MADE, expires_on=START + timedelta(days=1))
    card = cards.link_card(PUBLIC, link(), made, (), "FakePay")
    assert dict(card.rows)["Expires"].startswith("Sun 22 Nov 2026")


@pytest.mark.parametrize(
    ("of", "payments", "headline", "tone"),
    [
        (link(state=LinkState.CREATING), (), "Creating a payment link for 49.90 EUR…", Tone.WAITING),
        (link(), (), "Waiting for payment of 49.90 EUR", Tone.NEUTRAL),
        (
            *(link(), (replace(PAID, captured_at=None, authorised_at=START),)),
            *("49.90 EUR authorised, not yet taken", Tone.WAITING),
        ),
        (link(state=LinkState.CLOSED, closed=Closed.PAID), (PAID,), "Paid 49.90 EUR", Tone.GOOD),
        (
            *(link(state=LinkState.CLOSED, closed=Closed.PAID), (replace(PAID, captured=2000),)),
            *("Paid 20.00 EUR instead of 49.90 EUR", Tone.BAD),
        ),
        (
            *(link(state=LinkState.CLOSED, closed=Closed.PAID), (replace(PAID, captured=None),)),
            *("Paid, amount not confirmed (asked for 49.90 EUR)", Tone.BAD),
        ),
        (
            *(link(state=LinkState.CLOSED, closed=Closed.FAILED), ()),
            *("No link was created for 49.90 EUR", Tone.BAD),
        ),
    ],
)
def test_the_headline_says_both_axes(
    of: Link, payments: tuple[Payment, ...], headline: str, tone: Tone
) -> None:
    card = drawn(of, PUBLIC, *payments)
    assert (card.headline, card.tone) == (headline, tone)


def test_every_headline_has_words() -> None:
    assert all(PUBLIC.texts(f"link.{name}", amount="", paid="") for name in Headline)


def test_a_paid_link_offers_no_address_any_more_and_names_the_method() -> None:
    card = drawn(link(state=LinkState.CLOSED, closed=Closed.PAID), PUBLIC, PAID)
    assert (acts(card), dict(card.rows).get("Link")) == ([], None)
    assert dict(card.rows)["Paid by"] == "Visa •4242"


FAILED = link(
    state=LinkState.CLOSED, closed=Closed.FAILED, trouble={"key": "rejected", "codes": "amount_invalid"}
)


def test_a_failed_link_says_why_and_offers_another_try() -> None:
    card = drawn(FAILED, made=False)
    assert acts(card) == ["again"]
    assert "FakePay refuses the request: amount_invalid." in card.notes


def test_a_failed_link_that_was_paid_all_the_same_is_not_offered_again() -> None:
    card = drawn(FAILED, PUBLIC, PAID, made=False)
    assert card.headline == "Paid 49.90 EUR"
    assert acts(card) == []
    assert not any("refuses" in note for note in card.notes)


@pytest.mark.parametrize("key", ["unavailable", "busy", "auth", "protocol", "rejected", "gave_up"])
def test_every_trouble_has_words_while_it_waits_and_after(key: str) -> None:
    for state in (LinkState.CREATING, LinkState.CLOSED):
        card = drawn(link(state=state, trouble={"key": key, "backend": "FakePay"}), made=False)
        assert any("FakePay" in note for note in card.notes)


def test_a_link_being_created_has_no_buttons() -> None:
    assert acts(drawn(link(state=LinkState.CREATING), made=False)) == []


def test_the_creator_is_named_where_others_read_along() -> None:
    assert drawn(link()).mention == ALICE
    assert drawn(link(), PRIVATE).mention is None


@pytest.mark.parametrize("key", REPLIES)
def test_a_line_of_the_history_calls_the_creator_unless_nothing_is_to_be_done(key: str) -> None:
    params = {"amount": "4990 EUR", "paid": "2000 EUR", "reason": "Insufficient funds"}
    said = cards.reply(PUBLIC, link(), key, params)
    assert (said.loud, said.mention) == ((False, None) if key == "authorised" else (True, ALICE))
    assert cards.reply(PRIVATE, link(), key, params).mention is None


def test_a_repeated_line_says_that_it_repeats() -> None:
    params = {"amount": "4990 EUR", "paid": "4990 EUR", "method": "Visa •4242"}
    assert cards.reply(PUBLIC, link(), "paid", params).text == "Paid 49.90 EUR (Visa •4242)."
    assert "said again" in cards.reply(PUBLIC, link(), "paid", params | {"repeat": "1"}).text


def test_only_lines_about_money_that_came_are_repeated_when_lost() -> None:
    assert {key for key in REPLIES if key.startswith("paid")} == cards.REPEATED_IF_LOST


def test_hostile_words_pass_through_unchanged() -> None:
    hostile = link(description=HOSTILE, customer=Customer(name=HOSTILE))
    rows = dict(drawn(hostile, PRIVATE).rows)
    assert (rows["For"], rows["Customer"]) == (HOSTILE, HOSTILE)
    assert HOSTILE in cards.reply(PUBLIC, link(), "declined", {"reason": HOSTILE}).text


@given(st.integers(min_value=1, max_value=10**12), st.sampled_from(sorted(chargeable_currencies())))
def test_amounts_are_shown_exactly_with_their_code(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    shown = Texts("en").money(money)
    assert shown.replace(",", "") == str(money)
    assert unpack(f"{minor} {currency}") == money
