"""A service small enough to see through: it answers Slack and Telegram as the page's tests need it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

CHANNEL = "C0SALES"
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def asks(block_id: str, element: Json, **more: Any) -> Json:
    named = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id.title()), "element": named, **more}


def option(value: str) -> Json:
    return {"text": plain(value), "value": value}


def form_view(*more: Json, hint: str = "For example 49.90") -> Json:
    """A modal with a field of each common kind and a button that changes it."""
    groups = [
        {"label": plain("Common"), "options": [option("EUR"), option("USD")]},
        {"label": plain("Others"), "options": [option("JPY")]},
    ]
    blocks = [
        asks("amount", {"type": "plain_text_input"}, hint=plain(hint)),
        asks("currency", {"type": "static_select", "option_groups": groups, "initial_option": option("EUR")}),
        asks("email", {"type": "email_text_input"}, optional=True),
        {
            "type": "actions",
            "block_id": "extras",
            "elements": [{"type": "button", "action_id": "more", "text": plain("More fields")}],
        },
        *more,
    ]
    return {"type": "modal", "title": plain("New link"), "submit": plain("Create"), "blocks": blocks}


def slack_request(body: bytes) -> Json:
    """A command's form, an interaction's payload, or an event."""
    form: Json = {} if body.startswith(b"{") else dict(parse_qsl(body.decode(), keep_blank_values=True))
    request: Json = json.loads(form.get("payload", body)) if "command" not in form else form
    return request


@dataclass
class FakeService:
    """Commands: nothing opens the form, anything else is repeated to who typed it."""

    url: str
    env: dict[str, str]
    client: httpx.AsyncClient
    received: list[Json] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    webhook_status: int = 200
    # What Slack's request is answered with instead of the usual; None: as usual.
    instead: Callable[[Json], Awaitable[Response | None]] | None = None

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/slack/events", self._slack, methods=["POST"]),
                Route("/telegram/webhook", self._telegram, methods=["POST"]),
                Route("/webhooks/checkout", self._webhook, methods=["POST"]),
                Route("/p/{token}", self._customer_page),
            ]
        )

    async def slack(self, method: str, **body: Any) -> Json:
        url = f"{self.env['PAYLINK_SLACK_API_URL']}{method}"
        headers = {"Authorization": f"Bearer {self.env['PAYLINK_SLACK_BOT_TOKEN']}"}
        answer: Json = (await self.client.post(url, json=body, headers=headers)).json()
        assert answer["ok"], answer
        return answer

    async def post(self, text: str, **more: Any) -> str:
        """A message in the channel; answers its ts."""
        return str((await self.slack("chat.postMessage", channel=CHANNEL, text=text, **more))["ts"])

    async def telegram(self, method: str, **body: Any) -> Any:
        url = f"{self.env['PAYLINK_TELEGRAM_API_URL']}/bot{self.env['PAYLINK_TELEGRAM_BOT_TOKEN']}/{method}"
        answer = (await self.client.post(url, json=body)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def payment_link(self, reference: str = "PLTEST000001") -> str:
        """A link for 49.90 EUR; answers its address."""
        headers = {"Authorization": f"Bearer {self.env['PAYLINK_CHECKOUT_SECRET_KEY']}"}
        body = {
            "amount": 4990,
            "currency": "EUR",
            "reference": reference,
            "billing": {"address": {"country": "DE"}},
            "processing_channel_id": self.env["PAYLINK_CHECKOUT_PROCESSING_CHANNEL_ID"],
        }
        url = f"{self.env['PAYLINK_CHECKOUT_API_URL']}/payment-links"
        answer = await self.client.post(url, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["_links"]["redirect"]["href"])

    async def _slack(self, request: Request) -> Response:
        payload = slack_request(await request.body())
        self.received.append(payload)
        if self.instead and (answer := await self.instead(payload)):
            return answer
        if "command" in payload:
            return await self._command(payload)
        if payload["type"] == "view_submission":
            return await self._submitted(payload["view"])
        if payload.get("view"):
            note = asks("note", {"type": "plain_text_input"}, optional=True)
            changed = form_view(note, hint="In figures")
            await self.slack("views.update", view_id=payload["view"]["id"], view=changed)
        return Response()

    async def _command(self, form: dict[str, str]) -> Response:
        if form["text"]:
            return JSONResponse({"response_type": "ephemeral", "text": f"You said: {form['text']}"})
        await self.slack("views.open", trigger_id=form["trigger_id"], view=form_view())
        return Response()

    async def _submitted(self, view: Json) -> Response:
        values = view["state"]["values"]
        amount = values["amount"]["value"]["value"]
        if not amount.replace(".", "").isdecimal():
            errors = {"amount": "Write it in figures, as 49.90"}
            return JSONResponse({"response_action": "errors", "errors": errors})
        currency = values["currency"]["value"]["selected_option"]["value"]
        note = values["note"]["value"]["value"] if "note" in values else "without a note"
        await self.post(f"Created: {amount} {currency} {note}")
        return Response()

    async def _telegram(self, request: Request) -> Response:
        update = await request.json()
        self.received.append(update)
        if query := update.get("callback_query"):
            place = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
            await asyncio.gather(
                self.telegram("answerCallbackQuery", callback_query_id=query["id"], text="Noted"),
                self.telegram("editMessageText", **place, text=f"Pressed {query['data']}"),
            )
        return Response()

    async def _webhook(self, request: Request) -> Response:
        self.received.append(await request.json())
        return Response(status_code=self.webhook_status)

    async def _customer_page(self, request: Request) -> Response:
        self.visited.append(request.headers["user-agent"])
        page = "<title>Pay</title><h1>The service's page</h1><script>parent.hacked = 1</script>"
        return HTMLResponse(page, headers={"X-Frame-Options": "DENY"})
