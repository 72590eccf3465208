"""Each line of a link's history: worded with its figures, loud where somebody has to act."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import replies
from bot.links import lifecycle
from bot.money import EXPONENTS, Money, unpack
from bot.ports.chat import Tone
from bot.ports.expectation import LinkKind
from bot.ports.model import Event, Mode, Payment
from bot.ports.model import EventKind as K
from bot.ports.traffic import Notice
from bot.texts import LANGUAGES, Texts
from bot.texts.en import WORDS as EN
from bot.texts.harmless import harmless
from tests.unit.headlines import PUBLIC
from tests.unit.records import ALICE, event, link
from tests.unit.test_link_cards import HOSTILE, PRIVATE

A, P = "4990 EUR", "2000 EUR"
MONEY = {"amount": A, "paid": P}
BY, UNTIL, EARLIER = {"by": "Alice"}, "2026-12-05T09:00:00+00:00", "2026-11-28T09:00:00+00:00"
REFUSED = {**BY, "reason": "not-now"}
# Every notice that is ever owed, its parameters, and what its text must hold.
NOTICES: list[tuple[str, dict[str, str], list[str]]] = [
    ("pending", {"amount": A}, ["49.90 EUR"]),
    ("authorised", {"amount": A}, ["49.90 EUR", "not taken"]),
    ("pending_after_cancel", {"amount": A}, ["49.90 EUR", "cancelled"]),
    ("authorised_after_cancel", {"amount": A}, ["49.90 EUR", "cancelled", "not taken"]),
    ("authorised_after_expiry", {"amount": A}, ["49.90 EUR", "expired", "not taken"]),
    ("authorised_twice", {"amount": A}, ["49.90 EUR", "used up", "not taken"]),
    ("rest_released", MONEY, ["20.00 EUR", "49.90 EUR", "released"]),
    ("rest_released", {**MONEY, "least": "3000 EUR"}, ["20.00 EUR", "30.00 to 49.90 EUR"]),
    ("paid", {"amount": A, "paid": A}, ["Paid 49.90 EUR."]),
    ("paid", {"amount": A, "paid": A, "method": "Visa •4242"}, ["49.90 EUR", "Visa •4242"]),
    ("paid", {"amount": A, "paid": P, "least": "1000 EUR"}, ["Paid 20.00 EUR."]),
    ("paid", {"amount": A, "paid": A, "count": "3", "uses": "20"}, ["Paid 49.90 EUR. 3 of 20 uses."]),
    ("paid", {"amount": A, "paid": A, "count": "3"}, ["Paid 49.90 EUR. Payments so far: 3."]),
    ("paid_different", {"amount": A, "paid": P, "least": "3000 EUR"}, ["20.00 EUR", "30.00 to 49.90 EUR"]),
    ("paid_twice", {**MONEY, "count": "3", "uses": "2"}, ["20.00 EUR", "all uses", "3 of 2 uses"]),
    ("saved", {}, ["was saved", "No money"]),
    ("saved", {"method": "Visa •4242"}, ["was saved", "Visa •4242"]),
    ("paid_part", MONEY, ["20.00 EUR", "49.90 EUR"]),
    ("paid_rest", {**MONEY, "total": A}, ["the rest: 20.00 EUR", "49.90 EUR, as asked"]),
    ("paid_more", {**MONEY, "total": "3000 EUR"}, ["Paid 20.00 EUR more", "30.00 EUR", "49.90 EUR"]),
    ("paid_different", MONEY, ["20.00 EUR", "49.90 EUR"]),
    ("paid_unconfirmed", MONEY, ["49.90 EUR", "not confirmed"]),
    ("paid_twice", MONEY, ["20.00 EUR", "once more"]),
    ("paid_after_cancel", MONEY, ["20.00 EUR", "cancelled"]),
    ("paid_after_close", MONEY, ["20.00 EUR", "closed"]),
    ("paid_before", MONEY, ["20.00 EUR"]),
    ("declined", {}, ["failed"]),
    ("declined", {"reason": "Insufficient funds"}, ["Insufficient funds"]),
    ("declined", {"reason": "payment_canceled"}, ["turned back"]),
    ("declined_closed", {}, ["failed."]),
    ("declined_closed", {"reason": "Insufficient funds"}, ["Insufficient funds."]),
    ("capture_failed", {"amount": A}, ["49.90 EUR"]),
    ("voided", {"amount": A}, ["49.90 EUR", "new link"]),
    ("released", {"amount": A}, ["49.90 EUR was released. Nothing was taken."]),
    ("void_failed", {}, ["could not be released"]),
    ("void_failed", {"amount": A}, ["49.90 EUR"]),
    ("refund_pending", {}, ["on its way"]),
    ("refund_pending", {"amount": P}, ["20.00 EUR"]),
    ("refunded", {"refunded": A}, ["49.90 EUR"]),
    ("refunded_one", {"refunded": A}, ["49.90 EUR", "that payment"]),
    ("part_refunded", {"refunded": P}, ["20.00 EUR"]),
    ("refunded_unconfirmed", {}, ["not confirmed"]),
    ("refund_failed", {}, ["did not go through"]),
    ("refund_failed", {"amount": P}, ["20.00 EUR"]),
    ("returned", {"amount": A}, ["49.90 EUR"]),
    ("disputed", {"amount": A}, ["49.90 EUR"]),
    ("dispute_won", {"amount": A}, ["49.90 EUR"]),
    ("dispute_lost", {"amount": A}, ["49.90 EUR"]),
    ("expired", {}, ["unpaid"]),
    ("expired_used", {}, ["has expired", "paid before nothing changes"]),
    ("ended_there", {}, ["taken back", "before its time"]),
    ("untold", {"times": "3", "told": "1"}, ["3", "1"]),
    ("cancelled", {"by": "Alice"}, ["Alice"]),
    ("moved", {}, ["here"]),
    ("paused", BY, ["Alice"]),
    ("resumed", BY, ["Alice"]),
    ("extended", {**BY, "until": UNTIL}, ["Alice", "Sat 5 Dec 2026, 10:00 CET"]),
    ("extended_anew", {**BY, "until": UNTIL, "earlier": EARLIER}, ["Sat 5 Dec 2026", "Sat 28 Nov 2026"]),
    ("edited", {**BY, "text": "Chairs"}, ["Alice", "Chairs"]),
    ("cancel_refused", REFUSED, ["not-now", "can still be paid"]),
    ("resume_refused", REFUSED, ["Alice", "not-now", "paused"]),
    ("extend_refused", REFUSED, ["Alice", "not-now", "Nothing"]),
    ("edit_refused", REFUSED, ["Alice", "not-now", "Nothing"]),
    ("extend_failed", {**BY, "until": UNTIL}, ["Alice.", "Sat 5 Dec 2026"]),
    ("extend_failed", {**REFUSED, "until": UNTIL}, ["Alice: not-now.", "Sat 5 Dec 2026"]),
    ("extend_failed", BY, ["Alice", "somebody has begun to pay it"]),
    ("shared", BY, ["Alice", "j…@example.com"]),
    ("share_refused", REFUSED, ["Alice", "not-now"]),
    ("share_lost", BY, ["Alice", "may have been sent", "j…@example.com", "not repeated"]),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_payment_too_many_may_be_the_third(language: str) -> None:
    audience = replace(PUBLIC, texts=Texts(language))
    assert "second" not in replies.reply(audience, link(), "paid_twice", MONEY).text


def test_where_the_address_is_ours_an_extension_says_where_it_leads() -> None:
    params = {**BY, "until": UNTIL, "earlier": EARLIER}
    told = replies.reply(replace(PUBLIC, ours=True), link(), "extended_anew", params).text
    for words in ("address stays as it is", "Sat 5 Dec 2026", "can pay there until Sat 28 Nov 2026"):
        assert words in told
    assert "stays payable" in replies.reply(PUBLIC, link(), "extended_anew", params).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["authorised", "returned", "capture_failed"])
def test_a_line_that_begins_with_an_amount_nobody_told_begins_like_any_other(key: str, language: str) -> None:
    audience = replace(PUBLIC, texts=Texts(language))
    text = replies.reply(audience, link(), key, {}).text
    assert audience.texts("amount.unknown") in text[:1].lower() + text[1:]
    assert text[0].isupper(), text


SETUP = link(kind=LinkKind.SETUP, amount=Money(0, "EUR"))


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("pending", "The customer has begun to save a means of payment."),
        (
            "pending_after_cancel",
            "The customer has begun to save a means of payment although the link was cancelled.",
        ),
        (
            "paid_different",
            (
                "Paid 20.00 EUR, but no money was asked for, only a means of payment. "
                "Please check with the customer."
            ),
        ),
        (
            "paid_unconfirmed",
            "Paid, but no money was asked for, only a means of payment. The amount is not confirmed.",
        ),
        ("expired", "The link has expired: no means of payment was saved."),
        ("expired_used", "The link has expired. What was saved before stays saved."),
    ],
)
def test_of_a_link_that_asks_for_no_money_no_line_says_that_it_does(key: str, wanted: str) -> None:
    assert replies.reply(PUBLIC, SETUP, key, {"amount": "0 EUR", "paid": P}).text == wanted


QUIET = {
    "pending",
    "authorised",
    "paid_before",
    "refund_pending",
    "refunded",
    "refunded_one",
    "part_refunded",
    "void_failed",
    "released",
} | {*("refunded_unconfirmed", "expired", "expired_used", "ended_there", "cancelled")}
QUIET |= {"paused", "resumed"}
QUIET |= {"extended", "extended_anew", "edited", "shared"}
GOOD = {"paid", "paid_rest", "saved", "dispute_won"}
NOT_BAD = QUIET | GOOD | {"paid_part", "moved"}
PAID = {key for key, _, _ in NOTICES if key.startswith("paid")} - {"paid_before"}

kinds = st.sampled_from([kind for kind in K if kind not in {K.IGNORED, K.DISPUTED_LAST}])
minors = st.sampled_from([0, 1000, 4990, 9980])


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Anything that a backend may tell, also in another currency, with words of its own."""
    amounts = {
        kind: Money(draw(minors), draw(st.sampled_from(["EUR", "EUR", "USD"])))
        for kind in draw(st.sets(kinds, max_size=3))
    }
    words = {name: draw(st.sampled_from([None, HOSTILE, ""])) for name in ("method", "reason")}
    payment, number = draw(st.sampled_from(["pay_1", "pay_2"])), draw(st.integers(0, 10**6))
    return event(draw(kinds), payment, key=f"evt_{number}", amounts=amounts, **words)


