"""The app comes into the workspace and goes: OAuth, scopes, revoked tokens."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from tests.standins.slack_rig import ALICE, QUIET, SALES, Rig, code_of, refusal, slack_rig

CLIENT = {"client_id": "0000000000.1111111111", "client_secret": "obviously-fake-client-secret"}
AUTHORIZE = "/slack/oauth/v2/authorize"
# slack_sdk uses what aiohttp 4 will no longer have.
BASIC_AUTH = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")
SCOPES = "chat:write,commands,reactions:write"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


def query(**more: str) -> dict[str, str]:
    return {"client_id": CLIENT["client_id"], "scope": SCOPES, "state": "s1", **more}


async def decide(rig: Rig, decision: str = "allow", user: str = ALICE, **more: str) -> dict[str, list[str]]:
    """What the app's address is told in the end."""
    form = {"decision": decision, "user": user}
    answer = await rig.http.post(AUTHORIZE, params=query(**more), data=form)
    assert answer.status_code == 302
    target = urlsplit(answer.headers["location"])
    assert f"{target.scheme}://{target.netloc}/service" in answer.headers["location"]
    return parse_qs(target.query)


async def code(rig: Rig, **more: str) -> str:
    return (await decide(rig, **more))["code"][0]


async def test_the_page_says_what_the_app_may_do(rig: Rig) -> None:
    page = await rig.http.get(AUTHORIZE, params=query())
    assert page.status_code == 200
    for words in ("Paylink Demo", "reactions:write", "Alice Sales", "Allow", "Cancel"):
        assert words in page.text
    assert "Gina Guest" not in page.text


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"client_id": "1.2"}, "Invalid client_id parameter"),
        ({"scope": ""}, "Invalid permissions requested"),
        ({"scope": "<b>"}, "Invalid permissions requested"),
        ({"redirect_uri": "https://elsewhere.example/"}, "did not match any configured URIs"),
    ],
)
async def test_requests_nobody_is_shown(rig: Rig, asked: dict[str, str], reason: str) -> None:
    page = await rig.http.get(AUTHORIZE, params=query(**asked))
    assert page.status_code == 400
    assert reason in page.text


async def test_a_declined_request_comes_back_with_its_state(rig: Rig) -> None:
    assert await decide(rig, "deny") == {"error": ["access_denied"], "state": ["s1"]}
    assert "error" in await decide(rig, user="U0GUEST")


@BASIC_AUTH
async def test_a_code_is_exchanged_for_the_bots_token(rig: Rig) -> None:
    answer = (
        await AsyncWebClient(base_url=rig.client.base_url).oauth_v2_access(code=await code(rig), **CLIENT)
    ).data
    assert isinstance(answer, dict)
    assert (answer["access_token"], answer["token_type"]) == (rig.client.token, "bot")
    assert answer["team"] == {"id": "T0PAYLINK", "name": "Paylink Demo"}
    assert answer["authed_user"] == {"id": ALICE}
    assert set(SCOPES.split(",")) <= set(answer["scope"].split(","))
    assert (answer["enterprise"], answer["is_enterprise_install"]) == (None, False)
    assert (answer["bot_user_id"], answer["app_id"]) == ("U0PAYLINK", "A0PAYLINK")


async def exchange(rig: Rig, **form: str) -> str | None:
    answer = await rig.http.post("/slack/api/oauth.v2.access", data={**CLIENT, **form})
    return answer.json().get("error")


async def test_the_clients_secret_may_come_in_the_body(rig: Rig) -> None:
    assert await exchange(rig, code=await code(rig)) is None


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"code": "0.0.0"}, "invalid_code"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"grant_type": "password"}, "invalid_grant_type"),
        ({"redirect_uri": "http://127.0.0.1/other"}, "bad_redirect_uri"),
    ],
)
async def test_exchanges_that_are_refused(rig: Rig, form: dict[str, str], error: str) -> None:
    assert await exchange(rig, **{"code": await code(rig), **form}) == error


async def test_a_code_is_good_once_and_for_ten_minutes(rig: Rig) -> None:
    used, late = await code(rig), await code(rig)
    assert [await exchange(rig, code=used) for _ in range(2)] == [None, "invalid_code"]
    await rig.advance(601)
    assert await exchange(rig, code=late) == "invalid_code"


async def test_the_address_given_first_must_be_given_again(rig: Rig) -> None:
    address = f"{rig.world.service_url}/slack/oauth_redirect?from=shop"
    told = await decide(rig, redirect_uri=address)
    assert (told["from"], told["state"]) == (["shop"], ["s1"])
    assert await exchange(rig, code=told["code"][0]) == "bad_redirect_uri"
    assert await exchange(rig, code=told["code"][0], redirect_uri=address) is None


