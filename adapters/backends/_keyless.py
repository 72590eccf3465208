"""An account that has links but no key any more: it is named and shown; every call is refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from bot.errors import AccountUnknown, BackendAuthFailed, WebhookRejected
from bot.ports.accounts import label_of
from bot.ports.backend import BackendInfo, CreatedLink, EventKey, FetchedLink, LinkRequest, Withheld
from bot.ports.model import Account, Event


class Keyless:
    """Stands in for a backend that is no longer in the settings."""

    def __init__(self, account: Account, label: str) -> None:
        """`label`: what people read for its backend."""
        self.mode, self._id = account.mode, account.id
        self.info = BackendInfo(
            name=account.backend,
            label=label_of(account.id, label),
            currencies=frozenset(),
            requires=frozenset(),
            proof_headers=frozenset(),
            longest_expiry_s=0,
        )

    async def create(self, request: LinkRequest) -> CreatedLink:  # noqa: ARG002 - nobody can be asked
        self._refuse()

    async def fetch(self, provider_id: str) -> FetchedLink:  # noqa: ARG002 - as above
        self._refuse()

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:  # noqa: ARG002 - as above
        self._refuse()

    async def find_payments(self, reference: str) -> Sequence[str]:  # noqa: ARG002 - as above
        self._refuse()

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:  # noqa: ARG002 - nothing is offered
        return ()

    def verify(
        self,
        headers: Mapping[str, str],  # noqa: ARG002 - an empty secret
        body: bytes,  # noqa: ARG002 - as above
        received_at: datetime,  # noqa: ARG002 - as above
    ) -> None:
        raise WebhookRejected(f"{self._id} has no secret")

    def event_key(self, body: bytes) -> EventKey:  # noqa: ARG002 - nothing is verified
        self._refuse()

    def parse(self, body: bytes) -> Sequence[Event]:  # noqa: ARG002 - whoever could read it is gone
        raise AccountUnknown(self._id)

    def payments_in(self, body: bytes) -> Sequence[str]:  # noqa: ARG002 - as above
        return ()

    async def check(self) -> str:
        self._refuse()

    async def aclose(self) -> None:
        """It has no connections."""

    def _refuse(self) -> NoReturn:
        raise BackendAuthFailed(f"{self._id} is no longer in the settings")
