"""The EximPe stand-in over HTTP, a service that gets its webhooks, and a client of each kind."""

from datetime import timedelta
from typing import Any

import httpx

from sandbox.eximpe.standin import EximpeStandIn
from tests.standins.paying_rig import PayingRig

UPI = {"method": "UPI", "vpa": "anything@payu"}
CARD = {"method": "CARD", "card_number": "5123 4567 8901 2346", "expiry": "05/30", "cvv": "123"}
BANK = {"method": "NET_BANKING", "user": "payu", "password": "payu"}

LINKS = "/pg/payment-links/"
EVERY_CALL = [
    ("POST", LINKS),
    ("GET", LINKS),
    ("GET", f"{LINKS}PR1/"),
    ("POST", f"{LINKS}PR1/extend_expiry/"),
    ("POST", f"{LINKS}PR1/deactivate/"),
    ("POST", f"{LINKS}PR1/share/"),
    ("GET", f"{LINKS}PR1/history/"),
    ("GET", "/pg/payments/"),
    ("GET", "/pg/payments/PR1/"),
    ("GET", "/pg/orders/OD1/"),
    ("GET", "/pg/orders/OD1/status/"),
    ("POST", "/pg/refunds/"),
    ("GET", "/pg/refunds/RF1/"),
]


class Rig(PayingRig):
    make = EximpeStandIn

    def credentials(self) -> dict[str, Any]:
        self.headers = {
            "X-Client-ID": self.env["PAYLINK_EXIMPE_CLIENT_ID"],
            "X-Client-Secret": self.env["PAYLINK_EXIMPE_SECRET_KEY"],
            "X-API-Version": "1.0.0",
        }
        return {"headers": self.headers}

    async def create(self, body: dict[str, Any], version: str = "1.0.0") -> httpx.Response:
        return await self.api.post("/pg/payment-links/", json=body, headers={"X-API-Version": version})

    async def link(self, **changes: Any) -> dict[str, Any]:
        return data_of(await self.create(body(**changes)), 201)

    async def get(self, path: str, **query: Any) -> Any:
        return data_of(await self.api.get(path, params=query), 200)

    async def status(self, link: dict[str, Any]) -> str:
        return str((await self.get(f"/pg/payment-links/{link['payment_id']}/"))["status"])

    async def act(self, link: dict[str, Any], act: str, body: Any = None) -> httpx.Response:
        """extend_expiry, deactivate or share."""
        path = f"/pg/payment-links/{link['payment_id']}/{act}/"
        return await self.api.post(path, **({} if body is None else {"json": body}))

    async def pay(self, link: str, outcome: str, **body: Any) -> dict[str, Any]:
        return (await self.control("pay", link=link, outcome=outcome, **body))["payment"]

    async def events(self, count: int) -> list[dict[str, Any]]:
        """The events that have arrived, once they are so many, in the order of their making."""
        found = {event["sequence_number"]: event for event in await self.bodies(count)}
        made = await self.read("deliveries")
        return [found[one["event_id"]] for one in made if one["event_id"] in found]

    async def attempted(self, times: int, *, waiting: bool) -> dict[str, Any]:
        """The newest delivery, once it has so many attempts and another one is planned, or none is."""
        return await self.delivery(
            lambda one: len(one["attempts"]) == times and (one["next_at"] is not None) == waiting
        )


def data_of(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, answer.text
    whole = answer.json()
    assert set(whole) == {"success", "message", "data"}
    assert whole["success"] is True
    return whole["data"]


def error_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    whole = answer.json()
    assert set(whole) == {"success", "error"}
    assert whole["success"] is False
    assert set(whole["error"]) == {"code", "message", "details"}
    return whole["error"]


def body(**changes: Any) -> dict[str, Any]:
    """A body that is accepted; a change is named by its path with `__`, None leaves that key out."""
    whole: dict[str, Any] = {
        "amount": "1500.00",
        "currency": "INR",
        "reference_id": "PL7F3K9Q",
        "buyer": {
            "name": "Ravi Menon",
            "email": "ravi@example.org",
            "phone": "+919812345678",
            "address": {
                "line_1": "12 MG Road",
                "city": "Pune",
                "state": "Maharashtra",
                "postal_code": "411001",
            },
        },
        "product": {"name": "Design work", "type_of_goods": "service"},
        "invoice": {"number": "INV-88"},
    }
    for path, value in changes.items():
        *parents, key = path.split("__")
        node = whole
        for parent in parents:
            node = node[parent]
        if value is None:
            node.pop(key)
        else:
            node[key] = value
    return whole


def in_days(rig: Rig, days: float) -> str:
    return f"{rig.world.clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


async def details(rig: Rig, version: str = "1.0.0", **changes: Any) -> dict[str, Any]:
    error = error_of(await rig.create(body(**changes), version), 400)
    assert (error["code"], error["message"]) == ("ERR_ORDER_002", "Validation error")
    return error["details"]
