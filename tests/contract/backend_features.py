"""What only some providers have: each declared feature does what it says."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import BackendGone, BackendUnavailable
from bot.ports.backend import Cancels, Connects, Edits, Extends, Finds, Remembers, Resumes, Shares
from bot.ports.model import EventKind
from tests.contract.backend_rig import EMAIL, BackendRig, needs


class FeatureContract:
    """A test needs the feature that it is named after."""

    @needs("cancel")
    async def test_a_cancelled_link_is_not_usable_and_stays_so(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Cancels)
        _, created = await rig.created()
        for _ in range(2):
            await rig.backend.cancel(created.provider_id)
            fetched = await rig.backend.fetch(created.provider_id)
            assert (fetched.usable, fetched.received, fetched.taken_back) == (False, False, True)

    @needs("cancel")
    async def test_a_link_that_the_provider_does_not_have_is_gone_and_need_not_be_taken_back(
        self, rig: BackendRig
    ) -> None:
        """Anything else would be tried again for ever."""
        assert isinstance(rig.backend, Cancels)
        with pytest.raises(BackendGone):
            await rig.backend.cancel(rig.provider.unknown_id)

    @needs("resume")
    async def test_a_cancelled_link_can_be_put_back(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Cancels)
        assert isinstance(rig.backend, Resumes)
        _, created = await rig.created()
        await rig.backend.cancel(created.provider_id)
        await rig.backend.resume(created.provider_id)
        assert (await rig.backend.fetch(created.provider_id)).usable

    @needs("extend")
    async def test_an_extended_link_lives_as_long_as_asked(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Extends)
        now = datetime.now(UTC)
        _, created = await rig.created(expires_at=now + timedelta(hours=1))
        until = await rig.backend.extend(created.provider_id, now + timedelta(days=3), now)
        assert abs(until - now - timedelta(days=3)) < timedelta(seconds=5)
        await rig.rig.control("clock", advance_s=2 * 3600)
        assert (await rig.backend.fetch(created.provider_id)).usable

    @needs("extend")
    async def test_an_extension_whose_answer_was_lost_can_be_asked_for_again(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Extends)
        now = datetime.now(UTC)
        wanted = now + timedelta(days=9)
        _, created = await rig.created()
        await rig.rig.fault(rig.provider.changing, "lost_answer", times=1)
        with pytest.raises(BackendUnavailable):
            await rig.backend.extend(created.provider_id, wanted, now)
        until = await rig.backend.extend(created.provider_id, wanted, now, again=True)
        assert abs(until - wanted) < timedelta(seconds=5)

    @needs("edit")
    async def test_what_a_link_is_for_can_be_changed(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Edits)
        _, created = await rig.created()
        await rig.backend.edit(created.provider_id, "Invoice 13, corrected")
        assert "Invoice 13, corrected" in json.dumps((await rig.rig.calls())[-1])
        assert (await rig.backend.fetch(created.provider_id)).usable

    @needs("find")
    async def test_a_link_is_found_by_our_reference_and_by_no_other(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Finds)
        first, made_first = await rig.created()
        await rig.created()
        found = await rig.backend.find(first.reference)
        assert found is not None
        assert (found.provider_id, found.url) == (made_first.provider_id, made_first.url)
        for strange in ("PLNOSUCHLINK00", f"{first.reference}&x=1", first.reference[:-1], "*", "a b/c?d"):
            assert await rig.backend.find(strange) is None

    @needs("find")
    async def test_a_link_whose_answer_was_lost_is_found(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Finds)
        await rig.rig.fault(rig.provider.creating, "lost_answer", times=1)
        request = rig.request()
        with pytest.raises(BackendUnavailable):
            await rig.backend.create(request)
        found = await rig.backend.find(request.reference)
        assert found is not None
        assert (await rig.backend.fetch(found.provider_id)).reference == request.reference

    @needs("share")
    async def test_the_provider_sends_a_link_only_when_it_is_asked_to(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Shares)
        request, created = await rig.created()
        calls = len(await rig.rig.calls())
        await rig.backend.share(created.provider_id, request.customer)
        (call,) = (await rig.rig.calls())[calls:]
        assert EMAIL in json.dumps(call["body"])

    @needs("history")
    async def test_the_providers_history_is_told_in_order(self, rig: BackendRig) -> None:
        assert isinstance(rig.backend, Remembers)
        _, created = await rig.created()
        before = await rig.backend.history(created.provider_id)
        await rig.pay(created.provider_id, "paid")
        after = await rig.backend.history(created.provider_id)
        assert len(after) > len(before)
        moments = [moment.at for moment in after if moment.at]
        assert moments == sorted(moments)
        assert all(moment.word for moment in after)

    @needs("connect", "a list of addresses")
    async def test_our_address_is_registered_once_and_what_comes_there_is_proven(
        self, rig: BackendRig
    ) -> None:
        assert isinstance(rig.backend, Connects)
        address = f"{rig.rig.world.service_url}/webhooks/{rig.provider.name}"
        connected = await rig.backend.connect(address)
        assert (await rig.backend.connect(address)).line
        known_to_both = connected.secret or rig.settings["WEBHOOK_SECRET"]
        listening = rig.other(WEBHOOK_SECRET=known_to_both)
        _, created = await rig.created()
        await rig.pay(created.provider_id, "paid")
        await rig.event(EventKind.CAPTURED)
        sent = await rig.webhooks(1)
        for one in sent:
            listening.verify(one.headers, one.body, rig.now)
        assert len({listening.event_key(one.body).id for one in sent}) == len(sent)
