"""Words that describe a link: what is looked for, what is an amount instead, and which links are meant."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.searching import identify, likeness, speaks_of_money, tells_of_customer, words_sought
from bot.ports.model import Customer
from tests.unit.records import link

JANE = Customer("Jane O'Neill", "Jane.ONeill@example.com", "+442079460958")


@pytest.mark.parametrize(
    ("said", "sought"),
    [
        ("Jane", "Jane"),
        ("of Jane's", "Jane"),
        ("from jane@example.com.", "jane@example.com"),
        ("<jane@example.com>", "jane@example.com"),
        ("#2041", "2041"),
        ("ref:INV-2041", "INV-2041"),
        ("ref INV-2041", "INV-2041"),
        ("client Dupont", "Dupont"),
        ("pour Hélène", "Hélène"),
        ("tel +44 20 7946 0958", "+44 20 7946 0958"),
        ("Invoice 12", "Invoice 12"),
        ("mobile phone", "mobile phone"),
        ("of", ""),
        ("", ""),
    ],
)
def test_what_only_leads_to_what_is_looked_for_is_left_out(said: str, sought: str) -> None:
    assert " ".join(words_sought(said.split())) == sought


@pytest.mark.parametrize(
    "text",
    [
        *(
            "25 EUR",
            "Jane 25 EUR",
            "$25",
            "CHF2041",
            "49.90",
            "2,041",
            "2041€",
            "2041.-",
            "Jane 2",
            "2 chairs",
            "1,234 Jane",
        ),
        *(
            "Invoice 12 25 EUR",
            "Invoice 12 EUR",
            "jane@example.com 100",
            "INV-2041 100",
            "tel +442079460958 25",
        ),
        *("25k", "kind: setup", "1.234.567", "order lamp 25"),
    ],
)
def test_what_can_be_an_amount_is_no_search(text: str) -> None:
    assert speaks_of_money(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "Jane", "jane@example.com", "INV-2041", "#2041", "ref 2041", "2026-041", "F2026/041", "12A"),
        *("25", "2041", "2041?", "12345678901", "2041 2042", "٢٠٤١"),
        *("Invoice 12", "inv 2041", "INV 2041", "facture n° 12", "order 4711", "Rechnung Nr. 7"),
        *("+44 20 7946 0958", "(020) 7946 0958", "06 12 34 56 78", "0612345678", "tel 0958"),
        *("020-7946-0958", "06.12.34.56.78"),
    ],
)
def test_numbers_that_are_no_amount_are_looked_for(text: str) -> None:
    assert not speaks_of_money(text)


@pytest.mark.parametrize(
    ("sought", "like"),
    [
        *(
            ("jane", 2),
            ("JANE", 2),
            ("o'neill", 2),
            ("ann", 0),
            ("jan", 1),
            ("jane neil", 1),
            ("jane bob", 0),
        ),
        *(("jane.oneill@EXAMPLE.com", 2), ("example.com", 2), ("@example", 1), ("oneill@exam", 1)),
        *(("inv-20", 2), ("INV-2", 1), ("inv-200", 0), ("20", 2), ("hélène", 2), ("HELENE", 2), ("hele", 1)),
        *(
            ("He\u0301le\u0300ne", 2),
            ("Müller", 2),
            ("muller", 2),
            ("HAUPTSTRASSE", 2),
            ("straße 7", 1),
            ("ﬁ", 0),
        ),
        *(("+44 20 7946 0958", 2), ("020 7946 0958", 2), ("+44 (0)20 7946 0958", 2), ("0044 20 79460958", 2)),
        *(("(020) 7946-0958", 2), ("0958", 1), ("7946", 1), ("020 7946 0959", 0), ("58", 1)),
        *(("%", 0), ("_", 0), ("j_ne", 0), ("100%", 0), ("jane%", 0), (".*", 0), ("[a-z]", 0), ("\\", 0)),
        *(("946-0958", 2), ("46-0958", 1), ("46-09", 1), ("4-60", 0)),
        *(("jane 2079460958", 1), ("0000", 0), ("PL0123456789AB", 0)),
    ],
)
def test_a_link_is_known_by_its_customer_its_reference_and_what_it_is_for(sought: str, like: int) -> None:
    one = link(customer=JANE, own_reference="INV-20", description="Robe d'Hélène Müller, Hauptstraße 7")
    assert likeness(sought.split())(one) == like


def test_a_reference_that_is_in_a_telephone_number_too_stays_a_whole_one() -> None:
    numbered = link(customer=Customer(phone="+442079460958"), own_reference="0958")
    assert likeness(["0958"])(numbered) == 2


def test_every_sign_of_a_pattern_is_only_a_sign() -> None:
    odd = link(customer=Customer(), description="100% of a_b [x] \\ (c)*")
    for sign in ("100%", "a_b", "[x]", "\\", "(c)*", "_", "%"):
        assert likeness([sign])(odd), sign


def test_of_a_link_of_which_nothing_is_known_nothing_is_like_it() -> None:
    empty = link(customer=Customer(), description=None)
    assert likeness(["jane"])(empty) == 0


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_written_is_found_by_each_part_of_it(before: str, part: str, behind: str) -> None:
    known: dict[str, Any] = {"description": f"{before}{part}{behind}", "customer": Customer()}
    for word in part.split():
        assert likeness([word])(link(**known)) or any(map(str.isspace, known["description"]))
        speaks_of_money(word)
        words_sought([word])


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        *(
            (text, True)
            for text in ("jane@example.com", "open jane@exam", "@example.com", "cancel <joe@x.org>")
        ),
        *((text, True) for text in ("+44 20 7946 0958", "open 020 7946 0958", "tel 0958", "name: Jane")),
        *((text, True) for text in ("946-0958", "tel:+442079460958")),
        *(
            (text, False)
            for text in ("", "open", "46-0958", "INV-2041", "2041", "Invoice 12", "PL0123456789AB")
        ),
    ],
)
def test_what_tells_of_a_customer_is_known(text: str, tells: bool) -> None:  # noqa: FBT001
    assert tells_of_customer(text) is tells


@pytest.mark.parametrize(
    ("said", "one"),
    [
        *(
            (said, True)
            for said in ("INV-2041", "jane@example.com", "invoice 2041", "020 7946 0958", "946-0958")
        ),
        *((said, False) for said in ("lamp", "invoice lamp", "lamp 2041", "46 0958")),
    ],
)
def test_what_one_link_is_known_by_is_told_from_what_is_sold(said: str, one: bool) -> None:  # noqa: FBT001
    assert identify(said.split()) is one
