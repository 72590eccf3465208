"""A command's text as an order about links that are there, and what is left to be a new link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.orders import (
    Order,
    asks_for_help,
    from_button,
    in_button,
    link_named,
    read_order,
    verb_before,
)
from bot.ids import new_link_id
from bot.ports.chat import Verb
from tests.fakes import START

ID, OTHER = "PL0123456789AB", "PLZZZZZZZZZZZZ"


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.LIST])
@pytest.mark.parametrize(
    "text",
    ["{verb} {id}", "{id} {verb}", "  {VERB}   {low} ", "{verb}: <{id}>", "{verb} {id}-2", "{verb}? {id}."],
)
def test_verb_and_link_are_understood_in_either_order(verb: Verb, text: str) -> None:
    typed = text.format(verb=verb, VERB=verb.upper(), id=ID, low=ID.lower())
    assert read_order(typed) == Order(verb, ID)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"edit {ID} Invoice 13, corrected", Order(Verb.EDIT, ID, "Invoice 13, corrected")),
        (f"{ID} edit Invoice 13", Order(Verb.EDIT, ID, "Invoice 13")),
        (f"extend {ID} until friday", Order(Verb.EXTEND, ID, "until friday")),
        (f"{ID} extend 3d", Order(Verb.EXTEND, ID, "3d")),
        (f"extend 3d {ID}", Order(Verb.EXTEND, ID, "3d")),
        (f"extend until 31 Dec {ID}", Order(Verb.EXTEND, ID, "until 31 Dec")),
        (f"extend by 3 days {ID}", Order(Verb.EXTEND, ID, "by 3 days")),
        (f"extend by a week {ID}", Order(Verb.EXTEND, ID, "by a week")),
        (f"prolonger d'une semaine {ID}", Order(Verb.EXTEND, ID, "d'une semaine")),
        (f"cancel {ID} please", Order(Verb.CANCEL, ID, "please")),
        (f"please cancel the link {ID}", Order(Verb.CANCEL, ID)),
        (f"can you extend link {ID} by a week?", Order(Verb.EXTEND, ID, "by a week?")),
        (f"annulez le lien {ID} svp", Order(Verb.CANCEL, ID, "svp")),
        (f"prolonge {ID} d'une semaine", Order(Verb.EXTEND, ID, "d'une semaine")),
        (f"modifie {ID} Facture 13", Order(Verb.EDIT, ID, "Facture 13")),
        (f"history of #{ID}", Order(Verb.HISTORY, ID)),
        (f"cancel PL-{ID[2:]}", Order(Verb.CANCEL, ID)),
        (f"delete {ID}", Order(Verb.CANCEL, ID)),
        ("void 2041", Order(Verb.CANCEL, None, sought=("2041",))),
        (f"supprimez le lien {ID}", Order(Verb.CANCEL, ID)),
    ],
)
def test_the_rest_of_the_words_belongs_to_the_order(text: str, wanted: Order) -> None:
    assert read_order(text) == wanted


def test_a_reference_may_be_written_as_it_is_read_aloud() -> None:
    assert link_named("PLOIL456789ABC") == "PL011456789ABC"
    assert link_named("PL123") is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("list", ""),
        ("List all", ""),
        ("links", ""),
        ("list open", "open"),
        ("list my paid links", "paid"),
        ("LIST MINE", "mine"),
        ("list foo", "foo"),
        ("links of my chairs", "of chairs"),
        ("my links", ""),
        ("show me all the links", ""),
        ("mes liens", ""),
        ("find jane@example.com", "jane@example.com"),
        ("cherche Jane", "Jane"),
        ("lister payés", "paid"),
        (f"list {ID}", ID),
    ],
)
def test_a_list_keeps_what_else_is_said_to_be_explained(text: str, rest: str) -> None:
    assert read_order(text) == Order(Verb.LIST, None, rest)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "list 25 EUR",
            "list of chairs 25 EUR",
            "search engine 25 EUR",
            "void deposit 25 EUR",
            "cancel fee 20 EUR",
            "pause button 5 EUR",
            "why not 5 EUR",
        ),
        *("edit my site", "extend fence 200 EUR", "refresh drinks 9 EUR", "history books 12 EUR"),
        *("cancel friday", "history of the provider", "pause 3d"),
        *("", "25 EUR", "49.90 EUR jane@example.com Invoice 12", f"25 EUR {ID}", "refund 5 EUR"),
        *("refundable deposit", "deposit refund", "refund 49.90 EUR jane@example.com"),
        *(
            f"49.90 EUR jane@example.com balance of {ID}",
            f"EUR 49.90 refund of {ID}",
            f"$25 {ID}",
            f"12 {ID}",
        ),
        *(f"jane@example.com 49.90 EUR balance of {ID}", "status report 20 EUR", "lunch", "PL123 lunch"),
        *("plasterworkers 20 EUR", "lunch for plasterworkers 20 EUR"),
    ],
)
def test_what_is_not_wholly_an_order_is_the_beginning_of_a_link(text: str) -> None:
    assert read_order(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        *(
            ("cancel", ""),
            ("pause it", "it"),
            ("why?", ""),
            ("extend 3d", "3d"),
            ("extend until 31 Dec", "until 31 Dec"),
        ),
        ("edit Invoice 13", "Invoice 13"),
    ],
)
def test_in_reply_to_a_card_the_link_is_that_of_the_card(text: str, rest: str) -> None:
    found = read_order(text, ID)
    assert found is not None
    assert (found.link_id, found.rest) == (ID, rest)
    assert read_order(f"cancel {OTHER}", ID) == Order(Verb.CANCEL, OTHER)
    assert read_order("cancel fee 20 EUR", ID) is None
    assert read_order("refund 10 EUR", ID) == Order(None, ID, "refund 10 EUR")
    assert read_order("chairs 10 EUR", ID) is None


def test_without_a_link_an_order_asks_for_it() -> None:
    assert read_order("cancel") == Order(Verb.CANCEL)
    assert read_order("extend friday") == Order(Verb.EXTEND, None, "friday")
    assert read_order("history at the provider") == Order(Verb.HISTORY, None, "at the provider")


@pytest.mark.parametrize(
    "text",
    [
        *("refund {id}", "refund {id} 10 EUR", "refund 10 EUR {id}", "Refund: <{id}>", "{id} refund 10 EUR"),
        *("cancle {id}", "{low} cancle", "lunch {id} cancel"),
        *("extend fence {id}", "extend 200 EUR {id}", "extend 3d {id} {other}"),
        *("{id}", "{id} 49.90 EUR", "Invoice 12 cancel {id}", "cancel {id} {other}", "charge {id}-2"),
    ],
)
def test_what_names_a_link_behind_a_word_begins_no_new_one(text: str) -> None:
    typed = text.format(id=ID, low=ID.lower(), other=OTHER)
    assert read_order(typed) == Order(None, ID, typed)


@pytest.mark.parametrize(
    "text", ["refund", "Refund!", "refund please", "refund jane@example.com", "refund 12", "remboursement"]
)
def test_money_back_without_an_amount_begins_no_new_link(text: str) -> None:
    assert read_order(text) == Order(None, None, text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        *(
            (text, True)
            for text in ("help", "--help", "HELP", "help?", "hepl", "Hlep", "ehlp", "hellp", "Aide", "aide ?")
        ),
        *((text, False) for text in ("helm", "heap", "hello", "help desk 5 EUR", "", "5 EUR hepl")),
    ],
)
def test_help_is_understood_also_with_its_letters_in_disorder(text: str, asks: bool) -> None:  # noqa: FBT001
    assert asks_for_help(text) is asks


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"annuler {ID}", Order(Verb.CANCEL, ID)),
        (f"{ID} Annuler", Order(Verb.CANCEL, ID)),
        ("annuler", Order(Verb.CANCEL)),
        ("annuler le lien svp", Order(Verb.CANCEL, None, "le lien svp")),
        ("liste", Order(Verb.LIST)),
        ("mes liens", Order(Verb.LIST)),
        ("liste tous mes liens", Order(Verb.LIST)),
        (f"prolonger {ID} de 3 jours", Order(Verb.EXTEND, ID, "de 3 jours")),
        (f"prolonger jusqu'à vendredi {ID}", Order(Verb.EXTEND, ID, "jusqu'à vendredi")),
        (f"modifier {ID} Facture 13", Order(Verb.EDIT, ID, "Facture 13")),
        (f"pourquoi {ID} ?", Order(Verb.WHY, ID, "?")),
        (f"statut {ID}", Order(Verb.WHY, ID)),
        ("annuler la commande 12 20 EUR", None),
        ("liste de mariage 50 EUR", None),
        ("modifier la robe", None),
    ],
)
def test_orders_are_read_in_french_too(text: str, wanted: Order | None) -> None:
    assert read_order(text) == wanted


@pytest.mark.parametrize(
    ("text", "verb", "sought"),
    [
        ("status Jane", Verb.WHY, "Jane"),
        ("Status of Jane's link?", Verb.WHY, "Jane"),
        ("status INV-2041", Verb.WHY, "INV-2041"),
        ("status #2041", Verb.WHY, "2041"),
        ("status Invoice 12", Verb.WHY, "Invoice 12"),
        ("statut du lien de Jane", Verb.WHY, "Jane"),
        ("why jane@example.com", Verb.WHY, "jane@example.com"),
        ("status +44 20 7946 0958", Verb.WHY, "+44 20 7946 0958"),
        ("cancel INV-2041", Verb.CANCEL, "INV-2041"),
        ("cancel the link of jane@example.com", Verb.CANCEL, "jane@example.com"),
        ("cancel ref INV-2041", Verb.CANCEL, "INV-2041"),
        ("annuler #2041", Verb.CANCEL, "2041"),
        ("history INV-2041", Verb.HISTORY, "INV-2041"),
        ("extend INV-2041", Verb.EXTEND, "INV-2041"),
        ("status 2041", Verb.WHY, "2041"),
        ("why 2041?", Verb.WHY, "2041"),
        ("history of 2041", Verb.HISTORY, "2041"),
        ("cancel 2041", Verb.CANCEL, "2041"),
        ("cancel the link 2041 please", Verb.CANCEL, "2041"),
        ("annule la facture 2041", Verb.CANCEL, "facture 2041"),
        ("pause 2041", Verb.PAUSE, "2041"),
        ("cancel +44 20 7946 0958", Verb.CANCEL, "+44 20 7946 0958"),
        ("extend 2041", Verb.EXTEND, "2041"),
        ("extend 2041 3d", Verb.EXTEND, "2041"),
        ("extend 2041 3 days", Verb.EXTEND, "2041"),
        ("extend INV-2041 until friday", Verb.EXTEND, "INV-2041"),
        ("extend +44 20 7946 0958 by a week", Verb.EXTEND, "+44 20 7946 0958"),
        ("prolonger 2041 de 3 jours", Verb.EXTEND, "2041"),
    ],
)
def test_a_link_may_be_described_instead_of_named(text: str, verb: Verb, sought: str) -> None:
    for about in (None, ID):  # what is said counts, not the card that it replies to
        order = read_order(text, about)
        assert order is not None
        assert (order.verb, order.link_id, " ".join(order.sought)) == (verb, None, sought)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("extend 2041", ""),
        ("extend 2041 3 days", "3 days"),
        ("extend INV-2041 until friday", "until friday"),
        ("prolonger 2041 de 3 jours", "3 jours"),
        ("edit 2041 2 chairs", "2 chairs"),
        ("cancel 2041", ""),
        ("status Jane Doe", ""),
    ],
)
def test_what_stands_behind_a_description_belongs_to_the_order(text: str, rest: str) -> None:
    order = read_order(text)
    assert order is not None
    assert order.rest == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("links jane@example.com", "jane@example.com"),
        ("links INV-2041", "INV-2041"),
        ("list open Jane Doe", "open Jane Doe"),
        ("liste payés Hélène", "paid Hélène"),
        ("links #2041", "#2041"),
        ("links 2041", "2041"),
        ("list open 2041", "open 2041"),
        ("links Invoice 12", "Invoice 12"),
        ("links +44 20 7946 0958", "+44 20 7946 0958"),
    ],
)
def test_a_list_is_of_what_else_is_said(text: str, rest: str) -> None:
    assert read_order(text) == Order(Verb.LIST, None, rest)


@pytest.mark.parametrize("word", ["list", "links", "status", "why", "cancel", "pause", "liens", "statut"])
@pytest.mark.parametrize(
    "rest",
    [
        *("25 EUR", "jane@example.com 25 EUR", "$25", "49.90", "2 chairs", "INV-2041 25 EUR"),
        *("Invoice 12 25 EUR", "1,234 KWD Jane", "20 EUR or 25 USD", "25 eur jane", "5k", "٢٥ USD"),
    ],
)
def test_what_has_an_amount_is_no_search(word: str, rest: str) -> None:
    assert read_order(f"{word} {rest}") is None
    assert read_order(f"{word} {rest}", ID) is None


@pytest.mark.parametrize(
    ("text", "sought", "rest"),
    [
        ("edit 2041 Garden chairs", "2041", "Garden chairs"),
        ("edit 2041 2 chairs", "2041", "2 chairs"),
        ("edit invoice 13", "invoice 13", ""),
    ],
)
def test_the_new_text_may_stand_behind_a_number(text: str, sought: str, rest: str) -> None:
    assert read_order(text) == Order(Verb.EDIT, None, rest, sought=tuple(sought.split()))
    assert read_order(text, ID) == Order(Verb.EDIT, ID, text.partition(" ")[2]), "of the card it replies to"


@pytest.mark.parametrize(
    "text",
    [
        *("2041", "2041 status", "extend 2041 fence", "extend 2041 EUR 3d", "edit 2041 20 EUR"),
        *("cancel 2,041", "status 2041.50", "status CHF2041", "status 2041€", "cancel 2041 EUR"),
    ],
)
def test_a_number_that_is_an_amount_is_a_sale(text: str) -> None:
    assert read_order(text) is None


@pytest.mark.parametrize("text", ["100 EUR jane@example.com", "jane@example.com", "INV-2041", "Jane status"])
def test_a_search_begins_with_its_word(text: str) -> None:
    assert read_order(text) is None


@pytest.mark.parametrize("text", ["cancel plumbing", "cancel friday", "pause 3d", "edit my site"])
def test_what_may_be_sold_describes_no_link(text: str) -> None:
    assert read_order(text) is None


@pytest.mark.parametrize("text", ["status {id}", "{id} Status?", "{low} status"])
def test_the_status_of_a_link_is_why_it_says_what_it_says(text: str) -> None:
    assert read_order(text.format(id=ID, low=ID.lower())) == Order(Verb.WHY, ID)


@pytest.mark.parametrize(
    ("text", "verb"), [("list", Verb.LIST), ("Cancel fee", Verb.CANCEL), ("chairs", None), ("", None)]
)
def test_a_description_that_begins_like_an_order_is_known(text: str, verb: Verb | None) -> None:
    assert verb_before(text) is verb


@given(st.sampled_from(Verb), st.sampled_from(["", "3d", "2026-12-05T09:00:00+00:00", "a=b"]), st.booleans())
def test_a_button_brings_back_what_it_was_drawn_with(verb: Verb, value: str, sure: bool) -> None:  # noqa: FBT001
    assert from_button(ID, in_button(verb, value, sure=sure)) == (Order(verb, ID, value), sure)


def test_the_longest_button_fits_what_telegram_carries() -> None:
    argument = in_button(Verb.EXTEND, "2026-12-05T09:00:00+00:00", sure=True)
    assert len(f"p1:{new_link_id(START)}:0:manage:{argument}") <= 64


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_failure(text: str) -> None:
    read_order(text)
    read_order(text, ID)
    read_order(f"cancel {text}")


@pytest.mark.parametrize("text", [f"cancel {ID[:-1]}", f"Cancel the link {ID}C.", f"annule {ID[:-2]}"])
def test_a_mistyped_reference_names_no_link_and_begins_none(text: str) -> None:
    order = read_order(text)
    assert order is not None
    assert (order.verb, order.link_id) == (Verb.CANCEL, text.rsplit(maxsplit=1)[-1].strip("."))


@pytest.mark.parametrize(
    "text", [f"extend {ID[:-1]} 3d", f"edit {ID}C Invoice 13", f"why {ID[:-1]} not paid"]
)
def test_so_it_does_with_more_behind_it(text: str) -> None:
    order = read_order(text)
    assert order is not None
    assert order.link_id == text.split()[1]


@pytest.mark.parametrize(
    "text",
    [f"share {ID[:-1]} 20 EUR", "cancel plumbing", "share platform fee", "pause PLATE 12", f"25 EUR {ID}C"],
)
def test_what_only_begins_like_a_reference_is_a_description(text: str) -> None:
    assert read_order(text) is None


@pytest.mark.parametrize("text", ["?", " ?? ", "help me", "Help, please!", "aidez-moi svp", "/help"])
def test_who_is_at_a_loss_is_helped(text: str) -> None:
    assert asks_for_help(text)


@pytest.mark.parametrize("text", ["help desk 20 EUR", "", "?20", "aide à domicile", "me help"])
def test_what_is_sold_is_no_call_for_help(text: str) -> None:
    assert not asks_for_help(text)


@pytest.mark.parametrize("text", ["cancel this", "cancel that link", "annule ça"])
def test_in_reply_to_a_card_this_is_its_link(text: str) -> None:
    order = read_order(text, ID)
    assert order is not None
    assert (order.verb, order.link_id) == (Verb.CANCEL, ID)
