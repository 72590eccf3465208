"""The home tab of the app at the Slack stand-in."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.standins.slack_rig import (
    ALICE,
    BOB,
    SALES,
    Rig,
    asks,
    button,
    code_of,
    modal,
    option,
    plain,
    refusal,
    section,
    slack_rig,
)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


def home(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "home", "blocks": list(blocks), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


async def publish(rig: Rig, view: dict[str, Any], user: str = ALICE, **more: Any) -> dict[str, Any]:
    return (await rig.client.views_publish(user_id=user, view=view, **more))["view"]


async def test_a_published_tab_is_what_its_person_sees_and_nobody_else(rig: Rig) -> None:
    published = await publish(rig, home(section("Your links"), private_metadata="page 1"))
    assert (published["type"], published["root_view_id"]) == ("home", published["id"])
    assert await rig.reading("home", user=ALICE) == published
    assert await rig.reading("home", user=BOB) is None
    assert await rig.reading("view", user=ALICE) is None


async def test_opening_it_tells_the_app_what_is_shown_there(rig: Rig) -> None:
    assert (await rig.control("open_home", user=ALICE))["view"] is None
    published = await publish(rig, home(section()))
    assert (await rig.control("open_home", user=ALICE))["view"] == published
    first, second = (got.json["event"] for got in rig.service.received)
    assert (first["type"], first["user"], first["channel"]) == ("app_home_opened", ALICE, "D0ALICE")
    assert (first["tab"], "view" in first) == ("home", False)
    assert second["view"] == published
    assert "U0GONE" in await rig.refused_control("open_home", user="U0GONE")


async def test_publishing_again_keeps_the_view_and_changes_its_hash(rig: Rig) -> None:
    first = await publish(rig, home(section("a")))
    second = await publish(rig, home(section("b")), hash=first["hash"])
    assert (second["id"], second["hash"] != first["hash"]) == (first["id"], True)
    stale = rig.client.views_publish(user_id=ALICE, view=home(section("c")), hash=first["hash"])
    assert await code_of(stale) == "hash_conflict"
    unseen = rig.client.views_publish(user_id=BOB, view=home(section("c")), hash=first["hash"])
    assert await code_of(unseen) == "hash_conflict"


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (modal(section()), "unsupported type: modal"),
        (home(section(), title=plain("Links")), "invalid additional property: title"),
        (home(section(), submit=plain("Go")), "invalid additional property: submit"),
        (home(*[section()] * 101), "no more than 100 items allowed"),
        (home(section(), private_metadata="x" * 3001), "must be less than 3001 characters"),
        (home(section() | {"block_id": "a"}, section() | {"block_id": "a"}), "already exists"),
        (home({"type": "section"}), "must define either `text` or `fields`"),
    ],
)
async def test_what_a_home_tab_cannot_be(rig: Rig, view: dict[str, Any], message: str) -> None:
    answer = (await refusal(rig.client.views_publish(user_id=ALICE, view=view))).response
    assert answer["error"] == "invalid_arguments"
    assert message in answer["response_metadata"]["messages"][0]


async def test_a_home_tab_is_no_modal(rig: Rig) -> None:
    opened = rig.client.views_open(trigger_id=await rig.trigger(), view=home(section()))
    assert await code_of(opened) == "invalid_arguments"
    published = await publish(rig, home(section()))
    assert "home tab" in await rig.refused_control("submit", view=published["id"], values={})
    assert "home tab" in await rig.refused_control("close", view=published["id"])


@pytest.mark.parametrize("user", ["U0NOBODY", "U0GONE", "U0PAYLINK"])
async def test_only_people_who_are_here_have_one(rig: Rig, user: str) -> None:
    assert await code_of(rig.client.views_publish(user_id=user, view=home())) == "invalid_arguments"


async def test_an_external_id_is_for_one_view_of_any_kind(rig: Rig) -> None:
    await publish(rig, home(section(), external_id="mine"))
    await publish(rig, home(section("again"), external_id="mine"))
    others = rig.client.views_publish(user_id=BOB, view=home(section(), external_id="mine"))
    assert await code_of(others) == "duplicate_external_id"
    form = rig.client.views_open(trigger_id=await rig.trigger(), view=modal(section(), external_id="mine"))
    assert await code_of(form) == "duplicate_external_id"


async def test_a_button_there_sends_the_view_and_may_open_a_modal(rig: Rig) -> None:
    published = await publish(rig, home(actions(button("new", value="1"))))
    await rig.control("press", view=published["id"], user=ALICE, action_id="new")
    payload = rig.service.received[0].payload
    assert payload["container"] == {"type": "view", "view_id": published["id"]}
    assert (payload["view"]["type"], payload["user"]["id"]) == ("home", ALICE)
    assert not {"channel", "message", "response_url"} & set(payload)
    assert payload["actions"][0]["value"] == "1"
    opened = await rig.client.views_open(trigger_id=payload["trigger_id"], view=modal(section()))
    assert await rig.reading("view", user=ALICE) == opened["view"]
    assert (await rig.reading("home", user=ALICE))["id"] == published["id"]


async def test_a_trigger_from_there_pushes_nothing(rig: Rig) -> None:
    published = await publish(rig, home(actions(button("new"))))
    await rig.control("press", view=published["id"], action_id="new")
    trigger_id = rig.service.received[0].payload["trigger_id"]
    await rig.open(modal(section()))
    assert await code_of(rig.client.views_push(trigger_id=trigger_id, view=modal(section()))) == "not_found"


async def test_what_is_picked_and_typed_there_is_in_its_state(rig: Rig) -> None:
    menu = {"type": "static_select", "action_id": "sort", "options": [option("new"), option("old")]}
    search = asks("search", {"type": "plain_text_input"}, dispatch_action=True)
    published = await publish(rig, home(actions(menu), search))
    await rig.control("press", view=published["id"], action_id="sort", value="old")
    await rig.control("press", view=published["id"], action_id="answer", value="Jane")
    values = rig.service.received[1].payload["view"]["state"]["values"]
    assert values["row"]["sort"]["selected_option"]["value"] == "old"
    assert values["search"]["answer"]["value"] == "Jane"
    assert (await rig.control("command", channel=SALES, user=ALICE, text=""))["view"] is None
