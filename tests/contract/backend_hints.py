"""What a backend makes of webhooks that prove nothing: what they speak of is fetched."""

import json
from typing import Any

import pytest
from httpx import URL
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import WebhookRejected
from bot.ports.model import EventKind
from tests.contract.backend_rig import BackendRig
from tests.contract.backend_webhooks import small


class HintContract:
    """Only ids are read, and only such as have the right form."""

    async def test_nothing_it_sends_is_proof(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        await rig.pay(created.provider_id, "paid")
        sent = (await rig.webhooks(1))[0]
        assert (rig.backend.info.proof_headers, rig.backend.info.signed) == (frozenset(), False)
        with pytest.raises(WebhookRejected):
            rig.backend.verify(sent.headers, sent.body, rig.now)
        assert rig.backend.parse(sent.body) == ()

    async def test_hints_come_to_the_address_of_their_link_and_lead_to_its_payment(
        self, rig: BackendRig
    ) -> None:
        address = f"{rig.rig.world.service_url}/webhooks/{rig.provider.name}/token-of-this-link"
        request, created = await rig.created(webhook_url=address)
        payment = await rig.pay(created.provider_id, "paid")
        event = await rig.event(EventKind.CAPTURED)
        assert (event.provider_payment_id, event.reference) == (payment["id"], request.reference)
        assert event.amounts[EventKind.CAPTURED] == rig.asked
        assert {one.path for one in await rig.webhooks(1)} == {URL(address).path}

    async def test_a_declined_attempt_says_why(self, rig: BackendRig) -> None:
        request, created = await rig.created()
        payment = await rig.pay(created.provider_id, "declined")
        event = await rig.event(EventKind.DECLINED)
        assert (event.reference, event.provider_payment_id) == (request.reference, payment["id"])
        assert event.reason

    @pytest.mark.parametrize("strange", ["../../orders", "a/b", "x?y=1", "", "é", "x" * 300])
    async def test_an_id_of_the_wrong_form_is_not_taken(self, rig: BackendRig, strange: str) -> None:
        body = json.dumps(dict(rig.provider.sample))
        assert rig.backend.payments_in(body.encode()) == (rig.provider.unknown_payment,)
        changed = body.replace(rig.provider.unknown_payment, strange)
        assert rig.backend.payments_in(changed.encode()) == ()

    @small
    @given(body=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
    async def test_any_bytes_are_a_hint_at_nothing(self, rig: BackendRig, body: Any) -> None:
        assert rig.backend.payments_in(body) == ()
