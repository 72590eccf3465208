"""What every backend reads and writes is as exact as it was written: no float anywhere."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.responses import Response

from adapters.backends._http import BackendHttp, dump, load
from bot.errors import BackendAuthFailed, BackendUnavailable, PaylinkError
from tests import loopback
from tests.rigs import Oracle, Stage, consulting

small = settings(
    max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def oracle(stage: Stage) -> Oracle:
    return consulting(stage)


@pytest_asyncio.fixture(loop_scope="module")
async def http(oracle: Oracle) -> AsyncIterator[BackendHttp]:
    connection = BackendHttp(loopback.client(oracle.url), "Request-Id")
    yield connection
    await connection.aclose()


@small
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_fraction_is_read_as_it_was_written(fraction: Decimal) -> None:
    read = load(f'{{"amount": {fraction}}}')["amount"]
    assert not isinstance(read, float)
    assert read == fraction


def test_half_an_emoji_where_a_text_was_cut_spoils_nothing_else() -> None:
    assert load(rb'{"amount": 0.10, "text": "Thanks \ud83d"}') == {
        "amount": Decimal("0.10"),
        "text": "Thanks \ufffd",
    }


@small
@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_what_is_read_can_be_written_again_to_whomever(value: object) -> None:
    read = load(json.dumps([value, "\ud83d", {"\udc00": "\ud83d"}, True]))
    assert read == [value, "\ufffd", {"\ufffd": "\ufffd"}, True]
    assert json.dumps(read, ensure_ascii=False).encode()


@pytest.mark.parametrize("begins", ["", r'["half an emoji \ud83d", '])
@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_what_is_nested_too_deeply_cannot_be_read(begins: str, opened: str) -> None:
    with pytest.raises(ValueError, match="deeply"):
        load(begins + opened * 100_000)


@pytest.mark.parametrize("begins", ["[", r'["half an emoji \ud83d", '])
@pytest.mark.parametrize("number", ["1e9999999999999999999", "-1e-9999999999999999999", "9" * 10_000])
def test_a_number_that_nothing_can_hold_cannot_be_read(begins: str, number: str) -> None:
    with pytest.raises(ValueError, match=r"number|digits"):
        load(f"{begins}{number}]")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("text", ["49.90", "0.1", "1e2", "-0.00", "123456789012345678901234567890.12"])
async def test_an_answer_keeps_its_decimals(http: BackendHttp, oracle: Oracle, text: str) -> None:
    oracle.answer = Response(f'{{"amount": {text}}}', headers={"Request-Id": "req_1"})
    answer = await http.call("GET", "/anything")
    assert (str(answer.body["amount"]), answer.request_id) == (str(Decimal(text)), "req_1")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("header", "told", "known"),
    [
        ("req_1", '"req_2"', "req_1"),
        (None, '"req_2"', "req_2"),
        (None, '"jane@example.com is not known"', None),
        (None, f'"{"x" * 81}"', None),
        (None, "7", None),
        (None, "null", None),
    ],
)
@pytest.mark.parametrize(("status", "error"), [(401, BackendAuthFailed), (500, BackendUnavailable)])
async def test_a_requests_id_is_in_a_header_or_in_the_body_where_it_looks_like_one(
    http: BackendHttp,
    oracle: Oracle,
    *,
    header: str | None,
    told: str,
    known: str | None,
    status: int,
    error: type[PaylinkError],
) -> None:
    headers = {"Request-Id": header} if header else {}
    oracle.answer = Response(f'{{"request_id": {told}}}', headers=headers)
    assert (await http.call("GET", "/anything")).request_id == known
    oracle.answer = Response(f'{{"request_id": {told}}}', status, headers)
    with pytest.raises(error, match=f"request {known}$"):
        await http.call("GET", "/anything")


@small
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_a_fraction_is_written_as_a_number_with_all_of_its_decimals(fraction: Decimal) -> None:
    written = dump({"amount": fraction, "items": [{"amount": fraction}]})
    assert written == f'{{"amount": {fraction:f}, "items": [{{"amount": {fraction:f}}}]}}'
    read = json.loads(written, parse_float=Decimal, parse_int=Decimal)["amount"]
    assert (read, read.as_tuple().exponent) == (fraction, min(0, fraction.as_tuple().exponent))


@pytest.mark.parametrize("nothing", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_not_written(nothing: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        dump({"amount": Decimal(nothing)})


@small
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_everything_else_is_written_as_always(value: object) -> None:
    assert dump(value) == json.dumps(value, ensure_ascii=False)


@pytest.mark.asyncio(loop_scope="module")
@small
@given(amount=st.integers(), text=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
async def test_a_request_arrives_as_it_was_meant(
    http: BackendHttp, oracle: Oracle, amount: int, text: str
) -> None:
    oracle.asked.clear()
    await http.call("POST", "/anything", {"amount": amount, "text": text})
    assert json.loads(oracle.asked[-1]) == {"amount": amount, "text": text}
