"""Slack keeps the contract of a chat; what only Slack has (desks apart from the card) is tested here too."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from starlette.responses import JSONResponse

from adapters.chat.slack.chat import SlackChat
from adapters.chat.slack.client import make_client, make_session
from adapters.chat.slack.manifest import NEEDED_SCOPES, manifest
from adapters.chat.slack.socket_mode import check_app_token
from bot import logs
from bot.errors import (
    ChatGone,
    ChatMessageGone,
    ChatNotAllowed,
    ChatThreadGone,
    ChatUnavailable,
    ChatUninvited,
)
from bot.ports.chat import Act, Button, Sure, Tone
from bot.ports.model import Destination, Person, Place, Standing
from bot.texts import Texts
from sandbox.slack.standin import SlackStandIn
from tests.contract.chat_contract import ChatContract
from tests.contract.chat_rig import a_card, a_reply, requests, with_card
from tests.contract.chat_trouble import OPERATIONS, operation
from tests.contract.slack_rig import ALICE, PERSON, SALES, TEAM, TO, SlackRig, read, texts_in
from tests.rigs import Stage, playing, refusing_proxy

pytestmark = pytest.mark.asyncio(loop_scope="module")

# https://docs.slack.dev/reference/methods/chat.postMessage and chat.update
WAITING = """
message_limit_exceeded rate_limited team_added_to_org org_login_required external_channel_migrating
accesslimited ekm_access_denied two_factor_setup_required token_revoked update_failed
messages_tab_disabled access_denied enterprise_is_restricted app_access_restricted
""".split()


class Worded(str):
    """A text that knows how often somebody made a line for a log of it."""

    __slots__ = ()
    times = 0

    def __repr__(self) -> str:
        type(self).times += 1
        return super().__repr__()


class TestSlack(ChatContract):
    @pytest_asyncio.fixture(loop_scope="module")
    async def chat(self, stage: Stage) -> AsyncIterator[SlackRig]:
        async with playing(stage, SlackStandIn) as rig, make_session() as session:
            await rig.control("limits", on=False)
            yield SlackRig(rig, session)

    async def test_the_scopes_of_our_manifest_are_enough(self, chat: SlackRig) -> None:
        await chat.rig.control("scopes", scopes=manifest(None)["oauth_config"]["scopes"]["bot"])
        line = await chat.chat.check()
        assert line.startswith("signed in as ")
        assert "without" not in line

    @pytest.mark.parametrize("missing", NEEDED_SCOPES)
    async def test_a_scope_that_was_not_granted_is_named(self, chat: SlackRig, missing: str) -> None:
        await chat.rig.control("scopes", scopes=[scope for scope in NEEDED_SCOPES if scope != missing])
        with pytest.raises(ChatNotAllowed, match=f"^{missing}$"):
            await chat.chat.check()

    async def test_public_channels_may_be_kept_from_it(self, chat: SlackRig) -> None:
        await chat.rig.control("scopes", scopes=NEEDED_SCOPES)
        assert "only where it is invited (without the scope chat:write.public)" in await chat.chat.check()

    @pytest.mark.parametrize("answer", [{"ok": True}, {"ok": True, "url": None}, {}, []])
    async def test_an_address_that_slack_did_not_name_is_asked_for_again(
        self, chat: SlackRig, answer: object
    ) -> None:
        chat.rig.oracle.answer = JSONResponse(answer)
        client = make_client(None, f"{chat.rig.oracle.url}/", chat.session)
        with pytest.raises(ChatUnavailable):
            await check_app_token(client, "xapp-not-a-real-token")

    async def test_what_a_proxy_of_ours_lets_not_through_was_surely_not_sent(
        self, chat: SlackRig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with refusing_proxy() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy)
            client = make_client("xoxb-not-a-real-token", "https://slack.test/api/", chat.session)
            with pytest.raises(ChatUnavailable) as raised:
                await SlackChat(client, chat.session, Texts("en")).post_card(TO, a_card())
        assert raised.value.sent == "no"

    async def test_no_line_is_made_of_a_call_that_no_log_takes(self, chat: SlackRig) -> None:
        logs.configure("json", ())
        await chat.client().chat_postMessage(channel=SALES, text=Worded("hello"))
        assert Worded.times == 0

    async def test_a_call_that_hangs_is_given_up_and_may_have_been_seen(self, chat: SlackRig) -> None:
        await chat.rig.fault("chat.postMessage", "delay", delay_s=1, times=1)
        url = chat.rig.standin.env()["PAYLINK_SLACK_API_URL"]
        async with make_session(0.05, beside=chat.session) as impatient:
            hanging = SlackChat(make_client(chat.secret, url, impatient), impatient, Texts("en"))
            with pytest.raises(ChatUnavailable) as raised:
                await hanging.post_card(TO, a_card())
        assert raised.value.sent == "unknown"

    async def test_a_desk_is_redrawn_where_only_its_person_sees_it(self, chat: SlackRig) -> None:
        desk = await chat.ephemeral_desk()
        await chat.chat.show_on_desk(desk, a_card(headline="The payment link is ready"))
        (shown,) = (await chat.rig.reading("ephemerals", channel=SALES, user=ALICE))["messages"]
        assert "The payment link is ready" in read(shown, None).text
        assert await chat.seen(chat.to) == []

    async def test_a_form_that_is_open_shows_what_has_become_of_it(self, chat: SlackRig) -> None:
        desk = await chat.modal_desk()
        await chat.chat.show_on_desk(desk, a_card(headline="The payment link is ready"))
        view = (await chat.rig.reading("view", user=ALICE))["view"]
        assert "The payment link is ready" in str(view["blocks"])

    async def test_a_form_closed_meanwhile_is_no_error(self, chat: SlackRig) -> None:
        desk = await chat.modal_desk()
        assert await chat.chat.show_on_desk(desk, a_card()) is True
        await chat.rig.control("close", view=desk["view_id"])
        assert await chat.chat.show_on_desk(desk, a_card()) is False

    @pytest.mark.parametrize("why", ["too late", "too often"])
    async def test_a_desk_that_takes_nothing_more_is_no_error(self, chat: SlackRig, why: str) -> None:
        desk = await chat.ephemeral_desk()
        if why == "too late":
            await chat.rig.control("clock", advance_s=1801)
        shown = [await chat.chat.show_on_desk(desk, a_card()) for _ in range(1 if why == "too late" else 6)]
        assert shown == ([False] if why == "too late" else [True] * 5 + [False])

    @pytest.mark.parametrize(
        ("fault", "sent", "retry_after"),
        [
            ({"fault": "status", "status": 429, "retry_after": 7}, "no", 7.0),
            ({"fault": "status", "status": 500}, "unknown", None),
            ({"fault": "html"}, "unknown", None),
            ({"fault": "reset"}, "unknown", None),
        ],
    )
    @pytest.mark.parametrize("kind", ["ephemeral", "modal"])
    async def test_trouble_with_a_desk_is_told_apart(
        self, chat: SlackRig, kind: str, fault: dict[str, Any], sent: str, retry_after: float | None
    ) -> None:
        desk = await (chat.ephemeral_desk() if kind == "ephemeral" else chat.modal_desk())
        await chat.rig.fault("POST /response" if kind == "ephemeral" else "views.update", **fault)
        with pytest.raises(ChatUnavailable) as raised:
            await chat.chat.show_on_desk(desk, a_card())
        assert (raised.value.sent, raised.value.retry_after) == (sent, retry_after)

    async def test_a_desk_has_no_preview_of_its_address_either(self, chat: SlackRig) -> None:
        desk = await chat.ephemeral_desk()
        await chat.chat.show_on_desk(desk, a_card())
        (call,) = [call for call in await chat.rig.calls() if "/response" in call["path"]]
        assert chat.shows_no_preview(call)

    async def test_without_a_desk_nothing_is_shown(self, chat: SlackRig) -> None:
        assert await chat.chat.show_on_desk({}, a_card()) is False
        assert await chat.rig.calls() == []

    async def test_raw_words_are_never_linked(self, chat: SlackRig) -> None:
        """`verbatim` keeps Slack from turning `#sales` and addresses into links by itself."""
        await chat.chat.post_card(chat.to, a_card())
        (call,) = await chat.rig.calls()
        marked = [text for text in texts_in(call["body"]["blocks"]) if text["type"] == "mrkdwn"]
        assert marked
        assert all(text["verbatim"] is True for text in marked)

    async def test_a_desk_with_nothing_in_sight_is_said_anew(self, chat: SlackRig) -> None:
        """The form was opened by a command that left no message, and closed again."""
        desk = await chat.modal_desk()
        desk |= {"spare_url": await chat.from_command("response_url")}
        await chat.rig.control("close", view=desk["view_id"])
        for headline in ("The payment link is ready", "Paid"):
            await chat.chat.show_on_desk(desk, a_card(headline=headline))
        (shown,) = (await chat.rig.reading("ephemerals", channel=SALES, user=ALICE))["messages"]
        assert "Paid" in read(shown, None).text

    async def test_a_form_that_is_open_uses_up_no_address(self, chat: SlackRig) -> None:
        desk = await chat.modal_desk()
        desk |= {"spare_url": await chat.from_command("response_url")}
        await chat.chat.show_on_desk(desk, a_card(headline="The payment link is ready"))
        assert [call["path"] for call in await chat.rig.calls() if "/response" in call["path"]] == []
        assert (await chat.rig.reading("ephemerals", channel=SALES, user=ALICE))["messages"] == []

    @pytest.mark.parametrize("channel", ["C0QUIET", "C0PRIVATE"])
    async def test_a_channel_that_never_let_us_in_asks_for_an_invitation(
        self, chat: SlackRig, channel: str
    ) -> None:
        to = Destination(3, Place("slack", channel, TEAM), "en")
        for call in (chat.chat.post_card(to, a_card()), chat.chat.post_reply(to, a_reply())):
            with pytest.raises(ChatUninvited):
                await call
        await chat.rig.control("invite", channel=channel)
        assert await chat.chat.post_card(to, a_card())

    @pytest.mark.parametrize("channel", [SALES, "C0PRIVATE"])
    async def test_a_channel_that_threw_us_out_is_gone(self, chat: SlackRig, channel: str) -> None:
        to = Destination(3, Place("slack", channel, TEAM), "en")
        await chat.rig.control("invite", channel=channel)
        to = replace(to, root=await chat.chat.post_card(to, a_card()))
        await chat.rig.control("kick", channel=channel)
        for call in (chat.chat.edit_card(to, a_card(headline="Paid")), chat.chat.post_reply(to, a_reply())):
            with pytest.raises(ChatGone):
                await call

    @pytest.mark.parametrize("code", WAITING)
    async def test_what_passes_or_is_an_administrators_to_mend_is_waited_for(
        self, chat: SlackRig, code: str
    ) -> None:
        chat.rig.oracle.answer = JSONResponse({"ok": False, "error": code})
        to = replace(chat.to, root="1700000000.000001")
        for name in OPERATIONS:
            with pytest.raises(ChatUnavailable) as raised:
                await operation(chat.oracle(), name, to)()
            assert raised.value.sent == ("unknown" if code == "update_failed" else "no")

    async def test_a_card_that_takes_no_edit_or_line_gives_way_to_a_fresh_one(self, chat: SlackRig) -> None:
        to, slack = replace(chat.to, root="1700000000.000001"), chat.oracle()
        chat.rig.oracle.answer = JSONResponse({"ok": False, "error": "edit_window_closed"})
        with pytest.raises(ChatMessageGone):
            await slack.edit_card(to, a_card())
        chat.rig.oracle.answer = JSONResponse({"ok": False, "error": "restricted_action_thread_locked"})
        with pytest.raises(ChatMessageGone):
            await slack.post_reply(to, a_reply())

    async def test_a_thread_that_is_gone_leaves_its_channel(self, chat: SlackRig) -> None:
        to = Destination(3, Place("slack", SALES, TEAM, thread="1700000000.000001"), "en")
        for call in (chat.chat.post_card(to, a_card()), chat.chat.post_reply(to, a_reply())):
            with pytest.raises(ChatThreadGone):
                await call

    @pytest.mark.parametrize("code", ["restricted_action_thread_locked", "cannot_reply_to_message"])
    async def test_a_message_that_takes_no_replies_leaves_its_channel(
        self, chat: SlackRig, code: str
    ) -> None:
        chat.rig.oracle.answer = JSONResponse({"ok": False, "error": code})
        to = replace(chat.to, place=replace(chat.to.place, thread="1700000000.000001"))
        for name in ("post_card", "post_reply"):
            with pytest.raises(ChatThreadGone):
                await operation(chat.oracle(), name, to)()

    async def test_a_person_is_written_to_alone_and_that_card_changes_in_its_place(
        self, chat: SlackRig
    ) -> None:
        to = Destination(3, await chat.chat.direct(PERSON), "en")
        to = replace(to, root=await chat.chat.post_card(to, a_card()))
        slack = chat.chat
        for headline in ("Waiting", "Paid"):
            await slack.edit_card(to, a_card(headline=headline))
        (card,) = await chat.seen(replace(to, place=replace(to.place, channel="D0ALICE")))
        assert (card.id, "Paid" in card.text) == (to.root, True)
        opened = [call for call in await chat.rig.calls() if call["path"].endswith("conversations.open")]
        assert len(opened) == 1

    @pytest.mark.parametrize(
        ("user", "standing"),
        [
            (ALICE, Standing.ADMITTED),
            ("U0BOB", Standing.ADMITTED),
            ("U0GUEST", Standing.REFUSED),
            ("U0SINGLE", Standing.REFUSED),
            ("U0OUTSIDER", Standing.REFUSED),
            ("U0GONE", Standing.REFUSED),
            ("U0NOBODY", Standing.REFUSED),
        ],
    )
    async def test_members_are_let_in_and_nobody_else(
        self, chat: SlackRig, user: str, standing: Standing
    ) -> None:
        assert await chat.chat.standing(Person("slack", user, TEAM)) is standing

    @pytest.mark.parametrize(
        ("teams", "standing"),
        [
            (["T0ELSEWHERE", TEAM], Standing.ADMITTED),
            (["T0ELSEWHERE"], Standing.REFUSED),
            (None, Standing.REFUSED),
        ],
    )
    async def test_a_member_of_several_workspaces_of_an_organisation_is_one_of_ours(
        self, chat: SlackRig, teams: list[str] | None, standing: Standing
    ) -> None:
        """`team_id` names one of them; `enterprise_user` all."""
        user = {"id": "W0WANDA", "team_id": "T0ELSEWHERE"} | (
            {"enterprise_user": {"teams": teams}} if teams else {}
        )
        chat.rig.oracle.answer = JSONResponse({"ok": True, "team_id": TEAM, "user": user})
        assert await chat.oracle().standing(Person("slack", "W0WANDA", TEAM)) is standing

    @pytest.mark.parametrize("user", ["U0GUEST", "U0OUTSIDER"])
    async def test_whom_the_settings_admit_is_let_in_unasked(self, chat: SlackRig, user: str) -> None:
        assert await chat.admitting(user).standing(Person("slack", user, TEAM)) is Standing.ADMITTED
        assert await chat.rig.calls() == []

    async def test_our_own_workspace_is_asked_for_once(self, chat: SlackRig) -> None:
        slack = chat.chat
        for user in (ALICE, "U0BOB"):
            await slack.standing(Person("slack", user, TEAM))
        names = [call["path"].rsplit("/", 1)[-1] for call in await chat.rig.calls()]
        assert sorted(names) == ["auth.test", "users.info", "users.info"]

    async def test_trouble_with_asking_who_somebody_is_says_nothing_about_them(self, chat: SlackRig) -> None:
        await chat.rig.fault("users.info", "status", status=503)
        with pytest.raises(ChatUnavailable):
            await chat.chat.standing(PERSON)

    async def test_what_is_to_be_forwarded_is_text_as_it_stands(self, chat: SlackRig) -> None:
        text = "Sandbox *Coffee* asks you to pay 49.90 EUR for a_b_c:\nhttps://pay.example.com/l/1"
        to = await with_card(chat)
        await chat.chat.post_reply(to, a_reply(text, tone=Tone.NEUTRAL, loud=False))
        body = (await requests(chat))[-1]["body"]
        assert (body["text"], body["mrkdwn"]) == (text, False)

    async def test_what_cannot_be_undone_is_asked_once_more(self, chat: SlackRig) -> None:
        sure = Sure("Cancel this payment link?", "Cancel link", "Keep it")
        await with_card(chat, a_card(buttons=((Button("Cancel link", act=Act.WITHDRAW, sure=sure),),)))
        (button,) = (await chat.seen(chat.to))[-1].buttons
        said = [button["confirm"][part]["text"] for part in ("text", "confirm", "deny")]
        assert said == [sure.question, sure.yes, sure.no]
