"""Requests as they come over the wire, signed, by their number: a webhook, and what people type."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from bench.webhooks import SECRET, SIGNING_SECRET, TELEGRAM_SECRET, body_of, link_id

TEAM, VIEW, USERS = "T0", "V0", 50
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_NOBODY_LISTENS = "http://127.0.0.1:9/response"


def webhook(number: int) -> bytes:
    """Link `number` is paid."""
    body = body_of(number)
    proof = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return _post("/webhooks/checkout", body, {"Content-Type": _JSON, "Cko-Signature": proof})


def command(number: int) -> bytes:
    """Slack's one line, complete: nothing is left to be asked."""
    return _from_slack(
        {
            "command": "/paylink",
            "text": f"49.90 EUR jane{number}@example.com Invoice {number}",
            "team_id": TEAM,
            "channel_id": f"C{number}",
            "channel_name": "sales",
            "user_id": user_of(number),
            "user_name": "alice",
            "response_url": _NOBODY_LISTENS,
            "trigger_id": f"trigger{number}",
            "api_app_id": "A0",
        }
    )


def form(number: int) -> bytes:
    """Slack's form about draft `number`, filled in and submitted."""
    typed = {"amount": "49.90", "email": f"jane{number}@example.com", "description": "Invoice"}
    typed |= dict.fromkeys(("phone", "name", "reference", "expires"), "")
    values: dict[str, object] = {
        key: {"value": {"type": "plain_text_input", "value": value}} for key, value in typed.items()
    }
    values["currency"] = {"value": {"type": "static_select", "selected_option": {"value": "EUR"}}}
    view = {
        "id": VIEW,
        "type": "modal",
        "callback_id": "paylink_form",
        "private_metadata": link_id(number),
        "state": {"values": values},
    }
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": user_of(number), "username": "alice", "team_id": TEAM},
        "api_app_id": "A0",
        "view": view,
    }
    return _from_slack({"payload": json.dumps(payload)})


def update(number: int) -> bytes:
    """Telegram's one line, in the private chat of person `number`."""
    who = {"id": number, "is_bot": False, "first_name": "Alice"}
    message = {
        "message_id": 1,
        "date": int(time.time()),
        "chat": {"id": number, "type": "private", "first_name": "Alice"},
        "from": who,
        "text": f"/paylink 49.90 EUR jane{number}@example.com Invoice {number}",
        "entities": [{"type": "bot_command", "offset": 0, "length": 8}],
    }
    body = json.dumps({"update_id": number, "message": message}).encode()
    secret = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
    return _post("/telegram/webhook", body, {"Content-Type": _JSON, **secret})


REQUESTS: Mapping[str, Callable[[int], bytes]] = {
    each.__name__: each for each in (webhook, command, form, update)
}


def user_of(number: int) -> str:
    """Who types in Slack, or has a draft there."""
    return f"U{number % USERS}"


def _from_slack(fields: Mapping[str, str]) -> bytes:
    body, stamp = urlencode(fields).encode(), str(int(time.time()))
    signed = f"v0:{stamp}:".encode() + body
    proof = hmac.new(SIGNING_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={proof}"}
    return _post("/slack/events", body, {"Content-Type": _FORM, **headers})


def _post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    head = {"Host": "bench", **headers, "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body
