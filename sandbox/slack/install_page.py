"""The page on which a person lets the app into the workspace, or does not.

Source: https://docs.slack.dev/authentication/installing-with-oauth
"""

import re
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.slack.identity import CLIENT_ID, TEAM_NAME
from sandbox.slack.people import PEOPLE
from sandbox.slack.workspace import Workspace

_PAGES = Path(__file__).parent / "pages"
_SCOPE = re.compile(r"[a-z_]+([.:][a-z_]+)*")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


class RequestRefusedError(ValueError):
    """What the app asks for cannot be shown to anybody; the text says why."""


@dataclass(frozen=True, slots=True)
class InstallRequest:
    """What the app asks for; `redirect_uri` is empty if it relies on the address configured for it."""

    scopes: tuple[str, ...]
    state: str
    redirect_uri: str

    @classmethod
    def from_query(cls, query: QueryParams, service_url: str) -> "InstallRequest":
        """Read the query of the page's address; raises RequestRefusedError."""
        scopes = tuple(scope for scope in re.split(r"[,\s]+", query.get("scope", "")) if scope)
        if query.get("client_id") != CLIENT_ID:
            raise RequestRefusedError("Invalid client_id parameter")
        if not scopes or not all(_SCOPE.fullmatch(scope) for scope in scopes):
            raise RequestRefusedError("Invalid permissions requested")
        request = cls(scopes, query.get("state", ""), query.get("redirect_uri", ""))
        if request.redirect_uri and not _is_below(request.redirect_uri, service_url):
            raise RequestRefusedError("redirect_uri did not match any configured URIs")
        return request


class InstallPage:
    """`GET` shows the page, `POST` is the press on one of its two buttons."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._service_url = workspace, workspace.world.service_url

    async def answer(self, request: Request) -> Response:
        """Answer `GET` or `POST /oauth/v2/authorize?client_id&scope&state&redirect_uri`."""
        try:
            asked = InstallRequest.from_query(request.query_params, self._service_url)
        except RequestRefusedError as refusal:
            return _page("refused.html", HTTPStatus.BAD_REQUEST, reason=str(refusal))
        if request.method == "POST":
            return self._decided(asked, dict(parse_qsl((await request.body()).decode(errors="replace"))))
        people = [person for person in PEOPLE.values() if person.role in {"administrator", "member"}]
        options = [
            f'<option value="{escape(one.id)}">{escape(one.real_name)}</option>'
            for one in sorted(people, key=lambda one: (one.role, one.deleted))
            if not one.deleted
        ]
        return _page(
            "authorize.html",
            HTTPStatus.OK,
            team=TEAM_NAME,
            options="\n".join(options),
            scopes="\n".join(f"<li><code>{escape(scope)}</code></li>" for scope in asked.scopes),
        )

    def _decided(self, asked: InstallRequest, form: dict[str, str]) -> Response:
        person = PEOPLE.get(form.get("user", ""))
        if form.get("decision") == "allow" and person and person.role in {"administrator", "member"}:
            code = self._workspace.consents.give(person.id, asked.scopes, asked.redirect_uri)
            outcome = {"code": code}
        else:
            outcome = {"error": "access_denied"}
        address = asked.redirect_uri or f"{self._service_url}/slack/oauth_redirect"
        glue = "&" if urlsplit(address).query else "?"
        return RedirectResponse(
            f"{address}{glue}{urlencode(outcome | {'state': asked.state})}", HTTPStatus.FOUND
        )


def _page(name: str, status: HTTPStatus, **values: str) -> Response:
    """A page with these values filled in; HTML only where it was made above."""
    made = {"options", "scopes"}
    filled = {key: value if key in made else escape(value) for key, value in values.items()}
    text = Template((_PAGES / name).read_text(encoding="utf-8")).substitute(filled)
    return HTMLResponse(text, status, _HEADERS)


def _is_below(address: str, configured: str) -> bool:
    """Whether an address is the configured one or a path below it, as Slack compares them."""
    return address == configured or address.startswith((f"{configured}/", f"{configured}?"))
