"""What is particular to Checkout.com: workflows, which send the events that they name and no others."""

from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from adapters.backends._checkout_answers import keys_of
from adapters.backends._checkout_request import to_workflow
from adapters.backends._checkout_tables import EVENTS
from adapters.backends.checkout import Checkout
from bot.errors import BackendProtocolError
from bot.ports.model import EventKind
from tests.contract.backend_rig import BackendRig
from tests.contract.test_checkout import CHECKOUT

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = CHECKOUT

URL = "https://pay.example.com/webhooks/checkout"


def account(rig: BackendRig, **changes: str) -> Checkout:
    backend = rig.other(**changes)
    assert isinstance(backend, Checkout)
    return backend


async def workflows(rig: BackendRig) -> list[dict[str, Any]]:
    """All of them, with their conditions."""
    headers = {"Authorization": f"Bearer {rig.key}"}
    listed = await rig.rig.client.get("/checkout/workflows", headers=headers)
    paths = [f"/checkout/workflows/{one['id']}" for one in listed.json()["data"]]
    return [(await rig.rig.client.get(path, headers=headers)).json() for path in paths]


async def test_a_workflow_names_every_event_that_we_know_once_and_under_its_source(rig: BackendRig) -> None:
    """Payouts have events of the same names: they concern no link."""
    await account(rig).connect(URL)
    (workflow,) = await workflows(rig)
    (condition,) = workflow["conditions"]
    assert sorted(kind for kinds in condition["events"].values() for kind in kinds) == sorted(EVENTS)
    assert set(condition["events"]) == {"gateway", "authentication", "dispute"}


async def test_an_event_that_this_account_does_not_have_is_not_asked_for() -> None:
    sources = {"gateway": ["payment_captured", "something_new"], "card_payout": ["payment_captured"]}
    (condition,) = to_workflow(URL, "key", sources)["conditions"]
    assert condition["events"] == {"gateway": ["payment_captured"]}


async def test_a_workflow_that_is_switched_off_is_switched_on_again(rig: BackendRig) -> None:
    backend = account(rig)
    await backend.connect(URL)
    (workflow,) = await workflows(rig)
    path, headers = f"/checkout/workflows/{workflow['id']}", {"Authorization": f"Bearer {rig.key}"}
    await rig.rig.client.patch(path, json={"active": False}, headers=headers)
    assert "switched on again" in (await backend.connect(URL)).line
    assert [one["active"] for one in await workflows(rig)] == [True]
    assert "already" in (await backend.connect(URL)).line


@pytest.mark.parametrize("switched_off", [False, True])
async def test_a_workflow_that_signs_with_a_former_secret_gives_way_to_one_with_the_first(
    rig: BackendRig, *, switched_off: bool
) -> None:
    """As an operator replaces a secret: both are taken, then the provider is told the new one."""
    await account(rig, WEBHOOK_SECRET="obviously-fake-old").connect(URL)
    (former,) = await workflows(rig)
    if switched_off:
        path, headers = f"/checkout/workflows/{former['id']}", {"Authorization": f"Bearer {rig.key}"}
        await rig.rig.client.patch(path, json={"active": False}, headers=headers)
    backend = account(rig, WEBHOOK_SECRET="obviously-fake-new,obviously-fake-old")
    assert "in place of" in (await backend.connect(URL)).line
    (workflow,) = await workflows(rig)
    (action,) = workflow["actions"]
    assert (workflow["active"], action["signature"]["key"]) == (True, "obviously-fake-new")
    assert workflow["id"] != former["id"]
    assert "already" in (await backend.connect(URL)).line


@pytest.mark.parametrize(
    ("actions", "keys"),
    [
        (None, []),
        (7, []),
        ([7, {}, {"signature": None}, {"signature": 7}], []),
        ([{"signature": {}}, {"signature": {"key": "***"}}], [None, "***"]),
    ],
)
async def test_a_workflow_may_not_tell_what_it_signs_with(actions: object, keys: list[object]) -> None:
    assert keys_of({"actions": actions}) == keys


@pytest.mark.parametrize(("kind", "let_go"), [("NonFinal", {}), ("Final", {EventKind.VOIDED: 1990})])
async def test_a_last_capture_of_less_tells_that_the_rest_was_let_go(
    rig: BackendRig, kind: str, let_go: dict[EventKind, int]
) -> None:
    """Else more is waited for that nobody can take any more."""
    _, created = await rig.created(amount=rig.asked)
    payment = await rig.pay(created.provider_id, "authorised")
    path, headers = f"/checkout/payments/{payment['id']}/captures", {"Authorization": f"Bearer {rig.key}"}
    await rig.rig.client.post(path, json={"amount": 3000, "capture_type": kind}, headers=headers)
    (fetched,) = await rig.backend.fetch_payment(payment["id"])
    taken = {EventKind.AUTHORISED: 4990, EventKind.CAPTURED: 3000}
    for event in (fetched, await rig.event(EventKind.CAPTURED)):
        assert rig.minor(event) == taken | let_go


@pytest.mark.parametrize("answer", [None, 7, [], [7], {}, {"data": None}, {"data": 7}, [{"id": "gateway"}]])
async def test_workflows_in_a_strange_shape_are_a_protocol_error(rig: BackendRig, answer: object) -> None:
    rig.rig.oracle.answer = JSONResponse(answer)
    with pytest.raises(BackendProtocolError):
        await account(rig, API_URL=rig.rig.oracle.url).connect(URL)


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_what_cannot_be_searched_does_not_hide_the_payment_that_a_link_names(
    rig: BackendRig, status: int
) -> None:
    _, created = await rig.created()
    paid = await rig.pay(created.provider_id, "paid")
    await rig.rig.fault(CHECKOUT.looking, "status", status=status, times=1)
    fetched = await rig.backend.fetch(created.provider_id)
    assert (fetched.received, fetched.payment_ids) == (True, (paid["id"],))


async def test_another_server_that_has_no_such_page_does_not_accept_the_key(rig: BackendRig) -> None:
    rig.rig.oracle.answer = Response(b"<html>Not Found</html>", 404)
    with pytest.raises(BackendProtocolError):
        await rig.other(API_URL=rig.rig.oracle.url).check()
    rig.rig.oracle.answer = Response(b"", 404, {"Cko-Request-Id": "req_1"})
    assert "reads no disputes" in await rig.other(API_URL=rig.rig.oracle.url).check()
