"""The Bot API: one address per token and method, and one for files.

https://core.telegram.org/bots/api#making-requests. Method names are not case-sensitive.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.server import ending
from sandbox.telegram.answers import Refused, failure, success
from sandbox.telegram.files import SHOWN, Files
from sandbox.telegram.forms import read_form
from sandbox.telegram.intake import Intake
from sandbox.telegram.parameters import PARAMETERS, check_arguments
from sandbox.telegram.people import TOKEN
from sandbox.telegram.session import Session

Method = Callable[[dict[str, Any]], Any]
_NAMES = {name.lower(): name for name in PARAMETERS}
_FOR_EVER = {"Cache-Control": "max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


class BotApi:
    """Dispatches calls to the methods; remembers what of them was ignored."""

    def __init__(self, methods: Mapping[str, Method], intake: Intake, session: Session, files: Files) -> None:
        self._methods, self._intake, self._session, self._files = methods, intake, session, files
        self._ignored: Counter[tuple[str, str]] = Counter()
        self.routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            Route(f"{SHOWN.removeprefix('/telegram')}/{{unique_id}}", self._show, methods=["GET"]),
            Route("/{rest:path}", _nowhere, methods=["GET", "POST"]),
        ]

    async def ignored(self, _: dict[str, Any]) -> dict[str, Any]:
        """The reading: -> {"ignored": [{"method", "parameter", "times"}]}: what the Bot API does not know."""
        return {
            "ignored": [
                {"method": method, "parameter": parameter, "times": times}
                for (method, parameter), times in self._ignored.items()
            ]
        }

    async def _call(self, request: Request) -> JSONResponse:
        try:
            result = await self._result(request)
        except Refused as refused:
            return failure(refused)
        return success(*result) if isinstance(result, tuple) else success(result)

    async def _result(self, request: Request) -> Any:
        if request.path_params["token"] != TOKEN:
            raise Refused(401)
        self._session.check()
        name = _NAMES.get(request.path_params["method"].lower())
        if name is None:
            raise Refused(404, "method not found")
        given, ignored = check_arguments(name, await read_form(request))
        self._ignored.update((name, parameter) for parameter in ignored)
        if name == "getUpdates":
            return await self._intake.get_updates(given, ending(request.scope))
        return self._methods[name](await self._files.resolved(given))

    async def _download(self, request: Request) -> Response:
        if request.path_params["token"] != TOKEN:
            return failure(Refused(401))
        file = self._files.at(request.path_params["path"])
        if file is None:
            return failure(Refused(404))
        return Response(file.upload.content, media_type="application/octet-stream")

    async def _show(self, request: Request) -> Response:
        """A photo for the page, which has no token."""
        file = self._files.shown(request.path_params["unique_id"])
        if file is None:
            return failure(Refused(404))
        return Response(file.upload.content, media_type=file.upload.media_type, headers=_FOR_EVER)


async def _nowhere(_: Request) -> JSONResponse:
    return failure(Refused(404))
