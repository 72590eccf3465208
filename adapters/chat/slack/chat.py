"""Slack as a chat: cards and replies posted with the Web API, desks drawn where they were opened."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from http import HTTPStatus

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.chat.slack.cards import card_blocks, card_text, reply_text
from adapters.chat.slack.client import calling, found, refused_by_status
from adapters.chat.slack.manifest import NEEDED_SCOPES, PUBLIC_SCOPE
from adapters.chat.slack.modal import card_view
from bot.errors import ChatGone, ChatMessageGone, ChatNotAllowed, ChatRefused
from bot.ports.chat import Card, Pace, Prompt, Reply
from bot.ports.model import Destination, Person, Place, Standing
from bot.texts import Texts

# https://docs.slack.dev/apis/web-api/rate-limits: a message a second per channel, short bursts allowed
_PACE = Pace(interval_s=1.0, burst=8)
_PEOPLE = ("U", "W")  # how their ids begin


class SlackChat:
    """One workspace. A direct message is addressed by the person's id, which posts take as a channel's."""

    name = "slack"

    def __init__(
        self,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        texts: Texts,
        admitted: AbstractSet[str] = frozenset(),
    ) -> None:
        """`admitted`: users who are admitted although they are guests or from another workspace."""
        self._client, self._session, self._texts, self._admitted = client, session, texts, admitted
        self._team: str | None = None
        self._directs: dict[str, str] = {}  # by person

    def pace(self, place: Place) -> Pace:  # noqa: ARG002 - the same for every channel
        return _PACE

    async def post_card(self, to: Destination, card: Card) -> str:
        answer = await calling(
            self._client.chat_postMessage(
                channel=to.place.channel,
                thread_ts=to.place.thread,
                text=card_text(card),
                blocks=card_blocks(card),
                unfurl_links=False,
                unfurl_media=False,
            ),
            to,
        )
        return found(answer, str, "ts")

    async def edit_card(self, to: Destination, card: Card) -> None:
        channel = await self._channel(to)
        await calling(
            self._client.chat_update(
                channel=channel, ts=to.root or "", text=card_text(card), blocks=card_blocks(card)
            ),
            to,
        )

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        """Without a mention it is plain text, so that no asterisk in a description makes it bold."""
        await calling(
            self._client.chat_postMessage(
                channel=to.place.channel,
                thread_ts=to.place.thread or to.root,
                text=reply_text(reply),
                mrkdwn=reply.mention is not None,
                unfurl_links=False,
                unfurl_media=False,
            ),
            to,
        )

    async def post_prompt(self, to: Destination, prompt: Prompt) -> None:
        """Answers are given in the form."""

    async def direct(self, person: Person) -> Place:
        return Place("slack", person.user, private=True)

    async def standing(self, person: Person) -> Standing | None:
        """Members only: no guests, and nobody of another workspace in a shared channel, unless admitted."""
        if person.user in self._admitted:
            return Standing.ADMITTED
        try:
            user = found(await calling(self._client.users_info(user=person.user)), dict, "user")
        except ChatGone:  # nobody whom we could see
            return Standing.REFUSED
        if self._team is None:
            self._team = found(await calling(self._client.auth_test()), str, "team_id")
        guest = user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("deleted")
        teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
        ours = self._team in teams  # of an organisation's workspaces somebody can be in several
        return Standing.ADMITTED if ours and not guest else Standing.REFUSED

    async def show_on_desk(self, desk: Mapping[str, str], card: Card) -> bool:
        """Draw it in the modal and the ephemeral message; where there is neither, post a new one.

        `response_url`: of an existing message. `spare_url`: of the command, for a new one; an address works
        five times.
        """
        view_id = desk.get("view_id")
        in_sight = view_id is not None and await self._shown_in_modal(view_id, card)
        url = desk.get("response_url") or (None if in_sight else desk.get("spare_url"))
        if url is not None and await self._respond(url, card, replace_original=True):
            return True
        return in_sight or (url is not None and await self._respond(url, card, replace_original=False))

    async def tidy(self, to: Destination, message_id: str) -> None:
        """Nobody types answers into a channel here: there is a form."""

    async def check(self) -> str:
        """Raises ChatNotAllowed if the app lacks a scope; Slack names those it has with every answer.

        https://docs.slack.dev/authentication/installing-with-oauth
        """
        answer = await calling(self._client.auth_test())
        held = str(answer.headers.get("x-oauth-scopes", "")).replace(" ", "").split(",")
        if missing := [scope for scope in NEEDED_SCOPES if scope not in held]:
            raise ChatNotAllowed(", ".join(missing))
        signed_in = f"signed in as {found(answer, str, 'user')} in {found(answer, str, 'team')}"
        if PUBLIC_SCOPE in held:
            return signed_in
        return f"{signed_in}, only where it is invited (without the scope {PUBLIC_SCOPE})"

    async def _channel(self, to: Destination) -> str:
        """Where a message can be edited: a direct message has an id of its own, which edits insist on.

        https://docs.slack.dev/reference/methods/chat.update
        """
        channel = to.place.channel
        if not to.place.private or not channel.startswith(_PEOPLE):
            return channel
        if channel not in self._directs:
            answer = await calling(self._client.conversations_open(users=channel), to)
            self._directs[channel] = found(answer, str, "channel", "id")
        return self._directs[channel]

    async def _shown_in_modal(self, view_id: str, card: Card) -> bool:
        """False if it was closed meanwhile."""
        try:
            await calling(self._client.views_update(view_id=view_id, view=card_view(self._texts, card)))
        except (ChatRefused, ChatMessageGone):
            return False
        return True

    async def _respond(self, url: str, card: Card, *, replace_original: bool) -> bool:
        """False if the address takes nothing (more), or there is nothing to replace."""
        webhook = AsyncWebhookClient(url, session=self._session, retry_handlers=[])
        answer = await calling(
            webhook.send(
                text=card_text(card),
                blocks=card_blocks(card),
                replace_original=replace_original,
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        if trouble := refused_by_status(answer.status_code, answer.headers):
            raise trouble
        return answer.status_code == HTTPStatus.OK
