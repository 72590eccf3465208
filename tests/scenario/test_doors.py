"""What the world may bring to our doors, and what it is answered."""

import hashlib
import hmac
import json

import pytest

from tests.scenario.stage import Stage

EVENT = {
    "id": "evt_x",
    "type": "payment_captured",
    "timestamp": "2026-11-21T10:00:00Z",
    "data": {"id": "pay_x"},
}


def signed(stage: Stage, body: bytes) -> dict[str, str]:
    secret = stage.settings.accounts["checkout"]["WEBHOOK_SECRET"]
    return {"Cko-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


async def test_a_signed_event_is_stored_and_answered_with_exactly_200(stage: Stage) -> None:
    body = json.dumps(EVENT).encode()
    for _ in range(2):
        answer = await stage.service.post("/webhooks/checkout", content=body, headers=signed(stage, body))
        assert (answer.status_code, answer.content) == (200, b"")


async def test_a_signed_body_that_is_broken_is_kept_and_answered(stage: Stage) -> None:
    body = b'{"id": "evt_y", "type'
    answer = await stage.service.post("/webhooks/checkout", content=body, headers=signed(stage, body))
    assert answer.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Cko-Signature": ""}, {"Cko-Signature": "0" * 64}])
async def test_an_event_without_good_proof_is_refused(stage: Stage, headers: dict[str, str]) -> None:
    body = json.dumps(EVENT).encode()
    answer = await stage.service.post("/webhooks/checkout", content=body, headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/p", "/healthz/", "/metrics/", "/nowhere/"])
async def test_what_is_no_address_leads_nowhere(stage: Stage, path: str) -> None:
    answer = await stage.service.get(path)
    assert (answer.status_code, "location" in answer.headers) == (404, False)


async def test_an_unknown_backend_has_no_door(stage: Stage) -> None:
    assert (await stage.service.post("/webhooks/nobody", content=b"{}")).status_code == 404


async def test_a_body_that_is_too_large_is_refused(stage: Stage) -> None:
    answer = await stage.service.post("/webhooks/checkout", content=b"x" * 1_000_001)
    assert answer.status_code == 413
    answer = await stage.service.post("/slack/events", content=b"x" * 1_000_001)
    assert answer.status_code == 413


async def test_slack_requests_without_a_signature_are_refused(stage: Stage) -> None:
    answer = await stage.service.post("/slack/events", data={"command": "/paylink", "text": "5 EUR"})
    assert answer.status_code == 401


async def test_health_and_readiness(stage: Stage) -> None:
    assert (await stage.service.get("/healthz")).json() == {"ok": True}
    assert (await stage.service.get("/readyz")).json() == {"ok": True}
