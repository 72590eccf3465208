"""Whose turn it is to poll: one process's at a time, whatever the clocks of their machines say."""

import secrets
from datetime import datetime, timedelta

from bot.ports.clock import Clock
from bot.ports.storage import Transaction
from bot.ports.traffic import Lease

_NAME, _LASTS = "telegram", timedelta(seconds=12)


class Turn:
    """What one process knows of it.

    A holder is gone whose lease is over, or has stayed as it is for as long as one lasts: clocks of machines
    differ. Whose clock is ahead may take it from others, who do not take it back as long as it is renewed.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock, self._me = clock, secrets.token_hex(8)
        self._seen: Lease | None = None
        self._over_at: datetime

    def take(self, tx: Transaction) -> bool:
        """Take or keep it; False while another process has it. To be called every few seconds."""
        now = self._clock.now()
        mine = Lease(self._me, now + _LASTS)
        held = tx.leases.take(_NAME, mine)
        if held != self._seen:
            self._seen, self._over_at = held, min(now + _LASTS, held.until)
        was_set_back = now < self._over_at - _LASTS
        if held.holder != self._me and (now >= self._over_at or was_set_back):
            held = tx.leases.take(_NAME, mine, gone=held)
        return held.holder == self._me

    def release(self, tx: Transaction) -> None:
        """Let another process have it at once."""
        tx.leases.release(_NAME, self._me)
