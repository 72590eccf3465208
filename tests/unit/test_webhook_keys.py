"""By what the inbox knows a webhook again, and an event is applied once."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.backends._keys import event_in, fetched_key, id_of, key_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "timestamp", "data"]), inner),
)


def test_a_key_begins_with_the_moment_and_ends_with_the_id() -> None:
    assert key_of("2026-11-21T09:12:46Z", "evt_1", None).id == "2026-11-21T09:12:46Z evt_1"
    assert key_of(1782892800, "evt_1", None).id == "1782892800 evt_1"


@pytest.mark.parametrize("moment", [None, "", 1.5, [], {}])
def test_without_a_moment_the_id_is_all(moment: object) -> None:
    assert key_of(moment, "evt_1", None).id == "evt_1"


def test_a_moment_of_any_length_leaves_the_id_whole() -> None:
    assert key_of("2" * 1000, "evt_1", None).id.endswith(" evt_1")


@pytest.mark.parametrize("about", [None, ""])
def test_what_says_nothing_of_its_link_stands_alone(about: str | None) -> None:
    key = key_of("2026-11-21T09:12:46Z", "evt_1", about)
    assert key.about == key.id


@pytest.mark.parametrize("told", [None, "", 7, ["evt_1"]])
def test_what_has_no_id_goes_by_its_bytes(told: object) -> None:
    assert id_of(told, b"one") != id_of(told, b"two")
    assert id_of(told, b"one").startswith("sha256:")


def test_half_an_emoji_elsewhere_does_not_hide_the_id() -> None:
    assert event_in(b'{"id": "evt_1", "data": {"name": "Jane \\ud83d"}}')["id"] == "evt_1"


@given(st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_has_an_event_which_may_be_empty(body: bytes) -> None:
    assert isinstance(event_in(body), dict)


def test_what_is_nested_too_deeply_has_an_empty_one() -> None:
    assert event_in(b'{"data": ' + b"[" * 100_000) == {}


def test_the_key_of_what_was_fetched_changes_with_it_and_is_never_too_long() -> None:
    assert fetched_key("pay_1", "Captured", "captured=4990") == "fetched:pay_1:Captured:captured=4990"
    assert fetched_key("pay_1", None) != fetched_key("pay_1", "4990 EUR")
    assert len(fetched_key("x" * 1000, "Captured")) == 255