def said(key: str, params: dict[str, str]) -> str:
    return replies.reply(PUBLIC, link(), key, params).text


@pytest.mark.parametrize(("key", "params", "wanted"), NOTICES)
def test_a_notice_is_worded_with_all_that_it_knows(
    key: str, params: dict[str, str], wanted: list[str]
) -> None:
    text = said(key, params)
    assert not [part for part in wanted if part not in text], text
    assert not set("{}*_`<>") & set(text)


@pytest.mark.parametrize(("key", "params"), [(key, params) for key, params, _ in NOTICES])
def test_its_tone_says_whether_somebody_has_to_act(key: str, params: dict[str, str]) -> None:
    line = replies.reply(PUBLIC, link(), key, params)
    assert (line.loud, line.mention) == ((False, None) if key in QUIET else (True, ALICE))
    assert (line.tone is Tone.GOOD) is (key in GOOD)
    assert (line.tone is Tone.BAD) is (key not in NOT_BAD)


@pytest.mark.parametrize(("key", "params"), [(key, params) for key, params, _ in NOTICES])
def test_whoever_reads_a_line_alone_sees_that_no_real_money_moves(key: str, params: dict[str, str]) -> None:
    line = replies.reply(replace(PUBLIC, mode=Mode.TEST), link(), key, params)
    assert line.text == f"(TEST) {said(key, params)}"


