"""The customer's phone as a small browser: it asks for pages here and draws what comes back.

A hosted payment page refuses to be framed, as the real ones do, so that no frame could show it.
Only the sandbox and the service can be visited.
"""

from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.page.acts import is_json, refusal

_MOST_REDIRECTS = 5
_PATIENCE_S = 15.0
_KEEPS_METHOD = {307, 308}
_PASSED_ON = ("accept-language", "user-agent")


class VisitRefusedError(ValueError):
    """The phone does not go there; the text says why."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One navigation: `fields` are those of a form that was sent with POST."""

    method: str
    url: str
    fields: dict[str, str]

    @classmethod
    def from_body(cls, body: Any) -> "Visit":
        """Read `{"url", "method"?, "fields"?}`; raises VisitRefusedError."""
        if not isinstance(body, dict) or not isinstance(body.get("url"), str):
            raise VisitRefusedError("give the address as url")
        method, fields = body.get("method", "GET"), body.get("fields", {})
        if method not in {"GET", "POST"} or not isinstance(fields, dict):
            raise VisitRefusedError("method is GET or POST, fields an object")
        return cls(method, body["url"], {str(name): str(value) for name, value in fields.items()})

    def redirected(self, answer: httpx.Response) -> "Visit":
        url = urljoin(self.url, answer.headers["location"])
        return (
            Visit(self.method, url, self.fields)
            if answer.status_code in _KEEPS_METHOD
            else Visit("GET", url, {})
        )


class Visits:
    """Answers `POST /phone` with `{"url", "status", "html"}`, redirects followed."""

    def __init__(self, *addresses: str) -> None:
        self._origins = {_origin(address) for address in addresses}

    async def answer(self, request: Request) -> JSONResponse:
        """Only JSON is taken, which no other site can send from a visitor's browser unasked."""
        if not is_json(request):
            return refusal("send JSON", 415)
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        try:
            visit = Visit.from_body(await request.json())
            async with httpx.AsyncClient(headers=headers, timeout=_PATIENCE_S, trust_env=False) as client:
                return await self._follow(client, visit)
        except VisitRefusedError as error:
            return refusal(str(error), 403)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return refusal(f"No page came: {type(error).__name__}", 502)

    async def _follow(self, client: httpx.AsyncClient, visit: Visit) -> JSONResponse:
        for _ in range(_MOST_REDIRECTS + 1):
            if _origin(visit.url) not in self._origins:
                raise VisitRefusedError(f"{visit.url} is outside of this sandbox")
            answer = await client.request(visit.method, visit.url, data=visit.fields or None)
            if not answer.has_redirect_location:
                shown = {"url": visit.url, "status": answer.status_code, "html": _html_of(answer)}
                return JSONResponse({"ok": True, **shown})
            visit = visit.redirected(answer)
        raise VisitRefusedError(f"{visit.url} redirects without end")


def _html_of(answer: httpx.Response) -> str:
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return answer.text if is_html else f"<pre>{escape(answer.text)}</pre>"


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
