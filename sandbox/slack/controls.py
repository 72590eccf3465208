"""What only a sandbox has: a look at the workspace, and hands on what nobody does in Slack itself."""

import secrets
from typing import Any

from sandbox.slack.conversations import Conversation
from sandbox.slack.deliveries import Acknowledgement, Deliveries
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import BOT_USER, VERIFICATION_TOKEN
from sandbox.slack.limits import Limits
from sandbox.slack.workspace import Workspace
from sandbox.standin import Control, ControlRefused

Body = dict[str, Any]


class Controls:
    """The controls and readings that are not acts of people, one method each."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, limits: Limits) -> None:
        self._workspace, self._deliveries, self._limits = workspace, deliveries, limits
        self.controls: dict[str, Control] = {
            "event": self.event,
            "verify_url": self.verify_url,
            "archive": self.archive,
            "invite": self.invite,
            "join": self.invite,
            "kick": self.kick,
            "leave": self.kick,
            "limits": self.limits,
            "scopes": self.scopes,
            "uninstall": self.uninstall,
        }
        self.readings: dict[str, Control] = {
            "workspace": self.workspace,
            "messages": self.messages,
            "ephemerals": self.ephemerals,
            "view": self.view,
            "home": self.home,
            "installation": self.installation,
        }

    async def event(self, body: Body) -> Body:
        """Something that happened in the workspace, if the app has subscribed to it."""
        event = body["event"]
        if not isinstance(event.get("type"), str):
            raise ControlRefused("an event has a type, which is a text")
        answer = await self._workspace.events.deliver(event)
        return {"status": answer.status, "trouble": answer.trouble}

    async def verify_url(self, _: Body) -> Body:
        """Ask for proof of the address: https://docs.slack.dev/reference/events/url_verification."""
        challenge = secrets.token_hex(20)
        payload = {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
        answer = await self._deliveries.verify(payload)
        proofs = {challenge, f"challenge={challenge}"}
        verified = answer.trouble is None and _challenge_in(answer) in proofs
        return {"status": answer.status, "verified": verified, "trouble": answer.trouble}

    async def archive(self, body: Body) -> Body:
        self._channel(body).is_archived = True
        return {}

    async def invite(self, body: Body) -> Body:
        channel = self._channel(body)
        if not channel.has_bot:
            channel.members.append(BOT_USER)
        return {}

    async def kick(self, body: Body) -> Body:
        channel = self._channel(body)
        channel.members = [member for member in channel.members if member != BOT_USER]
        return {}

    async def limits(self, body: Body) -> Body:
        """{"on"} -> {"on"}: whether calls can be too many."""
        if not isinstance(body["on"], bool):
            raise ControlRefused("on must be true or false")
        self._limits.switch(on=body["on"])
        return {"on": self._limits.on}

    async def scopes(self, body: Body) -> Body:
        """{"scopes"} -> {"scopes"}: exactly these are granted."""
        scopes = body["scopes"]
        if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
            raise ControlRefused("scopes must be a list of names")
        self._workspace.installation.grant(scopes)
        return {"scopes": list(self._workspace.installation.scopes)}

    async def uninstall(self, _: Body) -> Body:
        if not self._workspace.installation.is_installed:
            raise ControlRefused("the app is not installed in this workspace")
        self._workspace.uninstall()
        return {}

    async def workspace(self, _: Body) -> Body:
        return self._workspace.overview()

    async def messages(self, query: Body) -> Body:
        return {"messages": self._workspace.messages.history(self._conversation(query).id)}

    async def ephemerals(self, query: Body) -> Body:
        channel = self._conversation(query)
        return {"messages": self._workspace.messages.ephemerals(query["user"], channel.id)}

    async def view(self, query: Body) -> Body:
        view = self._workspace.views.top(query["user"])
        return {"view": view.as_json() if view else None}

    async def home(self, query: Body) -> Body:
        view = self._workspace.views.home(query["user"])
        return {"view": view.as_json() if view else None}

    async def installation(self, _: Body) -> Body:
        there = self._workspace.installation
        return {"installed": there.is_installed, "scopes": list(there.scopes)}

    def _channel(self, body: Body) -> Conversation:
        conversation = self._conversation(body)
        if conversation.is_im:
            raise ControlRefused(f"{conversation.id} is a direct message")
        return conversation

    def _conversation(self, body: Body) -> Conversation:
        conversations, name = self._workspace.conversations, body["channel"]
        conversation = conversations.get(name) or conversations.direct(name)
        if conversation is None:
            there_are = ", ".join(channel.id for channel in conversations.channels())
            raise ControlRefused(
                f"no conversation {name}: there are {there_are}, and people's own by their id"
            )
        return conversation


def _challenge_in(answer: Acknowledgement) -> str:
    """What a url_verification was answered: as text, as a form or as JSON."""
    try:
        in_json = answer.as_object().get("challenge") if answer.is_json else None
    except SlackRefusal:
        return ""
    return str(in_json) if answer.is_json else answer.body.decode(errors="replace").strip()
