"""A webhook is verified, stored once and acknowledged; what proves nothing goes to a bounded quarantine."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.errors import WebhookRejected
from bot.inbox.receive import LARGEST_QUARANTINED, Receiver, stripe_of
from bot.ports.storage import Wake
from bot.ports.traffic import inbox_key
from bot.timing import listen
from tests.fakes import PROOF, FakeBackend
from tests.unit.inbox_rig import CAPTURED, InboxRig
from tests.unit.records import ACCOUNT, event


async def test_a_verified_webhook_is_stored_and_looked_at(inbox: InboxRig) -> None:
    await inbox.receive(b"one")
    assert await inbox.rows() == [b"one"]
    assert Wake("inbox", inbox_key("webhook", stripe_of("one"))) in inbox.world.wakes


@pytest.mark.parametrize("proof", [{}, {"proof": ""}, {"proof": "bad"}])
async def test_of_an_unverified_webhook_nothing_is_stored(inbox: InboxRig, proof: Mapping[str, str]) -> None:
    with pytest.raises(WebhookRejected) as refused:
        await inbox.receive(b"one", event(CAPTURED), proof=proof)
    assert refused.value.status == 401
    assert await inbox.rows() == []
    assert not [wake for wake in inbox.world.wakes if wake.kind == "inbox"]


class Ageing(FakeBackend):
    """Its proofs are good until the moment they tell, under the secret that it has just now."""

    secret = "wrong"

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:
        if (headers.get("proof"), self.secret) != ("right", "right"):
            raise WebhookRejected("another secret's proof")
        if body.decode() < received_at.isoformat():
            raise WebhookRejected("too old")


@pytest.mark.parametrize(("proof", "held"), [({}, 0), ({"proof": ""}, 0), ({"proof": "bad"}, 1)])
async def test_only_what_carries_a_proof_is_kept_for_a_replay(
    inbox: InboxRig, proof: Mapping[str, str], held: int
) -> None:
    """Without one it is a stranger's noise, whatever the secret is."""
    with pytest.raises(WebhookRejected):
        await inbox.receive(b"one", proof=proof)
    assert len(await inbox.world.read(lambda tx: tx.quarantine.all())) == held


@pytest.mark.parametrize(
    ("proof", "body"),
    [("x" * LARGEST_QUARANTINED, b"{}"), ("x", b" " * LARGEST_QUARANTINED), ("x" * 40_000, b" " * 40_000)],
)
async def test_nobody_fills_our_disk_with_what_is_in_quarantine(
    inbox: InboxRig, proof: str, body: bytes
) -> None:
    receiver = Receiver(inbox.world.storage, {ACCOUNT: Ageing()}, inbox.world.clock)
    with pytest.raises(WebhookRejected):
        await receiver.webhook(ACCOUNT, {"proof": proof}, body)
    assert await inbox.world.read(lambda tx: tx.quarantine.all()) == []


async def test_nor_our_log_though_each_is_counted(inbox: InboxRig) -> None:
    counted: list[str] = []
    listen([lambda line: counted.append(line["event"])])
    with capture_logs() as lines:
        for later_s in (0, 1, 58, 1, 60):  # after 0, 1, 59, 60 and 120 seconds
            inbox.world.clock.advance(seconds=later_s)
            with pytest.raises(WebhookRejected):
                await inbox.receive(b"one", proof={"proof": "wrong"})
    listen([])
    assert [line["event"] for line in lines] == ["webhook.quarantined"] * 3, "one a minute"
    assert counted == ["webhook.quarantined"] * 2


async def test_what_is_in_quarantine_is_as_old_as_it_was_when_it_came(inbox: InboxRig) -> None:
    clock, ageing = inbox.world.clock, Ageing()
    receiver = Receiver(inbox.world.storage, {ACCOUNT: ageing}, clock)
    fresh, stale = ((clock.now() + timedelta(minutes=age)).isoformat().encode() for age in (5, -1))
    for body in (fresh, stale):
        with pytest.raises(WebhookRejected):
            await receiver.webhook(ACCOUNT, {"proof": "right"}, body)
    clock.advance(days=30)
    assert await receiver.replay() == (0, 2)
    ageing.secret = "right"
    inbox.world.wakes.clear()
    assert await receiver.replay() == (1, 1)
    assert await inbox.rows() == [fresh]
    assert [wake.kind for wake in inbox.world.wakes] == ["inbox"]
    assert await receiver.replay() == (0, 1)
    assert await Receiver(inbox.world.storage, {}, clock).replay() == (0, 1)  # its account is no longer ours


async def test_an_account_that_is_not_ours_is_not_found(inbox: InboxRig) -> None:
    with pytest.raises(WebhookRejected) as refused:
        await inbox.receiver.webhook("nobody", PROOF, b"one")
    assert refused.value.status == 404


async def test_each_account_has_an_address_and_a_secret_of_its_own(inbox: InboxRig) -> None:
    """One secret for both would let either be taken for the other: the address alone decides."""
    first, second = Ageing(), Ageing()
    first.secret = "right"
    receiver = Receiver(inbox.world.storage, {ACCOUNT: first, f"{ACCOUNT}-eu": second}, inbox.world.clock)
    body = (inbox.world.clock.now() + timedelta(days=1)).isoformat().encode()
    with pytest.raises(WebhookRejected) as refused:
        await receiver.webhook(ACCOUNT, {"proof": "right"}, body, "eu")
    assert refused.value.status == 401
    [held] = await inbox.world.read(lambda tx: tx.quarantine.all())
    assert held.account_id == f"{ACCOUNT}-eu"
    await receiver.webhook(ACCOUNT, {"proof": "right"}, body)
    second.secret = "right"
    await receiver.webhook(ACCOUNT, {"proof": "right"}, body, "eu")
    assert await inbox.rows() == [body, body]
    for backend, token in ((ACCOUNT, "us"), (ACCOUNT, "EU"), (ACCOUNT, "eu-"), (f"{ACCOUNT}-eu", None)):
        with pytest.raises(WebhookRejected) as refused:
            await receiver.webhook(backend, {"proof": "right"}, body, token)
        assert refused.value.status == 404


async def test_a_webhook_delivered_again_is_stored_once_and_acknowledged(inbox: InboxRig) -> None:
    for _ in range(3):
        await inbox.receive(b"one")
    assert await inbox.rows() == [b"one"]
    await inbox.process(lambda tx, row: None)
    await inbox.receive(b"one")
    assert await inbox.rows() == []


async def test_two_accounts_may_use_the_same_key(inbox: InboxRig) -> None:
    await inbox.receive(b"one")
    await inbox.receive(b"one", account="other")
    assert await inbox.rows() == [b"one", b"one"]
