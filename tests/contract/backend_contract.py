"""What every payment backend must do: links first, then payments, trouble, webhooks.

A backend's own test file supplies a `Provider` (see `backend_rig`) and nothing else.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from bot.errors import BackendAuthFailed, BackendProtocolError, BackendRejected
from bot.money import EXPONENTS, Money
from bot.ports.backend import BEHIND
from bot.ports.model import Mode
from tests.contract.backend_expectations import ExpectationContract
from tests.contract.backend_features import FeatureContract
from tests.contract.backend_hints import HintContract
from tests.contract.backend_payments import PaymentContract
from tests.contract.backend_rig import BackendRig, Provider, needs
from tests.contract.backend_trouble import TroubleContract
from tests.contract.backend_webhooks import WebhookContract


class LinkContract:
    """Links are made as asked, and come back as they are."""

    async def test_a_created_link_has_an_id_an_address_and_its_expiry(self, rig: BackendRig) -> None:
        request, created = await rig.created()
        assert created.provider_id
        assert created.url.startswith("http")
        if rig.backend.info.ends:
            assert created.expires_on is not None
            assert abs(created.expires_on - request.expires_at) < timedelta(seconds=5)

    async def test_a_link_can_be_fetched_under_its_id(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        fetched = await rig.backend.fetch(created.provider_id)
        assert (fetched.provider_id, fetched.usable, fetched.received) == (created.provider_id, True, False)
        assert (fetched.payment_ids, fetched.taken_back) == ((), False)

    @needs("a told expiry")
    async def test_a_fetched_link_says_when_it_expires(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        fetched = await rig.backend.fetch(created.provider_id)
        assert fetched.expires_on is not None
        assert created.expires_on is not None
        assert abs(fetched.expires_on - created.expires_on) < timedelta(seconds=1)

    async def test_the_reference_is_ours_and_comes_back(self, rig: BackendRig) -> None:
        first, made_first = await rig.created()
        second, made_second = await rig.created()
        assert first.reference != second.reference
        assert (await rig.backend.fetch(made_first.provider_id)).reference == first.reference
        assert (await rig.backend.fetch(made_second.provider_id)).reference == second.reference

    async def test_amount_and_currency_arrive_and_return_exactly(self, rig: BackendRig) -> None:
        for amount in rig.provider.amounts:
            _, created = await rig.created(amount=amount)
            assert (await rig.backend.fetch(created.provider_id)).amount == amount
            at_provider = (await rig.known())[-1]
            assert (at_provider["amount"], at_provider["currency"]) == (amount.minor, amount.currency)

    async def test_the_amounts_tried_have_every_number_of_decimals(self, rig: BackendRig) -> None:
        offered = {EXPONENTS[currency] for currency in rig.backend.info.currencies}
        tried = {EXPONENTS[amount.currency] for amount in rig.provider.amounts}
        assert offered == tried

    async def test_every_offered_currency_is_taken(self, rig: BackendRig) -> None:
        offered = sorted(rig.backend.info.currencies)
        for currency in offered:
            await rig.created(amount=Money(12_340, currency))
        assert sorted(link["currency"] for link in await rig.known()) == offered

    async def test_a_link_is_made_with_no_more_than_is_required(self, rig: BackendRig) -> None:
        _, created = await rig.created(**rig.provider.least)
        assert (await rig.backend.fetch(created.provider_id)).usable

    async def test_people_may_be_called_anything(self, rig: BackendRig) -> None:
        name = 'Zoë "Łukasz" <b>O\u2019Neill</b> & شركة 🧁\\'
        customer = replace(rig.request().customer, name=name, email=EMAIL_OF_ZOE)
        _, created = await rig.created(customer=customer, description='Café & Söhne "№ 5" 🧾')
        assert (await rig.backend.fetch(created.provider_id)).usable

    @needs("an end")
    async def test_an_expired_link_is_not_usable(self, rig: BackendRig) -> None:
        _, created = await rig.created(expires_at=datetime.now(UTC) + timedelta(minutes=1))
        await rig.rig.control("clock", advance_s=61)
        fetched = await rig.backend.fetch(created.provider_id)
        assert (fetched.usable, fetched.received, fetched.taken_back) == (False, False, False)

    async def test_a_link_is_made_and_outlives_no_more_than_its_time_however_much_was_passed_over(
        self, rig: BackendRig
    ) -> None:
        await rig.rig.control("clock", advance_s=30 * 86_400)
        _, created = await rig.created()
        await rig.rig.control("clock", advance_s=6 * 86_400)
        assert (await rig.backend.fetch(created.provider_id)).usable
        await rig.rig.control("clock", advance_s=86_400)
        assert (await rig.backend.fetch(created.provider_id)).usable is not rig.backend.info.ends

    @needs("an end")
    async def test_a_longer_life_than_the_backend_allows_is_cut_to_its_longest(self, rig: BackendRig) -> None:
        longest = timedelta(seconds=rig.backend.info.longest_expiry_s)
        request, created = await rig.created(expires_at=datetime.now(UTC) + 2 * longest)
        assert created.expires_on is not None
        assert abs(created.expires_on - request.now - longest) < timedelta(seconds=5)

    async def test_a_paid_link_is_received_and_names_its_payment(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        payment = await rig.pay(created.provider_id, "paid")
        fetched = await rig.backend.fetch(created.provider_id)
        assert (fetched.usable, fetched.received) == (not rig.backend.info.ends, True)
        assert fetched.payment_ids == (payment["id"],)

    async def test_a_declined_attempt_leaves_the_link_usable(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        await rig.pay(created.provider_id, "declined")
        fetched = await rig.backend.fetch(created.provider_id)
        assert (fetched.usable, fetched.received) == (True, False)

    async def test_a_link_that_nobody_made_is_not_found(self, rig: BackendRig) -> None:
        with pytest.raises(BackendProtocolError):
            await rig.backend.fetch(rig.provider.unknown_id)

    @pytest.mark.parametrize("strange", ["{}?x=1", "{}#x", "{}/", "./{}", "../x/{}", "{}%20", "é{}"])
    async def test_an_id_is_taken_by_the_letter(self, rig: BackendRig, strange: str) -> None:
        """Otherwise an id could lead to another address."""
        _, created = await rig.created()
        with pytest.raises(BackendProtocolError):
            await rig.backend.fetch(strange.format(created.provider_id))

    async def test_refused_answers_name_all_codes_and_the_field(self, rig: BackendRig) -> None:
        for refusal in rig.provider.refusals:
            with pytest.raises(BackendRejected) as rejected:
                await rig.created(**refusal.changes)
            assert frozenset(rejected.value.codes) == refusal.codes
            assert rejected.value.field == refusal.field
        assert await rig.known() == []

    async def test_a_good_key_is_confirmed_and_nothing_is_created(self, rig: BackendRig) -> None:
        line = await rig.backend.check()
        assert line.strip()
        assert rig.key not in line
        assert await rig.known() == []

    @pytest.mark.parametrize("key", ["", "sk_sbox_wrongwrongwrongwrongwrongwr"])
    async def test_a_wrong_key_is_said_to_be_wrong(self, rig: BackendRig, key: str) -> None:
        backend = rig.other(SECRET_KEY=key or f"{rig.key}x")
        for call in (backend.check(), backend.create(rig.request()), backend.fetch(rig.provider.unknown_id)):
            with pytest.raises(BackendAuthFailed):
                await call

    async def test_what_is_declared_can_be_done_and_nothing_else(self, rig: BackendRig) -> None:
        has = {feature for feature, protocol in BEHIND.items() if isinstance(rig.backend, protocol)}
        assert rig.backend.info.features == has == rig.provider.features

    async def test_the_stand_ins_account_is_a_test_account(self, rig: BackendRig) -> None:
        assert rig.backend.mode is Mode.TEST
        assert rig.backend.info.name == rig.provider.name


EMAIL_OF_ZOE = "zoe+o'neill@example.com"


@pytest.mark.asyncio(loop_scope="module")
class BackendContract(
    LinkContract, ExpectationContract, FeatureContract, PaymentContract, TroubleContract, WebhookContract
):
    """All that a backend must do whose webhooks prove who sends them."""

    provider: ClassVar[Provider]


@pytest.mark.asyncio(loop_scope="module")
class HintingBackendContract(
    LinkContract, ExpectationContract, FeatureContract, PaymentContract, TroubleContract, HintContract
):
    """All that a backend must do whose webhooks prove nothing."""

    provider: ClassVar[Provider]
