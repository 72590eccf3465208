"""Changing links of the YabetooPay stand-in: fields, items, slugs, switching off and on."""

import re
from typing import Any

import pytest

from tests.standins.yabetoo_rig import COFFEE, COFFEE_XAF, LINKS, Rig, body, items

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_change_touches_only_what_it_names(rig: Rig) -> None:
    link = await rig.link(description="Old", successUrl="https://x.example")
    rig.world.clock.advance(60)
    changed = await rig.change(link, description=None, expiresAt="2099-01-01T00:00:00Z", slug="new-slug")
    assert changed["updatedAt"] > link["updatedAt"]
    assert (changed["description"], changed["slug"]) == (None, "new-slug")
    same = set(link) - {"description", "slug", "url", "expiresAt", "updatedAt"}
    assert {name: changed[name] for name in same} == {name: link[name] for name in same}
    assert await rig.get(f"{LINKS}/{link['id']}") == changed


CLEARED = [
    "expiresAt",
    "maxRedemptions",
    "successUrl",
    "cancelUrl",
    "brandingId",
    "metadata",
    "submitMessage",
]


@pytest.mark.parametrize("field", CLEARED)
async def test_null_clears_what_can_be_cleared(rig: Rig, field: str) -> None:
    link = await rig.link(
        expiresAt="2099-01-01T00:00:00Z",
        successUrl="https://x.example",
        cancelUrl="https://x.example",
        submitMessage="Soon",
        brandingId="brand_1",
    )
    assert (await rig.change(link, **{field: None})).get(field) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"slug": None}, "slug"),
        ({"isActive": None}, "isActive"),
        ({"isActive": "no"}, "isActive"),
        ({"amount": None}, "amount"),
        ({"amount": None, "minAmount": 9, "maxAmount": 8}, "minAmount"),
        ({"currency": "EUR"}, "currency"),
        ({"type": "product"}, "type"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"submitMessage": " "}, "submitMessage"),
    ],
)
async def test_a_change_that_cannot_be_changes_nothing(rig: Rig, changes: dict[str, Any], field: str) -> None:
    link = await rig.link()
    answer = await rig.api.put(f"{LINKS}/{link['id']}", json={"name": "New", **changes})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert await rig.get(f"{LINKS}/{link['id']}") == link


async def test_a_fixed_amount_can_become_a_choice(rig: Rig) -> None:
    changed = await rig.change(await rig.link(), amount=None, minAmount=500)
    assert (changed["amount"], changed["minAmount"]) == (None, 500)
    refused = await rig.api.put(f"{LINKS}/{changed['id']}", json={"maxAmount": 499})
    assert refused.json()["errors"][0]["field"] == "minAmount"


async def test_a_message_is_trimmed_and_an_empty_one_is_none(rig: Rig) -> None:
    link = await rig.link(submitMessage="  Thanks ")
    assert link["submitMessage"] == "Thanks"
    assert (await rig.change(link, submitMessage=""))["submitMessage"] is None


async def test_items_are_changed_as_a_whole_list(rig: Rig) -> None:
    link = await rig.link(**items({"priceId": COFFEE_XAF, "quantity": 2}, {"productId": COFFEE}))
    first, second = link["items"]
    assert re.fullmatch(r"plitem_[A-Za-z0-9]{24}", first["id"])
    assert (first["name"], first["priceId"], second["priceId"]) == ("Coffee", COFFEE_XAF, COFFEE_XAF)
    changed = await rig.change(link, items=[{"id": first["id"], "quantity": 5}, {"name": "Bag"}])
    assert [(one["id"] == first["id"], one["quantity"]) for one in changed["items"]] == [
        (True, 5),
        (False, 1),
    ]
    assert [one["name"] for one in changed["items"]] == ["Coffee", "Bag"]


@pytest.mark.parametrize("wrong", ["unknown", "twice", "other product", "none"])
async def test_a_list_of_items_that_cannot_be_is_refused(rig: Rig, wrong: str) -> None:
    link = await rig.link(**items({"productId": COFFEE}))
    [item] = link["items"]
    lists = {
        "unknown": [{"id": "plitem_x"}],
        "twice": [{"id": item["id"]}, {"id": item["id"]}],
        "other product": [{"id": item["id"], "productId": "prod_other"}],
        "none": [],
    }
    answer = await rig.api.put(f"{LINKS}/{link['id']}", json={"items": lists[wrong]})
    assert answer.status_code == 422
    assert (await rig.get(f"{LINKS}/{link['id']}"))["items"] == [item]


async def test_a_slug_is_never_free_again(rig: Rig) -> None:
    link = await rig.link(slug="invoice")
    assert (await rig.change(link, slug="invoice"))["slug"] == "invoice"
    await rig.change(link, slug="other")
    deleted = await rig.api.delete(f"{LINKS}/{link['id']}")
    assert (deleted.status_code, deleted.json()["deleted"]) == (200, True)
    assert (await rig.api.get(f"{LINKS}/{link['id']}")).status_code == 404
    for slug in ("invoice", "other"):
        answer = await rig.api.post(LINKS, json=body(slug=slug))
        assert answer.json()["errors"][0] == {
            "message": "The slug has already been taken",
            "rule": "unique",
            "field": "slug",
        }


async def test_a_link_is_switched_off_and_on(rig: Rig) -> None:
    link = await rig.link()
    for active, status in ((False, "Inactive"), (False, "Inactive"), (True, "Active")):
        assert (await rig.change(link, isActive=active))["isActive"] is active
        assert await rig.status() == status
