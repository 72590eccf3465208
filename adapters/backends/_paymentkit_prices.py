"""What a link sells: an existing price, one over its very amount, or so many of a price of one atom."""

import asyncio
from collections.abc import Collection, Mapping

from adapters.backends._paymentkit_account import AccountApi
from adapters.backends._paymentkit_label import Item
from adapters.backends._paymentkit_request import Profile, existing, to_price, to_product
from adapters.backends._shapes import Row, word
from bot.errors import BackendProtocolError, BackendRejected, BackendUnavailable
from bot.ports.backend import LinkRequest
from bot.ports.expectation import LinkKind

_MOST = 10_000  # prices that are remembered


class Prices:
    """The prices of one account. All that we make belong to one product."""

    def __init__(self, api: AccountApi, profile: Profile) -> None:
        self._api, self._profile = api, profile
        self._product_id, self._one_product = profile.product_id, asyncio.Lock()
        self._references: dict[str, str] = {}

    @property
    def references(self) -> Mapping[str, str]:
        """Our references, by the price that this process has made for each."""
        return self._references

    @property
    def shared(self) -> Collection[str]:
        """The prices that many links share, so that they do not tell which link it is."""
        return self._profile.unit_prices.values()

    def made_for(self, reference: str) -> list[str]:
        return [price for price, known in self._references.items() if known == reference]

    async def of(self, request: LinkRequest) -> Item | None:
        """What this request's link sells; None where a means of payment is to be saved."""
        if named := existing(request):
            return named
        if request.kind is LinkKind.SETUP:
            return None
        if self._profile.by_quantity:
            unit_price = self._profile.unit_prices[request.amount.currency]
            return Item(unit_price, request.amount.minor)
        price_id = await self._new(request)
        self._references[price_id] = request.reference
        if len(self._references) > _MOST:
            self._references.pop(next(iter(self._references)))
        return Item(price_id)

    async def _new(self, request: LinkRequest) -> str:
        """A product that is not there any more is made anew, unless the operator named it."""
        try:
            return await self._made("prices", to_price(request, await self._product()))
        except BackendRejected as error:
            if self._profile.product_id or "product_id_invalid" not in error.codes:
                raise
        self._product_id = None
        return await self._made("prices", to_price(request, await self._product()))

    async def _product(self) -> str:
        async with self._one_product:
            if self._product_id is None:
                self._product_id = await self._made("products", to_product(self._profile))
            return self._product_id

    async def _made(self, kind: str, body: Row) -> str:
        try:
            made, request_id = await self._api.make(kind, body)
        except BackendUnavailable as error:  # whatever became of it, no link was asked for
            raise BackendUnavailable(str(error), sent="no") from error
        if not (id_ := word(made.get("id"))):
            raise BackendProtocolError(f"one of {kind} without an id", request_id=request_id)
        return id_
