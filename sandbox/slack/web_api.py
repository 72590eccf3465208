"""The Web API below `/slack/api/`: who may call, how fast, with which scopes, and how it answers.

Source: https://docs.slack.dev/apis/web-api/ ("Evaluating responses": 200 with `ok`, also for errors; only
too many calls have a status of their own, 429).
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.slack.arguments import Arguments, accept, read
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import APP_TOKEN
from sandbox.slack.limits import TIER_3, Limits
from sandbox.slack.methods import APP, METHODS, NOBODY, Method
from sandbox.slack.sockets import Sockets
from sandbox.slack.workspace import Workspace

_APP_SCOPES = ("connections:write",)


class WebApi:
    """Answers calls to `/slack/api/{method}`."""

    def __init__(self, workspace: Workspace, sockets: Sockets, limits: Limits) -> None:
        self._workspace, self._limits = workspace, limits
        opening = Method(lambda *_: {"url": sockets.new_url()}, (), {}, TIER_3, token=APP)
        self._methods = METHODS | {"apps.connections.open": opening}

    async def answer(self, request: Request) -> Response:
        """Answer `GET` or `POST /api/{method}`."""
        name, headers = request.path_params["method"], {}
        try:
            token, sent = await read(request)
            method = self._method(name, token)
            headers = self._headers(method)
            if wait_s := self._wait_s(name, method, sent):
                refusal = SlackRefusal("ratelimited").as_json()
                headers |= {"retry-after": str(wait_s)}
                return JSONResponse(refusal, HTTPStatus.TOO_MANY_REQUESTS, headers)
            self._workspace.installation.check_scopes(method.needs(self._workspace, sent))
            answer = method.run(self._workspace, accept(sent, method.takes, method.required))
        except SlackRefusal as refusal:
            return JSONResponse(refusal.as_json(), headers=headers)
        return JSONResponse({"ok": True, **answer}, headers=headers)

    def _method(self, name: str, token: str | None) -> Method:
        """The method of this name, if the token may call it at all; raises SlackRefusal."""
        method = self._methods.get(name)
        if method is None:
            raise SlackRefusal("unknown_method")
        if method.token != NOBODY:
            self._check_token(method, token)
        return method

    def _headers(self, method: Method) -> dict[str, str]:
        """What the token may do, as answers to its bearer say."""
        if method.token == NOBODY:
            return {}
        scopes = _APP_SCOPES if method.token == APP else self._workspace.installation.scopes
        return {"x-oauth-scopes": ",".join(scopes)}

    def _check_token(self, method: Method, token: str | None) -> None:
        if not token:
            raise SlackRefusal("not_authed")
        if token != APP_TOKEN:
            self._workspace.installation.check_token(token)
        if (token == APP_TOKEN) != (method.token == APP):
            raise SlackRefusal("not_allowed_token_type")

    def _wait_s(self, name: str, method: Method, sent: Arguments) -> int:
        if method.rate is None:
            return 0
        channel = str(sent.get("channel")) if method.rate.per_channel else ""
        direct = self._workspace.conversations.direct(channel)
        return self._limits.wait_s((name, direct.id if direct else channel), method.rate)
