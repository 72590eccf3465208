"""What both bots keep and ask, the usual way: a commit per statement, a client per call."""

import hashlib
import hmac
import os
import sqlite3
from collections.abc import Mapping
from typing import Any

import httpx

_TABLE = "CREATE TABLE IF NOT EXISTS links (reference TEXT PRIMARY KEY, chat TEXT, state TEXT)"
_ADD = "INSERT OR REPLACE INTO links VALUES (?, ?, 'open')"
_TOLD = "UPDATE links SET state = 'paid' WHERE reference = ? RETURNING chat"


class Sales:
    """A file of links, opened anew for each statement."""

    def __init__(self, url: str) -> None:
        self._file = url.removeprefix("sqlite:///")
        self._run(_TABLE)

    def add(self, reference: str, chat: str) -> None:
        self._run(_ADD, reference, chat)

    def paid(self, event: Mapping[str, Any]) -> str:
        """Note that a link is paid; gives the chat to be told."""
        [[chat]] = self._run(_TOLD, event["data"]["reference"])
        return str(chat)

    def _run(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self._file)
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()


async def make_link(reference: str, minor: int, currency: str) -> str:
    """Ask Checkout.com for a link; gives its address."""
    url = f"{os.environ['PAYLINK_CHECKOUT_API_URL']}/payment-links"
    headers = {"Authorization": f"Bearer {os.environ['PAYLINK_CHECKOUT_SECRET_KEY']}"}
    body = {"amount": minor, "currency": currency, "reference": reference}
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, json=body, headers=headers)
    return str(answer.raise_for_status().json()["_links"]["redirect"]["href"])


def is_proven(body: bytes, proof: str) -> bool:
    secret = os.environ["PAYLINK_CHECKOUT_WEBHOOK_SECRET"].encode()
    return hmac.compare_digest(hmac.new(secret, body, hashlib.sha256).hexdigest(), proof)
