"""The Bot API: one address per token and method.

https://core.telegram.org/bots/api#making-requests. Method names are not case-sensitive.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.server import ending
from sandbox.telegram.answers import Refused, failure, success
from sandbox.telegram.intake import Intake
from sandbox.telegram.parameters import PARAMETERS, check_arguments, read_arguments
from sandbox.telegram.people import TOKEN
from sandbox.telegram.profile import Profile
from sandbox.telegram.sending import Sending

_NAMES = {name.lower(): name for name in PARAMETERS}


class BotApi:
    """Dispatches calls to the methods."""

    def __init__(self, intake: Intake, sending: Sending, profile: Profile) -> None:
        self._intake = intake
        self._methods: dict[str, Callable[[dict[str, Any]], Any]] = {
            "getMe": profile.get_me,
            "setWebhook": intake.set_webhook,
            "deleteWebhook": intake.delete_webhook,
            "getWebhookInfo": intake.get_webhook_info,
            "sendMessage": sending.send_message,
            "editMessageText": sending.edit_message_text,
            "editMessageReplyMarkup": sending.edit_message_reply_markup,
            "deleteMessage": sending.delete_message,
            "answerCallbackQuery": sending.answer_callback_query,
            "setMyCommands": profile.set_my_commands,
            "getMyCommands": profile.get_my_commands,
            "getChat": profile.get_chat,
            "getChatMember": profile.get_chat_member,
            "sendChatAction": sending.send_chat_action,
        }
        self.routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/{rest:path}", _nowhere, methods=["GET", "POST"]),
        ]

    async def _call(self, request: Request) -> JSONResponse:
        try:
            result = await self._result(request)
        except Refused as refused:
            return failure(refused)
        return success(*result) if isinstance(result, tuple) else success(result)

    async def _result(self, request: Request) -> Any:
        if request.path_params["token"] != TOKEN:
            raise Refused(401)
        name = _NAMES.get(request.path_params["method"].lower())
        if name is None:
            raise Refused(404, "method not found")
        given = check_arguments(name, await read_arguments(request))
        if name == "getUpdates":
            return await self._intake.get_updates(given, ending(request.scope))
        return self._methods[name](given)


async def _nowhere(_: Request) -> JSONResponse:
    return failure(Refused(404))
