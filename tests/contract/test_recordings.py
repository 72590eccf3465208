"""What was recorded becomes what stands beside it: `name.json` and `name.expected.json`.

`requests` hold what we are asked for and the body that goes out, `withheld` the same and the payment
methods that it leaves out, both with changed `settings` where they have some; `created`, `fetched`,
`payments` and `errors` an answer of the provider; `webhooks` a body that it sends. Amounts are written as
`4990 EUR`: minor units.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from adapters.backends import BACKENDS
from bot.errors import BackendProtocolError, BackendUnavailable, PaylinkError
from bot.money import Money, pack, unpack
from bot.ports.backend import Backend, LinkRequest
from bot.ports.expectation import LinkKind
from bot.ports.model import Customer
from tests.rigs import Oracle, Stage, consulting

RECORDINGS = Path(__file__).parents[1] / "recordings"


def recorded(kind: str) -> list[Any]:
    """Every recording of this kind, whichever backend it is of."""
    files = sorted(RECORDINGS.glob(f"*/{kind}/*.json"))
    given = [file for file in files if not file.name.endswith(".expected.json")]
    return [pytest.param(file, id=f"{file.parents[1].name}-{file.stem}") for file in given]


def expected(file: Path) -> Any:
    return json.loads(file.with_suffix(".expected.json").read_text())


def as_written(fraction: str) -> str:
    """Every digit counts, and a fraction is never the same as a whole number."""
    return f"the number {fraction}"


def told(value: Any) -> Any:
    """A record as JSON, without what is None. A moment without a zone stays one, and so is not expected."""
    if isinstance(value, Money):
        return pack(value)
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        pairs = {field.name: told(getattr(value, field.name)) for field in fields(value)}
        return {name: one for name, one in pairs.items() if one is not None}
    if isinstance(value, Mapping):
        return {str(told(name)): told(one) for name, one in value.items()}
    return [told(one) for one in value] if isinstance(value, tuple | list) else value


def refused(error: PaylinkError) -> dict[str, Any]:
    facts = {"codes": list(getattr(error, "codes", ())), "field": getattr(error, "field", None)}
    return {"raises": type(error).__name__, **{name: fact for name, fact in facts.items() if fact}}


def asked_for(file: Path) -> LinkRequest:
    given = {"own_reference": None, **json.loads(file.read_text())}
    given.pop("settings", None)
    moments = {name: datetime.fromisoformat(given[name]) for name in ("now", "expires_at")}
    customer = Customer(**given["customer"])
    amounts = {name: unpack(given[name]) for name in ("amount", "least") if name in given}
    kind = LinkKind(given.get("kind", "payment"))
    return LinkRequest(**{**given, **moments, **amounts, "customer": customer, "kind": kind})


@pytest.fixture
def oracle(stage: Stage) -> Oracle:
    return consulting(stage)


def backend_of(file: Path, stage: Stage, oracle: Oracle) -> Backend:
    """The backend that a recording belongs to, with the settings it was recorded with."""
    folder = file.parents[1]
    given = json.loads(file.read_text()) if file.parent.name in {"requests", "withheld"} else {}
    settings = json.loads((folder / "settings.json").read_text()) | {"API_URL": oracle.url}
    settings |= given.get("settings", {})

    def make() -> Backend:
        backend = BACKENDS[folder.name](settings, "Corner Coffee")
        stage.closing.push_async_callback(backend.aclose)
        return backend

    return stage.keep(("recorded", folder.name, *settings.items()), make)


def events_in(file: Path, backend: Backend) -> Any:
    """The events of a webhook; of those that are ignored, whether they had an amount does not matter."""
    events = told(list(backend.parse(file.read_bytes())))
    for one in events:
        if one["kind"] == "ignored":
            one["amounts"] = {}
    return events


def answering(oracle: Oracle, file: Path) -> None:
    given = json.loads(file.read_text())
    body = "" if given["body"] is None else json.dumps(given["body"])
    oracle.answer = Response(body, given["status"], media_type="application/json")


@pytest.mark.parametrize("file", recorded("requests"))
@pytest.mark.asyncio(loop_scope="module")
async def test_a_request_goes_out_as_recorded(file: Path, stage: Stage, oracle: Oracle) -> None:
    oracle.answer = Response(status_code=503)
    request, backend = asked_for(file), backend_of(file, stage, oracle)
    with pytest.raises(PaylinkError) as raised:
        await backend.create(request)
    if isinstance(raised.value, BackendUnavailable):
        (sent,) = oracle.asked
        wanted = file.with_suffix(".expected.json").read_bytes()
        assert json.loads(sent, parse_float=as_written) == json.loads(wanted, parse_float=as_written)
    else:
        assert oracle.asked == []
        assert refused(raised.value) == expected(file)


@pytest.mark.parametrize("file", [*recorded("created"), *recorded("errors")])
@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_to_a_creation_becomes_what_is_recorded(
    file: Path, stage: Stage, oracle: Oracle
) -> None:
    answering(oracle, file)
    request = asked_for(file.parents[1] / "requests" / "full.json")
    try:
        outcome = told(await backend_of(file, stage, oracle).create(request))
    except PaylinkError as error:
        outcome = refused(error)
    assert outcome == expected(file)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://pay.example.com@evil.example/", "/pl_1"])
@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_link_that_nobody_can_be_sent_to_is_no_link(
    name: str, address: str, stage: Stage, oracle: Oracle
) -> None:
    files = [one.values[0] for one in recorded("created") if one.values[0].parents[1].name == name]
    file = next(file for file in files if "url" in expected(file))
    given = file.read_text().replace(expected(file)["url"], address)
    body = json.dumps(json.loads(given)["body"])
    oracle.answer = Response(body, json.loads(given)["status"], media_type="application/json")
    with pytest.raises(BackendProtocolError):
        await backend_of(file, stage, oracle).create(asked_for(file.parents[1] / "requests" / "full.json"))


@pytest.mark.parametrize("file", recorded("fetched"))
@pytest.mark.asyncio(loop_scope="module")
async def test_a_fetched_link_becomes_what_is_recorded(file: Path, stage: Stage, oracle: Oracle) -> None:
    answering(oracle, file)
    try:
        outcome = told(await backend_of(file, stage, oracle).fetch("pl_Rt5w-K2bN_8z"))
    except PaylinkError as error:
        outcome = refused(error)
    assert outcome == expected(file)


@pytest.mark.parametrize("file", recorded("payments"))
@pytest.mark.asyncio(loop_scope="module")
async def test_a_fetched_payment_becomes_what_is_recorded(file: Path, stage: Stage, oracle: Oracle) -> None:
    """The key of what was fetched is ours: it is the same as long as the payment stands where it stood."""
    answering(oracle, file)
    backend = backend_of(file, stage, oracle)
    outcome: Any
    try:
        fetched = [await backend.fetch_payment("pay_m3r8k2w6t9q4z7x5v2n8b4c6da") for _ in range(2)]
        outcome = told(list(fetched[0]))
        assert outcome == told(list(fetched[1]))
        assert all(0 < len(one.pop("key")) <= 255 for one in outcome)
    except PaylinkError as error:
        outcome = refused(error)
    assert outcome == expected(file)


@pytest.mark.parametrize("kind", ["fetched", "payments"])
@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_in_a_strange_shape_is_read_or_refused_but_never_breaks(
    name: str, kind: str, stage: Stage, oracle: Oracle
) -> None:
    """Of the shortest recording that tells of money, every value in turn."""
    files = [one.values[0] for one in recorded(kind) if one.values[0].parents[1].name == name]
    of_money = [file for file in files if {"received", "captured"} & {*_words(expected(file))}]
    file = min(of_money, key=lambda one: one.stat().st_size)
    backend, given = backend_of(file, stage, oracle), json.loads(file.read_text())
    ask = backend.fetch if kind == "fetched" else backend.fetch_payment
    for at in range(len([*_places(given["body"])])):
        for strange in (7, {}, [None]):
            body = copy.deepcopy(given["body"])
            parent, name_or_number = [*_places(body)][at]
            parent[name_or_number] = strange
            oracle.answer = Response(json.dumps(body), given["status"], media_type="application/json")
            with suppress(PaylinkError):
                await ask("pay_m3r8k2w6t9q4z7x5v2n8b4c6da")


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_payment_that_stands_elsewhere_has_another_key(
    name: str, stage: Stage, oracle: Oracle
) -> None:
    keys = []
    for file in sorted((RECORDINGS / name / "payments").glob("*.json")):
        if not file.name.endswith(".expected.json") and isinstance(expected(file), list):
            answering(oracle, file)
            fetched = await backend_of(file, stage, oracle).fetch_payment("pay_m3r8k2w6t9q4z7x5v2n8b4c6da")
            keys += [(one.key, one.kind, frozenset(one.amounts.items())) for one in fetched]
    told = {(kind, amounts) for _, kind, amounts in keys}
    assert len({key for key, _, _ in keys}) >= len(told)


@pytest.mark.parametrize("file", recorded("withheld"))
def test_methods_that_a_request_cannot_offer_are_named_as_recorded(
    file: Path, stage: Stage, oracle: Oracle
) -> None:
    assert told(list(backend_of(file, stage, oracle).withheld(asked_for(file)))) == expected(file)


@pytest.mark.parametrize("file", recorded("webhooks"))
@pytest.mark.asyncio(loop_scope="module")
async def test_a_webhook_becomes_what_is_recorded(file: Path, stage: Stage, oracle: Oracle) -> None:
    try:
        outcome = events_in(file, backend_of(file, stage, oracle))
    except PaylinkError as error:
        outcome = refused(error)
    assert outcome == expected(file)


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_has_recordings_of_every_kind(name: str) -> None:
    for kind in ("requests", "withheld", "created", "fetched", "payments", "errors", "webhooks"):
        assert [file for file in recorded(kind) if file.values[0].parents[1].name == name], kind


def test_every_recording_says_what_it_becomes_and_nothing_is_left_over() -> None:
    files = set(RECORDINGS.glob("*/*/*.json"))
    beside = {file for file in files if file.name.endswith(".expected.json")}
    assert {file.with_name(f"{file.stem}.expected.json") for file in files - beside} == beside
    assert {folder.name for folder in RECORDINGS.iterdir()} <= set(BACKENDS)


def _words(told: Any) -> Iterator[str]:
    """What is true of an expected outcome, and of what kind it is."""
    for parent, name in _places(told):
        if parent[name] is True:
            yield name
        elif name == "kind":
            yield parent[name]


def _places(inside: Any) -> Iterator[tuple[Any, Any]]:
    """Everything that an answer tells, by what it is in and its name or number there."""
    if not isinstance(inside, dict | list):
        return
    for name in inside if isinstance(inside, dict) else range(len(inside)):
        yield inside, name
        yield from _places(inside[name])
