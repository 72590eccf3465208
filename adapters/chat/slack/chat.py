"""Slack as a chat: cards and replies posted with the Web API, desks drawn where they were opened."""

from collections.abc import Mapping

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.chat.slack.cards import card_blocks, card_text, reply_text
from adapters.chat.slack.client import calling, refused_by_status
from adapters.chat.slack.modal import card_view
from bot.errors import ChatMessageGone, ChatRefused
from bot.ports.chat import Card, Pace, Prompt, Reply
from bot.ports.model import Destination, Person, Place, Standing
from bot.texts import Texts

# https://docs.slack.dev/apis/web-api/rate-limits: a message a second per channel, short bursts allowed
_PACE = Pace(interval_s=1.0, burst=8)


class SlackChat:
    """One workspace."""

    name = "slack"

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession, texts: Texts) -> None:
        self._client, self._session, self._texts = client, session, texts

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
            )
        )
        return str(answer["ts"])

    async def edit_card(self, to: Destination, card: Card) -> None:
        await calling(
            self._client.chat_update(
                channel=to.place.channel, ts=to.root or "", text=card_text(card), blocks=card_blocks(card)
            )
        )

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        await calling(
            self._client.chat_postMessage(
                channel=to.place.channel,
                thread_ts=to.place.thread or to.root,
                text=reply_text(reply),
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    async def post_prompt(self, to: Destination, prompt: Prompt) -> None:
        """Answers are given in the form."""

    async def direct(self, person: Person) -> Place:
        answer = await calling(self._client.conversations_open(users=person.user))
        return Place("slack", str(answer["channel"]["id"]), person.team, private=True)

    async def standing(self, person: Person) -> Standing | None:
        """Members only: no guests, and nobody of another workspace in a shared channel."""
        user = (await calling(self._client.users_info(user=person.user)))["user"]
        guest = user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("deleted")
        ours = (await calling(self._client.auth_test()))["team_id"]
        return Standing.REFUSED if guest or user.get("team_id", ours) != ours else Standing.ADMITTED

    async def show_on_desk(self, desk: Mapping[str, str], card: Card) -> None:
        if view_id := desk.get("view_id"):
            await self._show_in_modal(view_id, card)
        if url := desk.get("response_url"):
            await self._replace_ephemeral(url, card)

    async def tidy(self, to: Destination, message_id: str) -> None:
        """Nothing is typed into a channel here: answers are given in the form."""

    async def check(self) -> str:
        answer = await calling(self._client.auth_test())
        return f"signed in as {answer['user']} in {answer['team']}"

    async def _show_in_modal(self, view_id: str, card: Card) -> None:
        try:
            await calling(self._client.views_update(view_id=view_id, view=card_view(self._texts, card)))
        except (ChatRefused, ChatMessageGone):
            return  # closed meanwhile: the card in the channel says the same

    async def _replace_ephemeral(self, url: str, card: Card) -> None:
        webhook = AsyncWebhookClient(url, session=self._session, retry_handlers=[])
        answer = await calling(
            webhook.send(text=card_text(card), blocks=card_blocks(card), replace_original=True)
        )
        if trouble := refused_by_status(answer.status_code, answer.headers):
            raise trouble
