"""Who may bring what: a test for each sentence of the design on trust, and on what is shown to nobody."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from tests.scenario.stage import Stage


def event(**data: Any) -> bytes:
    """A captured payment that nobody asked for, unless `data` says whose it is."""
    told = {"id": "pay_aaaaaaaaaaaaaaaaaaaaaaaaaa", "amount": 4990, "currency": "EUR", **data}
    body = {"id": "evt_a", "type": "payment_captured", "timestamp": "2026-11-21T10:00:00Z", "data": told}
    return json.dumps(body).encode()


def signature(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def secret_of(stage: Stage) -> str:
    return stage.settings.accounts["checkout"]["WEBHOOK_SECRET"]


async def deliver(stage: Stage, body: bytes, proof: str) -> int:
    answer = await stage.service.post("/webhooks/checkout", content=body, headers={"Cko-Signature": proof})
    return answer.status_code


async def test_one_altered_byte_is_refused(stage: Stage) -> None:
    body = event()
    proof = signature(body, secret_of(stage))
    assert await deliver(stage, body, proof) == 200
    assert await deliver(stage, body.replace(b"4990", b"4991"), proof) == 401


async def test_the_raw_bytes_are_what_is_signed(stage: Stage) -> None:
    body = event()
    respelled = json.dumps(json.loads(body), indent=1).encode()
    assert await deliver(stage, respelled, signature(body, secret_of(stage))) == 401


async def test_a_body_that_fails_is_kept_apart_and_changes_nothing(stage: Stage) -> None:
    await deliver(stage, event(), "0" * 64)
    held = await stage.rows(lambda tx: tx.quarantine.all())
    assert [(each.account_id, each.body, each.headers) for each in held] == [
        ("checkout", event(), {"cko-signature": "0" * 64})
    ]
    assert await stage.rows(lambda tx: tx.counts.inbox()) == {}


async def test_what_does_not_even_claim_a_proof_is_not_kept(stage: Stage) -> None:
    answer = await stage.service.post("/webhooks/checkout", content=b"noise")
    assert answer.status_code == 401
    assert await stage.rows(lambda tx: tx.counts.quarantined()) == 0


async def test_the_quarantine_does_not_grow_without_bound(stage: Stage) -> None:
    for number in range(205):
        await deliver(stage, event(number=number), "0" * 64)
    held = await stage.rows(lambda tx: tx.quarantine.all())
    assert len(held) == 200
    assert held[-1].body == event(number=204)
    await deliver(stage, event(filler="x" * 100_000), "0" * 64)
    assert len(await stage.rows(lambda tx: tx.quarantine.all())) == 200


async def test_metrics_are_for_this_machine_only(stage: Stage) -> None:
    local = await stage.service.get("/metrics")
    assert local.status_code == 200
    assert "paylink_outbox_oldest_seconds" in local.text
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        handed_on = await stage.service.get("/metrics", headers={header: "203.0.113.7"})
        assert handed_on.status_code == 404


async def test_an_address_that_a_stranger_claims_is_not_believed(stage: Stage) -> None:
    answer = await stage.service.get("/healthz", headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.status_code == 200
    claimed = await stage.service.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert claimed.status_code == 404


@pytest.mark.parametrize("path", ["/metrics", "/slack/events", "/webhooks/checkout"])
async def test_a_get_changes_nothing(stage: Stage, path: str) -> None:
    before = await stage.rows(lambda tx: (tx.counts.inbox(), tx.counts.outbox(), tx.counts.links()))
    await stage.service.get(path)
    after = await stage.rows(lambda tx: (tx.counts.inbox(), tx.counts.outbox(), tx.counts.links()))
    assert before == after
