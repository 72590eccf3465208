"""Receives webhooks: verify, store once by the key of de-duplication, and answer after the commit."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from zlib import crc32

import structlog

from bot.errors import WebhookRejected
from bot.ids import is_public_token
from bot.ports.accounts import account_id, backend_of
from bot.ports.backend import Backend
from bot.ports.clock import Clock
from bot.ports.provider_links import ProviderLink
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import HINT, WEBHOOK, InboundFact, Quarantined
from bot.timing import heard

log = structlog.get_logger(__name__)

STRIPES = 8
LARGEST_QUARANTINED = 64_000
_WARNS_EVERY = timedelta(minutes=1)


class Receiver:
    """Receives backends' webhooks."""

    def __init__(self, storage: Storage, backends: Mapping[str, Backend], clock: Clock) -> None:
        """`backends` by account id."""
        self._storage, self._backends, self._clock = storage, backends, clock
        self._warned: dict[str, datetime] = {}  # by account: when last

    async def webhook(
        self, backend: str, headers: Mapping[str, str], body: bytes, token: str | None = None
    ) -> None:
        """Store a backend's webhook; returns once it is durable, also for a duplicate.

        `token`: the last part of the address, which is the suffix of a further account, or the token of one
        link if webhooks are unsigned. Raises WebhookRejected (nothing is stored, except in quarantine if
        there was a signature) and StorageUnavailable (the sender should retry).
        """
        account, now = account_id(backend, token), self._clock.now()
        known = self._backends.get(account) if backend == backend_of(account) else None
        if known is not None and known.info.signed:
            await self._proven(account, known, headers, body, now)
        elif token is not None:
            await self._hint(backend, token, body, now)
        else:
            raise WebhookRejected(f"no such address of {backend}", status=404)

    async def _proven(
        self, account: str, backend: Backend, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> None:
        """Store a webhook to an account's own address, if it is signed with that account's secret."""
        try:
            backend.verify(headers, body, now)
        except WebhookRejected:
            proof = {name: headers[name] for name in backend.info.proof_headers if headers.get(name)}
            size = len(body) + sum(map(len, proof.values()))
            if proof and size <= LARGEST_QUARANTINED:  # else it is noise, or somebody filling our disk
                self._warn(account, now)
                await self._storage.write(lambda tx: tx.quarantine.add(account, proof, body, now))
            raise
        await accept(self._storage, _fact(account, backend, body), now)

    def _warn(self, account: str, now: datetime) -> None:
        """Log a line a minute at most, so that strangers cannot fill the log; count the others."""
        told = self._warned.get(account)
        if told is None or now - told >= _WARNS_EVERY:
            self._warned[account] = now
            log.warning("webhook.quarantined", account=account)
        else:
            heard("webhook.quarantined", account=account)

    async def _hint(self, backend: str, token: str, body: bytes, now: datetime) -> None:
        """Store an unsigned webhook for the link that has the address; identical bodies are different hints.

        An unknown address is rejected by its form or by a read, since a failing write would delay all others.
        """
        accounts = [
            name
            for name, known in self._backends.items()
            if backend_of(name) == backend and not known.info.signed
        ]

        def find(tx: Transaction) -> ProviderLink | None:
            found = (tx.provider_links.by_token(account, token) for account in accounts)
            return next(filter(None, found), None)

        known = await self._storage.read(find) if accounts and is_public_token(token) else None
        if known is None:
            raise WebhookRejected("no link has this address", status=404)
        key = f"{known.link_id}:{secrets.token_hex(8)}"
        fact = InboundFact(HINT, known.account_id, key, stripe_of(known.link_id), body)
        await self._storage.write(lambda tx: keep(tx, fact, now))

    async def replay(self) -> tuple[int, int]:
        """Verify the quarantine again, after a secret was fixed; returns how many passed, and failed."""
        held = await self._storage.read(lambda tx: tx.quarantine.all())
        taken = 0
        for each in held:
            backend = self._backends.get(each.account_id)
            if backend is not None and _holds(backend, each):
                await self._storage.write(partial(self._release, backend=backend, held=each))
                taken += 1
        return taken, len(held) - taken

    def _release(self, tx: Transaction, *, backend: Backend, held: Quarantined) -> None:
        keep(tx, _fact(held.account_id, backend, held.body), self._clock.now())
        tx.quarantine.remove(held.id)


def _fact(account: str, backend: Backend, body: bytes) -> InboundFact:
    key = backend.event_key(body)
    return InboundFact(WEBHOOK, account, key.id, stripe_of(key.about), body)


def _holds(backend: Backend, held: Quarantined) -> bool:
    try:
        backend.verify(held.headers, held.body, held.received_at)
    except WebhookRejected:
        return False
    return True


async def accept(storage: Storage, fact: InboundFact, now: datetime) -> None:
    """Store an inbound fact once, at high volume, and wake its handler; returns when it is durable."""
    await storage.accept(fact, now)
    heard("inbound.accepted", kind=fact.kind)


def keep(tx: Transaction, fact: InboundFact, now: datetime) -> None:
    """Store an inbound fact once, and wake its handler."""
    if tx.inbox.add(fact, now):
        tx.wake("inbox", fact.stripe_key)
        tx.note("inbound.accepted", kind=fact.kind, link=fact.hints_at)


def stripe_of(together: str) -> int:
    """Facts with the same `together` share a stripe and are handled in order; stripes run in parallel."""
    return crc32(together.encode()) % STRIPES
