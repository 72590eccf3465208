"""What a backend makes of webhooks: proof first, then a key, then events in our words."""

import copy
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import BackendProtocolError, PaylinkError, WebhookRejected
from bot.inbox.receive import STRIPES, stripe_of
from bot.money import Money
from bot.ports.model import EventKind
from tests.contract.backend_rig import BackendRig, needs
from tests.contract.backend_trouble import assert_silent

small = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


class WebhookContract:
    """Nothing unproven is read, and what is read is exact."""

    async def test_what_the_provider_sends_is_verified_however_much_was_passed_over(
        self, rig: BackendRig
    ) -> None:
        await rig.rig.control("clock", advance_s=30 * 86_400)
        _, created = await rig.created()
        await rig.pay(created.provider_id, "paid")
        await rig.event(EventKind.CAPTURED)
        for sent in await rig.webhooks(1):
            rig.backend.verify(sent.headers, sent.body, rig.now)
            rig.backend.verify(dict(sent.headers), sent.body, rig.now)

    async def test_one_changed_byte_anywhere_is_rejected(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        await rig.pay(created.provider_id, "declined")
        sent = (await rig.webhooks(1))[0]
        for at in range(len(sent.body)):
            changed = sent.body[:at] + bytes([sent.body[at] ^ 1]) + sent.body[at + 1 :]
            with pytest.raises(WebhookRejected):
                rig.backend.verify(sent.headers, changed, rig.now)

    async def test_a_proof_in_capitals_is_the_same_number(self, rig: BackendRig) -> None:
        proof = {name: re.sub("[0-9a-f]{64}", _in_capitals, told) for name, told in rig.signed(b"{}").items()}
        assert proof != rig.signed(b"{}")
        rig.backend.verify(proof, b"{}", rig.now)

    @pytest.mark.parametrize("change", [b" ", b"\n", b"\x00", b"{}"])
    async def test_nothing_may_be_added(self, rig: BackendRig, change: bytes) -> None:
        body = b'{"id":"evt_1"}'
        for changed in (body + change, change + body, b""):
            with pytest.raises(WebhookRejected):
                rig.backend.verify(rig.signed(body), changed, rig.now)

    async def test_the_headers_that_prove_it_are_declared(self, rig: BackendRig) -> None:
        assert rig.backend.info.proof_headers == set(rig.signed(b"{}"))

    async def test_a_missing_proof_is_rejected(self, rig: BackendRig) -> None:
        with pytest.raises(WebhookRejected) as rejected:
            rig.backend.verify({}, b"{}", rig.now)
        assert rejected.value.status in range(400, 500)

    @pytest.mark.parametrize("forged", ["", "0" * 64, "\u00e9" * 32, "sha256=", "null"])
    async def test_a_made_up_proof_is_rejected(self, rig: BackendRig, forged: str) -> None:
        with pytest.raises(WebhookRejected) as rejected:
            rig.backend.verify(dict.fromkeys(rig.signed(b"{}"), forged), b"{}", rig.now)
        assert_silent(rig, rejected.value)

    async def test_another_secrets_proof_is_rejected(self, rig: BackendRig) -> None:
        for secret in ("wrong", rig.key, rig.settings["WEBHOOK_SECRET"] + " ", ""):
            with pytest.raises(WebhookRejected):
                rig.backend.verify(rig.signed(b"{}", secret), b"{}", rig.now)

    @pytest.mark.parametrize("setting", ["", " ", ",", " , ,"])
    async def test_an_empty_secret_is_a_closed_door(self, rig: BackendRig, setting: str) -> None:
        backend = rig.other(WEBHOOK_SECRET=setting)
        for secret in ("", setting, rig.settings["WEBHOOK_SECRET"]):
            with pytest.raises(WebhookRejected):
                backend.verify(rig.signed(b"{}", secret), b"{}", rig.now)

    async def test_two_secrets_are_good_while_one_replaces_the_other(self, rig: BackendRig) -> None:
        backend = rig.other(WEBHOOK_SECRET="old-one, new-one")
        backend.verify(rig.signed(b"{}", "old-one"), b"{}", rig.now)
        backend.verify(rig.signed(b"{}", "new-one"), b"{}", rig.now)
        for secret in ("old-one, new-one", "old-one,", rig.settings["WEBHOOK_SECRET"], ""):
            with pytest.raises(WebhookRejected):
                backend.verify(rig.signed(b"{}", secret), b"{}", rig.now)

    async def test_what_was_kept_in_quarantine_is_taken_after_the_secret_is_mended_however_late(
        self, rig: BackendRig
    ) -> None:
        proof, received_at = rig.signed(b"{}", "the-right-one"), rig.now
        with pytest.raises(WebhookRejected):
            rig.backend.verify(proof, b"{}", received_at)
        await rig.rig.control("clock", advance_s=timedelta(days=30).total_seconds())
        rig.other(WEBHOOK_SECRET="the-right-one").verify(proof, b"{}", received_at)

    @needs("repetitions with the same id")
    async def test_a_repeated_event_has_the_same_key(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        webhooks = f"POST /webhooks/{rig.provider.name}"
        await rig.rig.fault(webhooks, "duplicate", times=1)
        await rig.pay(created.provider_id, "declined")
        keys = [rig.backend.event_key(sent.body).id for sent in await rig.webhooks(2)]
        assert keys[0] == keys[1] != ""

    async def test_different_events_have_different_keys(self, rig: BackendRig) -> None:
        for _ in range(2):
            _, created = await rig.created()
            await rig.pay(created.provider_id, "declined")
            await rig.pay(created.provider_id, "paid")
        await rig.events(EventKind.DECLINED, 2)
        await rig.events(EventKind.CAPTURED, 2)
        sent = await rig.webhooks(1)
        keys = [rig.backend.event_key(one.body).id for one in sent]
        assert len(set(keys)) == len(keys)
        ids = [event.key for one in sent for event in rig.backend.parse(one.body)]
        assert all(key.endswith(event_id) for key, event_id in zip(keys, ids, strict=True))

    async def test_what_comes_for_one_link_is_handled_in_order_beside_another(self, rig: BackendRig) -> None:
        told = {EventKind.DECLINED, EventKind.CAPTURED}
        for links in (1, 2):
            _, created = await rig.created()
            for outcome, kind in (("declined", EventKind.DECLINED), ("paid", EventKind.CAPTURED)):
                await rig.pay(created.provider_id, outcome)
                await rig.events(kind, links)
            bodies = [one.body for one in await rig.webhooks(1)]
            of_money = [body for body in bodies if rig.backend.parse(body)[0].kind in told]
            assert len({rig.backend.event_key(body).about for body in of_money}) == links

    async def test_later_events_have_later_keys(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        keys = []
        for outcome, kind in (("declined", EventKind.DECLINED), ("paid", EventKind.CAPTURED)):
            await rig.pay(created.provider_id, outcome)
            keys.append(rig.backend.event_key((await rig.sent(kind)).body).id)
            await rig.rig.control("clock", advance_s=3600)
        assert keys[0] < keys[1]

    @needs("authorisations")
    async def test_an_authorised_payment_is_read_exactly(self, rig: BackendRig) -> None:
        for amount in rig.provider.amounts:
            request, created = await rig.created(amount=amount)
            payment = await rig.pay(created.provider_id, "authorised")
            event = await rig.event(EventKind.AUTHORISED)
            assert (event.reference, event.provider_payment_id) == (request.reference, payment["id"])
            assert event.amounts[EventKind.AUTHORISED] == amount
            assert event.occurred_at.utcoffset() is not None
            assert abs(datetime.now(UTC) - event.occurred_at) < timedelta(minutes=1)
            rig.rig.service.received.clear()

    async def test_a_captured_payment_is_read_exactly(self, rig: BackendRig) -> None:
        for amount in rig.provider.amounts:
            request, created = await rig.created(amount=amount)
            payment = await rig.pay(created.provider_id, "paid")
            event = await rig.event(EventKind.CAPTURED)
            assert rig.belongs(event, request, created)
            assert event.provider_payment_id == payment["id"]
            assert event.amounts[EventKind.CAPTURED] == amount
            rig.rig.service.received.clear()

    async def test_a_declined_attempt_says_why(self, rig: BackendRig) -> None:
        request, created = await rig.created()
        payment = await rig.pay(created.provider_id, "declined")
        event = await rig.event(EventKind.DECLINED)
        assert rig.belongs(event, request, created)
        assert event.provider_payment_id == payment["id"]
        assert event.reason

    @needs("captures in parts")
    async def test_captures_in_parts_add_up(self, rig: BackendRig) -> None:
        _, created = await rig.created(amount=rig.asked)
        await rig.pay(created.provider_id, "authorised")
        await rig.pay(created.provider_id, "captured", amount=1000)
        await rig.pay(created.provider_id, "captured", amount=3990)
        captured = await rig.events(EventKind.CAPTURED, 2)
        taken = {event.amounts[EventKind.CAPTURED] for event in captured}
        assert taken == {Money(1000, rig.asked.currency), rig.asked}

    @needs("other amounts")
    async def test_less_than_asked_is_told_as_less(self, rig: BackendRig) -> None:
        _, created = await rig.created(amount=rig.asked)
        await rig.pay(created.provider_id, "paid", amount=4000)
        event = await rig.event(EventKind.CAPTURED)
        assert event.amounts[EventKind.CAPTURED] == Money(4000, rig.asked.currency)

    async def test_a_broken_body_with_a_good_proof_has_a_key_and_is_not_read(self, rig: BackendRig) -> None:
        bodies = [b"", b"{", b'{"id": "evt_1", "type"', b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"{}"]
        for body in bodies:
            rig.backend.verify(rig.signed(body), body, rig.now)
            with pytest.raises(BackendProtocolError):
                rig.backend.parse(body)
        assert len({rig.backend.event_key(body).id for body in bodies}) == len(bodies)

    async def test_a_key_fits_into_its_column_however_long_the_id(self, rig: BackendRig) -> None:
        body = json.dumps({"id": "evt_" + "x" * 1000}).encode()
        assert 0 < len(rig.backend.event_key(body).id) <= 255

    async def test_what_an_event_with_half_an_emoji_tells_can_be_asked_after(self, rig: BackendRig) -> None:
        asked = set()
        for at in range(len([*_places(dict(rig.provider.sample))])):
            event = copy.deepcopy(dict(rig.provider.sample))
            parent, name = [*_places(event)][at]
            parent[name] = f"{parent[name]}\ud83d"
            assert stripe_of(rig.backend.event_key(json.dumps(event).encode()).about) in range(STRIPES)
            with suppress(BackendProtocolError):
                asked |= {
                    (told.provider_payment_id, told.reference)
                    for told in rig.backend.parse(json.dumps(event).encode())
                }
        for payment, reference in asked:
            with suppress(PaylinkError):
                assert await rig.backend.fetch_payment(payment or "") == ()
            with suppress(PaylinkError):
                assert await rig.backend.find_payments(reference or "") == ()

    @small
    @given(body=st.binary(max_size=60))
    async def test_any_bytes_have_a_key_that_fits_and_stays(self, rig: BackendRig, body: bytes) -> None:
        key = rig.backend.event_key(body).id
        assert key == rig.backend.event_key(bytes(body)).id
        assert 0 < len(key) <= 255

    async def test_what_cannot_be_read_is_told_without_what_stands_there(self, rig: BackendRig) -> None:
        told = []
        for at in range(len([*_places(dict(rig.provider.sample))])):
            event = copy.deepcopy(dict(rig.provider.sample))
            parent, name = [*_places(event)][at]
            parent[name] = "Zebedee Quillfeather " * 1000
            try:
                rig.backend.parse(json.dumps(event).encode())
            except BackendProtocolError as error:
                told.append(str(error))
        with pytest.raises(BackendProtocolError) as refused:
            rig.backend.parse(b"\xff" * 1_000_000)
        assert told
        for text in [*told, str(refused.value)]:
            assert len(text) < 100
            assert "Zebedee" not in text

    @small
    @given(choice=st.integers(0, 10_000), value=json_values)
    async def test_an_event_in_a_strange_shape_is_read_or_refused_but_never_breaks(
        self, rig: BackendRig, choice: int, value: Any
    ) -> None:
        event = copy.deepcopy(dict(rig.provider.sample))
        places = [*_places(event)]
        parent, name = places[choice % len(places)]
        parent[name] = value
        body = json.dumps(event).encode()
        assert len(rig.backend.event_key(body).id) <= 255
        try:
            events = rig.backend.parse(body)
        except BackendProtocolError:
            return
        assert all(type(amount.minor) is int for one in events for amount in one.amounts.values())
        assert all(one.occurred_at.utcoffset() is not None for one in events)


def _in_capitals(found: re.Match[str]) -> str:
    return found.group().upper()


def _places(inside: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every key of an object and of the objects in it."""
    for name, value in inside.items():
        yield inside, name
        if isinstance(value, dict):
            yield from _places(value)