@pytest.mark.parametrize(("key", "params"), [(key, params) for key, params, _ in NOTICES])
def test_alone_with_us_nobody_needs_calling(key: str, params: dict[str, str]) -> None:
    assert replies.reply(PRIVATE, link(), key, params).mention is None


def test_every_line_that_is_written_is_one_that_can_be_owed() -> None:
    worded = {key.removeprefix("reply.") for key in EN if key.startswith("reply.")}
    worded -= {
        *("repeat", "test"),
        "of_uses",
        "of_times",
        "paid_too_often",
        "extended_anew_ours",
        "extend_failed_paid",
        *("paid_different_setup", "paid_unconfirmed_setup"),
        *("pending_setup", "pending_after_cancel_setup", "expired_setup", "expired_used_setup"),
    }  # said of a line that is owed
    known = {key for key, _, _ in NOTICES}
    assert {
        name.removesuffix("_because").removesuffix("_amount").removesuffix("_by") for name in worded
    } == known


@given(st.lists(events(), max_size=8), st.sampled_from([None, "expired", "cancelled"]))
def test_whatever_a_backend_tells_every_notice_of_it_has_words(told: list[Event], ended: str | None) -> None:
    of = link() if ended is None else link(state="closed", closed=ended)
    payments: dict[str, Payment] = {}
    notices: list[Notice] = []
    for each in told:
        change = lifecycle.apply(of, list(payments.values()), each)
        if change is not None:
            of, payments[change.payment.provider_payment_id] = change.link, change.payment
            notices += change.notices
    for notice in notices:
        assert notice.key in {key for key, _, _ in NOTICES}
        for params in (dict(notice.params), {**notice.params, "repeat": "1"}):
            assert said(notice.key, params)


def test_a_repeated_line_says_that_it_repeats() -> None:
    params = {"amount": A, "paid": A, "method": HOSTILE}
    assert said("paid", params) == f"Paid 49.90 EUR ({harmless(HOSTILE)})."
    repeated = said("paid", params | {"repeat": "1"})
    assert repeated.startswith(f"Paid 49.90 EUR ({harmless(HOSTILE)}). (")
    assert "said again" in repeated


def test_only_lines_about_money_that_came_are_repeated_when_lost() -> None:
    assert PAID == replies.REPEATED_IF_LOST


@pytest.mark.parametrize(("key", "name"), [("declined", "reason"), ("cancelled", "by"), ("paid", "method")])
def test_words_of_others_pass_through_unchanged(key: str, name: str) -> None:
    assert harmless(HOSTILE) in said(key, MONEY | {name: HOSTILE})


def test_no_text_has_markup_of_any_chat() -> None:
    texts = {key: text for key, text in EN.items() if not key.startswith("problem.")}
    assert not [key for key, text in texts.items() if set("*_`<>[]|~") & set(text.format_map(Blank()))]


class Blank(dict[str, str]):
    """Fills every gap with a word."""

    def __missing__(self, _: str) -> str:
        return "word"


@given(st.integers(min_value=1, max_value=10**12), st.sampled_from(sorted(EXPONENTS)))
def test_amounts_are_shown_exactly_with_their_code(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Texts("en").money(money).replace(",", "") == str(money)
    assert unpack(f"{minor} {currency}") == money
