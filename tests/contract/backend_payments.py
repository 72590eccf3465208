"""What a backend tells of payments: by webhook, when it is asked, and where one of the two fails."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import BackendProtocolError
from bot.links.payments import learn
from bot.money import Money
from bot.ports.model import EventKind, Payment
from tests.contract.backend_rig import BackendRig, Story, needs


class PaymentContract:
    """The same truth by every way."""

    async def test_every_word_of_the_provider_means_what_it_must(self, rig: BackendRig) -> None:
        for story in rig.provider.stories:
            payment = await self.played(rig, story)
            event = await rig.told(story.word)
            assert (story.word, event.kind) == (story.word, story.kind)
            assert event.provider_payment_id == payment
            assert (event.reference is not None) == story.names_link, story.word
            assert {**rig.minor(event), **story.amounts} == rig.minor(event), story.word
            assert abs(datetime.now(UTC) - event.occurred_at) < timedelta(minutes=1)

    async def test_a_payment_that_is_fetched_is_what_it_has_become(self, rig: BackendRig) -> None:
        for story in rig.provider.stories:
            payment = await self.played(rig, story)
            fetched = await rig.backend.fetch_payment(payment)
            if story.fetched is None:
                assert (story.word, fetched) == (story.word, ())
                continue
            (event,), (kind, amounts) = fetched, story.fetched
            assert (story.word, event.kind, rig.minor(event)) == (story.word, kind, dict(amounts))
            assert event.provider_payment_id == payment
            assert event.reference

    async def test_whether_refunds_are_told_of_is_declared(self, rig: BackendRig) -> None:
        assert rig.backend.info.tells_refunds is ("refunds" not in rig.provider.lacks)

    @needs("refunds")
    async def test_webhooks_and_the_fetched_payment_agree_about_the_money(self, rig: BackendRig) -> None:
        """In any order, and each alone as far as it goes."""
        _, created = await rig.created(amount=rig.asked)
        payment = await rig.pay(created.provider_id, "paid")
        sent = await rig.events(EventKind.CAPTURED)  # before more happens: a hint tells only of the present
        await rig.pay(created.provider_id, "refunded", amount=1000)
        sent += await rig.events(EventKind.REFUNDED)
        fetched = [*await rig.backend.fetch_payment(payment["id"])]
        totals = {EventKind.CAPTURED: rig.asked, EventKind.REFUNDED: Money(1000, rig.asked.currency)}
        for order in (sent + fetched, [*fetched, *sent[::-1]], fetched):
            known = Payment("account", payment["id"], "PL1")
            for event in order:
                known = learn(known, event)
            assert {kind: known.amounts[kind] for kind in totals} == totals

    @needs("refunds", "refunds in all")
    async def test_refunds_in_parts_add_up(self, rig: BackendRig) -> None:
        _, created = await rig.created(amount=rig.asked)
        await rig.play(created.provider_id, [("paid", None), ("refunded", 1000), ("refunded", 500)])
        refunds = await rig.events(EventKind.REFUNDED, 2)
        assert {rig.minor(event)[EventKind.REFUNDED] for event in refunds} == {1000, 1500}

    @needs("fetched amounts")
    async def test_amounts_that_are_fetched_are_exact(self, rig: BackendRig) -> None:
        for amount in rig.provider.amounts:
            _, created = await rig.created(amount=amount)
            payment = await rig.pay(created.provider_id, "paid")
            (event,) = await rig.backend.fetch_payment(payment["id"])
            assert event.amounts[EventKind.CAPTURED] == amount

    @needs("captures in parts")
    async def test_what_stands_where_it_stood_has_the_same_key_and_else_another(
        self, rig: BackendRig
    ) -> None:
        _, created = await rig.created(amount=rig.asked)
        keys = []
        for outcome, amount in (("authorised", 0), ("captured", 1000), ("captured", 3990), ("refunded", 990)):
            payment = await rig.pay(created.provider_id, outcome, **({"amount": amount} if amount else {}))
            first, again = [await rig.backend.fetch_payment(payment["id"]) for _ in range(2)]
            assert first == again
            keys += [event.key for event in first]
        assert len(set(keys)) == len(keys) == 4

    async def test_a_payment_that_nobody_made_is_none(self, rig: BackendRig) -> None:
        assert await rig.backend.fetch_payment(rig.provider.unknown_payment) == ()

    async def test_a_payment_is_asked_for_by_the_letter(self, rig: BackendRig) -> None:
        """Otherwise an id out of a webhook could lead to another address."""
        _, created = await rig.created()
        payment = await rig.pay(created.provider_id, "paid")
        for strange in ("{}/actions", "../payments/{}", "{}?x=1", "{}#x", "{}/"):
            with suppress(BackendProtocolError):
                assert await rig.backend.fetch_payment(strange.format(payment["id"])) == ()

    async def test_payments_are_found_by_our_reference_and_by_no_other(self, rig: BackendRig) -> None:
        first, made_first = await rig.created()
        second, made_second = await rig.created()
        assert await rig.backend.find_payments(first.reference) == ()
        paid = await rig.pay(made_first.provider_id, "paid")
        other = await rig.pay(made_second.provider_id, "paid")
        assert tuple(await rig.backend.find_payments(first.reference)) == (paid["id"],)
        assert tuple(await rig.backend.find_payments(second.reference)) == (other["id"],)
        for strange in ("PLNOSUCHLINK00", f"{first.reference}&reference={second.reference}", "*", "a b/c?d"):
            assert await rig.backend.find_payments(strange) == ()

    @needs("listed attempts")
    async def test_attempts_that_failed_are_found_beside_the_payment(self, rig: BackendRig) -> None:
        request, created = await rig.created()
        declined = await rig.pay(created.provider_id, "declined")
        paid = await rig.pay(created.provider_id, "paid")
        assert set(await rig.backend.find_payments(request.reference)) == {declined["id"], paid["id"]}

    async def test_a_webhook_that_cannot_be_read_still_names_its_payment(self, rig: BackendRig) -> None:
        _, created = await rig.created()
        payment = await rig.pay(created.provider_id, "declined")
        sent = await rig.sent(EventKind.DECLINED)
        assert rig.backend.payments_in(rig.provider.unreadable(sent.body)) == (payment["id"],)
        assert rig.backend.payments_in(b"{}") == ()

    @needs("authorisations")
    async def test_a_webhook_that_leaves_something_out_says_less_and_nothing_else(
        self, rig: BackendRig
    ) -> None:
        for trick, missing in rig.provider.tricks.items():
            rig.rig.service.received.clear()
            request, created = await rig.created(amount=rig.asked)
            await rig.pay(created.provider_id, "authorised")
            await rig.webhooks(1)
            await rig.rig.control("webhooks", next=trick, type=rig.provider.captured)
            payment = await rig.pay(created.provider_id, "captured")
            body = (await rig.webhooks(2))[1].body
            assert rig.backend.payments_in(body) == (payment["id"],), trick
            if missing == "everything":
                with pytest.raises(BackendProtocolError):
                    rig.backend.parse(body)
                continue
            (event,) = rig.backend.parse(body)
            assert (event.kind, event.provider_payment_id) == (EventKind.CAPTURED, payment["id"])
            assert event.reference == (None if missing == "link" else request.reference)
            taken = event.amounts.get(EventKind.CAPTURED)
            assert taken == (None if missing == "amount" else rig.asked), trick

    @needs("second payments")
    async def test_a_link_paid_twice_has_two_payments_of_one_reference(self, rig: BackendRig) -> None:
        request, created = await rig.created(amount=rig.asked)
        paid = [await rig.pay(created.provider_id, "paid", **more) for more in ({}, rig.provider.again)]
        captured = await rig.events(EventKind.CAPTURED, 2)
        assert {event.provider_payment_id for event in captured} == {payment["id"] for payment in paid}
        assert {event.reference for event in captured} == {request.reference}
        assert set(await rig.backend.find_payments(request.reference)) == {payment["id"] for payment in paid}

    @needs("second payments")
    async def test_a_look_at_a_link_paid_twice_finds_both_payments(self, rig: BackendRig) -> None:
        _, created = await rig.created(amount=rig.asked)
        paid = [
            (await rig.pay(created.provider_id, "paid", **more))["id"] for more in ({}, rig.provider.again)
        ]
        assert set((await rig.backend.fetch(created.provider_id)).payment_ids) == set(paid)

    @needs("other currencies")
    async def test_money_in_another_currency_is_told_in_that_currency(self, rig: BackendRig) -> None:
        _, created = await rig.created(amount=rig.asked)
        payment = await rig.pay(created.provider_id, "paid", force=True, currency="JPY", amount=4990)
        event = await rig.event(EventKind.CAPTURED)
        (fetched,) = await rig.backend.fetch_payment(payment["id"])
        for told in (event, fetched):
            assert told.amounts[EventKind.CAPTURED] == Money(4990, "JPY")

    async def test_every_field_of_a_request_is_taken(self, rig: BackendRig) -> None:
        for name, (settings, changes) in rig.provider.odd_requests.items():
            request = rig.request(**changes)
            created = await rig.other(**settings).create(request)
            fetched = await rig.backend.fetch(created.provider_id)
            assert (name, fetched.reference, fetched.usable) == (name, request.reference, True)

    @staticmethod
    async def played(rig: BackendRig, story: Story) -> str:
        """A link of its own, and all that happens to it; gives the id of the payment."""
        rig.rig.service.received.clear()
        _, created = await rig.created(amount=rig.asked)
        return str((await rig.play(created.provider_id, story.outcomes))["id"])
