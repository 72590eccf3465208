"""Slack's requests as they come from an organisation of several workspaces, or a channel that two share."""

from typing import Any

import pytest

from adapters.chat.slack.payloads import person_of, place_of_message
from bot.ports.model import Person, Place

OURS, THEIRS = "T0PAYLINK", "T0ELSEWHERE"
USER = {"id": "W0WANDA", "username": "wanda", "team_id": OURS}


@pytest.mark.parametrize(
    "body",
    [
        {"user": USER, "team": {"id": OURS, "domain": "paylink"}},
        {"user": {**USER, "team_id": THEIRS}, "team": {"id": OURS}},
        {"user": USER, "team": None, "enterprise": {"id": "E0"}, "is_enterprise_install": True},
        {"user": USER, "team": {"id": THEIRS}, "view": {"app_installed_team_id": OURS, "team_id": THEIRS}},
        {"user": USER, "team": {"id": OURS}, "view": {"app_installed_team_id": THEIRS, "team_id": OURS}},
        {"user": USER, "team": None, "view": {"app_installed_team_id": "E0", "team_id": OURS}},
        {"user_id": "W0WANDA", "user_name": "wanda", "team_id": THEIRS},
        {"user": {"id": "W0WANDA"}, "team": None, "view": {"team_id": OURS}},
        {"user_id": "W0WANDA", "user_name": "wanda", "team_id": OURS},
    ],
    ids=[
        *("usual", "a guest from elsewhere", "an organisation", "a shared channel", "in two workspaces"),
        *("an organisation's form", "a command elsewhere", "its view", "a command"),
    ],
)
def test_whoever_acts_is_the_same_person_whichever_workspace_is_named(body: dict[str, Any]) -> None:
    assert person_of(body) == Person("slack", "W0WANDA")


def test_a_message_between_two_people_has_no_thread_in_the_messages_that_one_of_them_has_with_us() -> None:
    asked = {"user": USER, "team": {"id": OURS}, "message": {"ts": "1700000000.000001"}}
    between_two = asked | {"channel": {"id": "D0WANDABOB", "name": "directmessage"}}
    assert place_of_message(between_two) == Place("slack", "W0WANDA", private=True)
    in_a_channel = asked | {"channel": {"id": "C0SALES", "name": "sales"}}
    assert place_of_message(in_a_channel) == Place("slack", "C0SALES", thread="1700000000.000001")
