"""Products and prices by API (that they can be read is assumed).

A price never changes but in `active`; to delete it is to deactivate it.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.yabetoo import checks as is_
from sandbox.yabetoo.access import JSON, Gate, body_of
from sandbox.yabetoo.answers import price_json, product_json
from sandbox.yabetoo.catalog import Catalog, Price, Product
from sandbox.yabetoo.checks import Check
from sandbox.yabetoo.money import MOST, minor_of
from sandbox.yabetoo.paging import listed
from sandbox.yabetoo.refusals import Problem, invalid, not_found
from sandbox.yabetoo.validation import missing, problems

_CURRENCIES = ("xaf", "eur")
_INTERVALS = ("day", "week", "month", "year")  # assumed
PRICE: dict[str, Check] = {
    "productId": is_.text(1),
    "amount": is_.NUMBER,
    "currency": is_.one_of(_CURRENCIES),
    "type": is_.one_of(("one_time", "recurring")),
    "billingInterval": is_.one_of(_INTERVALS),
    "billingIntervalCount": is_.whole(1),
    "trialPeriodDays": is_.whole(0),
}
PRODUCT: dict[str, Check] = {
    "name": is_.text(3, 70),
    "description": is_.text(10, 255),
    "type": is_.one_of(("physical", "digital", "service")),
    "category": is_.whole(1),
    "subscriptionEligible": is_.FLAG,
    "status": is_.one_of(("draft", "active", "archived")),
    "defaultPriceData": is_.OBJECT,
}
_PRODUCT_REQUIRED = ("name", "description", "type", "category")  # assumed


class CatalogApi:
    """Answers the service's calls about what it sells."""

    def __init__(self, catalog: Catalog, options: Options, clock: Clock) -> None:
        self._catalog, self._options, self._clock = catalog, options, clock

    def routes(self, gate: Gate) -> list[Route]:
        return [
            gate.route("/v1/products", POST=self._create_product, GET=self._list_products),
            gate.route("/v1/products/{id}", GET=self._get_product),
            gate.route("/v1/prices", POST=self._create_price, GET=self._list_prices),
            gate.route(
                "/v1/prices/{id}",
                GET=self._get_price,
                PUT=self._switch_price,
                DELETE=self._deactivate_price,
            ),
        ]

    async def _create_product(self, request: Request) -> Response:
        body = await body_of(request)
        found = problems(body, PRODUCT, _PRODUCT_REQUIRED)
        given: Any = body.get("defaultPriceData")
        if not found and given is not None:
            found = price_problems(given, ("amount", "currency"))
        if found:
            raise invalid(found)
        usual: JSON = {"subscriptionEligible": False, "status": "draft"}
        fields = {name: body.get(name, usual.get(name)) for name in PRODUCT if name != "defaultPriceData"}
        product = Product(fields, self._clock.now())
        self._catalog.products[product.id] = product
        price = self._add_price(product.id, given) if given is not None else None
        return JSONResponse(product_json(product, price), self._options["create_status"])

    async def _list_products(self, request: Request) -> Response:
        """Newest first."""
        found = [product_json(product, None) for product in reversed(self._catalog.products.values())]
        return listed(found, request, self._options["list"])

    async def _get_product(self, request: Request) -> Response:
        product = self._catalog.products.get(request.path_params["id"])
        if product is None:
            raise not_found("Product")
        return JSONResponse(product_json(product, None))

    async def _list_prices(self, request: Request) -> Response:
        found = [price_json(price) for price in reversed(self._catalog.prices.values())]
        return listed(found, request, self._options["list"])

    async def _get_price(self, request: Request) -> Response:
        return JSONResponse(price_json(self._price(request)))

    async def _create_price(self, request: Request) -> Response:
        body = await body_of(request)
        found = price_problems(body, ("productId", "amount", "currency"))
        if not found and body["productId"] not in self._catalog.products:
            found = [Problem("productId", "exists", f"There is no product {body['productId']}")]
        if found:
            raise invalid(found)
        return JSONResponse(
            price_json(self._add_price(body["productId"], body)), self._options["create_status"]
        )

    async def _switch_price(self, request: Request) -> Response:
        price, body = self._price(request), await body_of(request)
        others = [name for name in PRICE if name in body]
        found = [Problem(name, "immutable", f"The {name} field cannot be changed") for name in others]
        found += problems(body, {"active": is_.FLAG}, ("active",))
        if found:
            raise invalid(found)
        price.active = body["active"]
        return JSONResponse(price_json(price))

    async def _deactivate_price(self, request: Request) -> Response:
        price = self._price(request)
        price.active = False
        return JSONResponse(price_json(price))

    def _add_price(self, product_id: str, body: JSON) -> Price:
        recurring = body.get("type") == "recurring"
        price = Price(
            product_id,
            minor_of(body["amount"], body["currency"]) or 0,
            body["currency"],
            body.get("type") or "one_time",
            body["billingInterval"] if recurring else None,
            (body.get("billingIntervalCount") or 1) if recurring else None,
            body.get("trialPeriodDays") if recurring else None,
        )
        self._catalog.add_price(price)
        return price

    def _price(self, request: Request) -> Price:
        price = self._catalog.prices.get(request.path_params["id"])
        if price is None:
            raise not_found("Price")
        return price


def price_problems(body: JSON, required: tuple[str, ...]) -> list[Problem]:
    found = problems(body, PRICE, required)
    if not found and minor_of(body["amount"], body["currency"]) is None:
        found.append(Problem("amount", "number", f"The amount field must be above 0, at most {MOST}"))
    if not found and body.get("type") == "recurring" and body.get("billingInterval") is None:
        found.append(missing("billingInterval"))
    return found
