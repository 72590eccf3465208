"""The Slack stand-in: one workspace with the app installed, reached over HTTP.

Its controls below `/slack/_control/` (JSON in and out; answers also have `"ok": true`):

| call | body or query | answer |
|---|---|---|
| POST command | channel, user, text | status, messages, view, trouble |
| POST say | channel, user, text, thread_ts (optional) | ts |
| POST submit | view, values {block_id: text}, again (optional) | status, errors, view, trouble |
| POST press | channel, user, ts or view; action_id; block_id, value, values (optional) | as command |
| POST shortcut | channel, user, ts, callback_id (optional: `paylink_message`) | as command |
| POST shortcut | user, callback_id (optional: `paylink_new`): a global one | as command |
| POST close | view | status, view, trouble |
| POST open_home | user: opens the app's home tab | status, view, trouble |
| POST event | event | status, trouble |
| POST verify_url | | status, verified, trouble |
| POST archive | channel | |
| POST invite, kick (or join, leave) | channel: the bot comes, or goes | |
| POST disconnect | reason (optional): `refresh_requested` or `warning` | connections |
| POST limits | on: whether calls may be too many (at first they may) | on |
| POST scopes | scopes: exactly what the app may do from now on | scopes |
| POST uninstall | : the app goes, its token ends | |
| GET workspace | | team, people, channels |
| GET messages | channel (or a person's id) | messages, each with its replies |
| GET ephemerals | channel, user | messages |
| GET view, home | user: the modal on top, or the home tab | view |
| GET sockets | | connections |
| GET deliveries | | deliveries of events, each with its attempts |
| GET installation | | installed, scopes |

Beside the Web API below `/slack/api/` there are `/slack/oauth/v2/authorize` (client id and secret are
`CLIENT_ID` and `CLIENT_SECRET` of `identity`), the addresses of files, and response URLs.

What people do is sent over HTTP until the app asks for a connection in Socket Mode, and through its
connections from then on (where there is none at present, for 3 s at most the next one is waited for).
An event that is not taken is sent again, three times; a command or an interaction never is. Limits of
speed, trigger ids, response URLs, codes and files live by the sandbox's clock.
"""

from collections import deque
from collections.abc import Sequence

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.faults import Faults
from sandbox.slack.background import Background
from sandbox.slack.bodies import understood
from sandbox.slack.controls import Controls
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.events import Events
from sandbox.slack.file_pages import FilePages
from sandbox.slack.hands import Hands
from sandbox.slack.identity import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from sandbox.slack.install_page import InstallPage
from sandbox.slack.installation import Installation
from sandbox.slack.limits import Limits
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.sockets import Sockets
from sandbox.slack.web_api import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.standin import Call, World, new_call_log

_REFUSALS = {429: "ratelimited", 503: "service_unavailable"}
_TOO_MANY = 429


class SlackStandIn:
    """Slack for one team and one app; the bot is a member of `C0SALES`."""

    name = "slack"

    def __init__(self, world: World) -> None:
        self._world = world
        self.faults = Faults()
        self.calls: deque[Call] = new_call_log()
        self._background = Background()
        sockets, installation = Sockets(world), Installation()
        deliveries = Deliveries(world, self.faults, sockets, installation)
        events = Events(world, deliveries, self._background)
        workspace = Workspace(world, installation, events, self._background)
        limits, urls = Limits(world.clock), ResponseUrls(workspace, f"{world.url}/slack/response")
        hands = Hands(workspace, deliveries, urls)
        controls = Controls(workspace, deliveries, limits)
        self.api: Sequence[BaseRoute] = _routes(workspace, sockets, limits, urls)
        self.controls = understood(
            {**hands.controls, **controls.controls, "disconnect": sockets.disconnect},
        )
        self.readings = understood(
            {
                **controls.readings,
                "sockets": sockets.count,
                "leaving": sockets.leaving,
                "deliveries": events.listing,
            },
        )

    def env(self, *, socket_mode: bool = False) -> dict[str, str]:
        """The service's settings that point it at this stand-in; HTTP unless Socket Mode is asked for."""
        app_token = {"PAYLINK_SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else {}
        return app_token | {
            "PAYLINK_SLACK_BOT_TOKEN": BOT_TOKEN,
            "PAYLINK_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "PAYLINK_SLACK_API_URL": f"{self._world.url}/slack/api/",
        }

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """An answer of that status; 429 says after how many seconds to come back (1 if unsaid)."""
        body = {"ok": False, "error": _REFUSALS.get(status, "internal_error")}
        headers = {"Retry-After": str(retry_after or 1)} if status == _TOO_MANY else None
        return JSONResponse(body, status, headers)

    async def run(self) -> None:
        """Events and files take their course until cancelled."""
        await self._background.run()


def _routes(workspace: Workspace, sockets: Sockets, limits: Limits, urls: ResponseUrls) -> list[BaseRoute]:
    files = FilePages(workspace)
    return [
        Route("/api/{method}", WebApi(workspace, sockets, limits).answer, methods=["GET", "POST"]),
        WebSocketRoute("/link/", sockets.serve),
        Route("/response/{id}", urls.answer, methods=["POST"]),
        Route("/oauth/v2/authorize", InstallPage(workspace).answer, methods=["GET", "POST"]),
        Route("/upload/v1/{ticket}", files.upload, methods=["POST"]),
        Route("/files-pri/{id}/{name:path}", files.private),
        Route("/files-seen/{id}/{ticket}", files.seen),
    ]
