"""The items of product and subscription links: which are allowed, and what becomes of a new list of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.yabetoo import checks as is_
from sandbox.yabetoo.catalog import Catalog, Price
from sandbox.yabetoo.checks import Check
from sandbox.yabetoo.records import Item
from sandbox.yabetoo.refusals import Problem

JSON = dict[str, Any]

ITEM: dict[str, Check] = {
    "id": is_.text(1),
    "productId": is_.text(1),
    "priceId": is_.text(1),
    "name": is_.text(1),
    "description": is_.text(),
    "imageUrl": is_.URL,
    "quantity": is_.whole(1),
    "adjustableQuantity": is_.FLAG,
    "minQuantity": is_.whole(1),
    "maxQuantity": is_.whole(1),
    "isOptional": is_.FLAG,
    "sortOrder": is_.whole(0),
}


def merged(
    lines: Sequence[JSON], there: Sequence[Item], catalog: Catalog, currency: str, *, recurring: bool
) -> list[Item]:
    """A new list: with an id an item is changed, without one it is new, one that is not named is gone."""
    known = {item.id: item for item in there}
    made = []
    for line in lines:
        old = known.get(line.get("id") or "")
        fields = (old.fields if old else {}) | {name: line[name] for name in ITEM if name in line}
        fields.pop("id", None)
        price = _price(fields, catalog, currency, recurring=recurring)
        product = catalog.products.get((price.product_id if price else "") or "")
        named = {"id": old.id} if old else {}
        name = fields.get("name") or (product.name if product else "")
        made.append(Item(fields, name, price, **named))
    return sorted(made, key=lambda item: item.fields.get("sortOrder") or 0)


def item_problems(
    lines: Sequence[JSON], there: Sequence[Item], catalog: Catalog, currency: str, *, recurring: bool
) -> Iterator[Problem]:
    """What is wrong with a list whose values are of the right kinds."""
    known, seen = {item.id: item for item in there}, set()
    for number, line in enumerate(lines):
        place, item_id = f"items.{number}", line.get("id")
        if item_id is not None and (item_id not in known or item_id in seen):
            yield Problem(f"{place}.id", "exists", f"There is no item {item_id}, or it is named twice")
            continue
        seen.add(item_id)
        old = known[item_id].fields if item_id is not None else {}
        product = line.get("productId")
        if item_id is not None and product is not None and product != old.get("productId"):
            yield Problem(f"{place}.productId", "immutable", "The productId of an item cannot be changed")
            continue
        yield from _line_problems(place, old | line, catalog, currency, recurring=recurring)


def _line_problems(
    place: str, line: JSON, catalog: Catalog, currency: str, *, recurring: bool
) -> Iterator[Problem]:
    product, price_id = line.get("productId"), line.get("priceId")
    price = _price(line, catalog, currency, recurring=recurring)
    if product is None and price_id is None and not line.get("name"):
        yield Problem(f"{place}.productId", "required", "An item needs a productId, a priceId or a name")
    elif product is not None and product not in catalog.products:
        yield Problem(f"{place}.productId", "exists", f"There is no product {product}")
    elif (product or price_id) and (price is None or not price.active):
        yield Problem(f"{place}.priceId", "exists", f"There is no active price {price_id or ''}".rstrip())
    elif price and product not in (None, price.product_id):
        yield Problem(f"{place}.priceId", "exists", f"The price {price.id} is of another product")
    elif price and price.currency != currency.lower():
        yield Problem(f"{place}.priceId", "enum", f"The price {price.id} is not in {currency}")
    elif recurring and (price is None or price.type != "recurring"):
        yield Problem(f"{place}.priceId", "enum", "A subscription takes recurring prices only")
    elif price and not recurring and price.type == "recurring":
        yield Problem(f"{place}.priceId", "enum", "Products are sold at one-time prices only")
    least, most = line.get("minQuantity"), line.get("maxQuantity")
    if least is not None and most is not None and least > most:
        yield Problem(f"{place}.minQuantity", "max", "The minQuantity field must not be above maxQuantity")


def _price(line: JSON, catalog: Catalog, currency: str, *, recurring: bool) -> Price | None:
    """The one that is named, else the product's own in the link's currency (assumed)."""
    if line.get("priceId") is not None:
        return catalog.prices.get(line["priceId"])
    return catalog.default_price(line.get("productId") or "", currency, recurring=recurring)