@BASIC_AUTH
async def test_bolts_own_flow_installs_the_app(rig: Rig, tmp_path: Path) -> None:
    store = FileInstallationStore(base_dir=str(tmp_path / "installations"))
    settings = AsyncOAuthSettings(
        **CLIENT,
        scopes=SCOPES.split(","),
        installation_store=store,
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(tmp_path / "states")),
        authorization_url=f"{rig.world.url}{AUTHORIZE}",
        install_page_rendering_enabled=False,
    )
    flow = AsyncOAuthFlow(settings=settings, client=AsyncWebClient(base_url=rig.client.base_url))
    start = await flow.handle_installation(AsyncBoltRequest(body="", mode="http"))
    cookie = start.headers["set-cookie"][0].partition(";")[0]
    form = {"decision": "allow", "user": ALICE}
    back = await rig.http.post(start.headers["location"][0], data=form)
    arguments = urlsplit(back.headers["location"]).query
    done = await flow.handle_callback(AsyncBoltRequest(body="", query=arguments, headers={"cookie": cookie}))
    assert done.status == 200
    installed = await store.async_find_bot(enterprise_id=None, team_id="T0PAYLINK")
    assert installed is not None
    assert (installed.bot_token, installed.bot_user_id) == (rig.client.token, "U0PAYLINK")


async def test_what_was_not_granted_is_refused_by_name(rig: Rig) -> None:
    ts = (await rig.client.chat_postMessage(channel=SALES, text="x"))["ts"]
    react = {"channel": SALES, "name": "tada", "timestamp": ts}
    refused = (await refusal(rig.client.reactions_add(**react))).response
    assert (refused["error"], refused["needed"]) == ("missing_scope", "reactions:write")
    assert "chat:write" in refused["provided"].split(",")
    await exchange(rig, code=await code(rig))
    assert (await rig.client.reactions_add(**react))["ok"]


async def test_an_answer_says_what_the_token_may_do(rig: Rig) -> None:
    await rig.control("scopes", scopes=["chat:write", "users:read"])
    assert (await rig.client.auth_test()).headers["x-oauth-scopes"] == "chat:write,users:read"
    refused = (await refusal(rig.client.conversations_open(users=ALICE))).response
    assert (refused["needed"], refused["provided"]) == ("im:write", "chat:write,users:read")
    assert refused.headers["x-oauth-scopes"] == "chat:write,users:read"
    assert "email" not in (await rig.client.users_info(user=ALICE))["user"]["profile"]


async def test_with_the_scope_for_it_any_public_channel_takes_a_post(rig: Rig) -> None:
    scopes = (await rig.http.get("/slack/_control/installation")).json()["scopes"]
    await rig.control("scopes", scopes=[*scopes, "chat:write.public"])
    ts = (await rig.client.chat_postMessage(channel=QUIET, text="x"))["ts"]
    await rig.client.chat_update(channel=QUIET, ts=ts, text="y")
    private = rig.client.chat_postMessage(channel="C0PRIVATE", text="x")
    assert await code_of(private) == "channel_not_found"
    ephemeral = rig.client.chat_postEphemeral(channel=QUIET, user=ALICE, text="x")
    assert await code_of(ephemeral) == "not_in_channel"


async def events(rig: Rig, count: int) -> list[dict[str, object]]:
    async def look() -> bool:
        return len(rig.service.received) >= count

    await rig.until(look)
    return sorted((got.json["event"] for got in rig.service.received), key=lambda event: str(event["type"]))


async def test_an_uninstalled_app_is_told_and_then_knows_nobody(rig: Rig) -> None:
    await rig.control("uninstall")
    assert await events(rig, 2) == [
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0PAYLINK"]}},
    ]
    assert await code_of(rig.client.chat_postMessage(channel=SALES, text="x")) == "account_inactive"
    assert "not installed" in await rig.refused_control("command", channel=SALES, user=ALICE, text="")
    assert "not installed" in await rig.refused_control("uninstall")
    assert (await rig.http.get("/slack/_control/installation")).json()["installed"] is False


async def test_installed_again_it_has_another_token_and_only_what_was_asked_for(rig: Rig) -> None:
    await rig.client.apps_uninstall(**CLIENT)
    answer = (
        await rig.http.post("/slack/api/oauth.v2.access", data={**CLIENT, "code": await code(rig)})
    ).json()
    assert (answer["scope"], answer["access_token"] != rig.client.token) == (SCOPES, True)
    await rig.control("invite", channel=SALES)
    await rig.client.chat_postMessage(channel=SALES, text="x", token=answer["access_token"])
    assert await code_of(rig.client.auth_test()) == "account_inactive"


async def test_a_revoked_token_opens_nothing_and_leaves_the_channels(rig: Rig) -> None:
    assert (await rig.client.auth_revoke(test=True))["revoked"] is False
    assert (await rig.client.auth_revoke())["revoked"] is True
    assert await code_of(rig.client.auth_test()) == "token_revoked"
    assert [event["type"] for event in await events(rig, 1)] == ["tokens_revoked"]
    (sales, *_) = (await rig.http.get("/slack/_control/workspace")).json()["channels"]
    assert sales["has_bot"] is False


async def test_the_phone_of_the_sandbox_can_follow_it(rig: Rig) -> None:
    """A form without script, posted to its own address."""
    page: httpx.Response = await rig.http.get(AUTHORIZE, params=query())
    assert '<form method="post">' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
