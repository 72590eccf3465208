"""One account's part of the API: what is made there, changed, and read through page by page."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from adapters.backends._http import REFUSED, Answer, BackendHttp, expect, quoted
from adapters.backends._paymentkit_tables import FIELDS, MOST_PAGES, PAGE, PAGE_FIELDS
from adapters.backends._shapes import Row
from bot.errors import BackendProtocolError, BackendRejected

_MADE = (httpx.codes.OK, httpx.codes.CREATED)
_NAMED_FIELD = re.compile(r"(?:^|; )([a-z_][a-z0-9_.\[\]]*): ")
_FIELD = re.compile(r"[a-z_][a-z0-9_.\[\]]{0,80}")


class AccountApi:
    """Everything below `/api/{account_id}`."""

    def __init__(self, http: BackendHttp, account_id: str) -> None:
        self._http, self._account_id = http, account_id

    @property
    def _base(self) -> str:
        return f"/api/{quoted(self._account_id)}"

    async def send(
        self, method: str, kind: str, body: Row | None = None, *, id_: str | None = None
    ) -> Answer:
        """A call about one object, or about the whole kind; raises BackendRejected for what is refused."""
        below = "" if id_ is None else f"/{quoted(id_)}"
        answer = await self._http.call(method, f"{self._base}/{kind}{below}", body)
        if answer.status in REFUSED:
            raise explain(answer)
        return answer

    async def make(self, kind: str, body: Row) -> tuple[dict[str, Any], str | None]:
        """A new object, and the request's id."""
        answer = await self.send("POST", kind, body)
        return expect(answer, *_MADE), answer.request_id

    async def get(self, kind: str, id_: str) -> tuple[dict[str, Any], str | None]:
        """One object, and the request's id."""
        answer = await self.send("GET", kind, id_=id_)
        return expect(answer, httpx.codes.OK), answer.request_id

    async def listed(
        self, kind: str, query: Mapping[str, str], *, enough: Callable[[Row], bool], pages: int = MOST_PAGES
    ) -> list[Row]:
        """Rows, each once, until one is `enough`, there are no more, or so many pages have been read."""
        rows: dict[str, Row] = {}
        offset = 0
        for _ in range(pages):
            asked = urlencode({**query, "limit": str(PAGE), "offset": str(offset)})
            answer = await self._http.call("GET", f"{self._base}/{kind}?{asked}")
            body = expect(answer, httpx.codes.OK)
            told = _rows(body, answer.request_id)
            new = {str(row["id"]): row for row in told if str(row["id"]) not in rows}
            rows |= new
            offset += len(told)
            if not new or _is_last(body, offset) or any(enough(row) for row in new.values()):
                break
        return list(rows.values())

    async def aclose(self) -> None:
        await self._http.aclose()


def explain(answer: Answer) -> BackendRejected:
    """A refusal: the fields that it names, in a list or in its sentence; the first of ours is the field.

    Its sentences are not repeated: they may quote what a customer's data are.
    """
    body = answer.body if isinstance(answer.body, dict) else {}
    listed = body.get("errors")
    named = [one.get("field") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    named = [one for one in named if isinstance(one, str) and _FIELD.fullmatch(one)]
    if not named and isinstance(body.get("detail"), str):
        named = _NAMED_FIELD.findall(body["detail"])
    codes = tuple(f"{one}_invalid" for one in dict.fromkeys(named)) or (f"http_{answer.status}",)
    return BackendRejected(
        codes, field=next(filter(None, map(_field_of, named)), None), request_id=answer.request_id
    )


def _field_of(named: str) -> str | None:
    """Of `line_items[0].description` the last part."""
    return FIELDS.get(named.rpartition(".")[2])


def _rows(body: Row, request_id: str | None) -> list[Row]:
    found = next((body[name] for name in PAGE_FIELDS if isinstance(body.get(name), list)), None)
    if found is None:
        raise BackendProtocolError("a page without a list", request_id=request_id)
    return [row for row in found if isinstance(row, dict) and row.get("id")]


def _is_last(body: Row, read: int) -> bool:
    """As far as the page says; else the next one is empty, or brings nothing new."""
    total = body.get("total")
    return isinstance(total, int) and read >= total
