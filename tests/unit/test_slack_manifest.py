"""The manifest is what Slack takes, and asks for what the service needs, no more."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema_rs import Draft7Validator

from adapters.chat.slack.manifest import manifest
from bot.__main__ import main

SCHEMA = Path(__file__).parents[1] / "specs" / "slack_manifest.schema.json"


def paylink(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["manifest", *arguments])


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("url", [None, "https://pay.example.com"])
def test_slack_takes_it(schema: Draft7Validator, url: str | None) -> None:
    assert [error.message for error in schema.iter_errors(manifest(url))] == []


def test_the_schema_refuses_what_slack_would(schema: Draft7Validator) -> None:
    made = manifest(None)
    made["features"]["bot_user"]["display_name"] = "x" * 81
    assert not schema.is_valid(made)


@pytest.mark.parametrize("url", ["https://pay.example.com", "https://pay.example.com/"])
def test_over_http_every_request_goes_to_one_address(url: str) -> None:
    made = manifest(url)
    [command] = made["features"]["slash_commands"]
    addresses = {command["url"], made["settings"]["interactivity"]["request_url"]}
    assert addresses == {"https://pay.example.com/slack/events"}
    assert not made["settings"]["socket_mode_enabled"]


def test_the_command_can_be_typed_alone_with_the_app() -> None:
    """A new app's messages are to be read only, unless it says otherwise."""
    home = manifest(None)["features"]["app_home"]
    assert (home["messages_tab_enabled"], home.get("messages_tab_read_only_enabled")) == (True, False)


def test_in_socket_mode_there_is_no_address() -> None:
    assert "http" not in json.dumps(manifest(None))
    assert manifest(None)["settings"]["socket_mode_enabled"]


def test_the_command_prints_it_to_be_pasted_and_says_what_comes_then() -> None:
    over_http, by_socket = paylink("--url", "https://pay.example.com"), paylink()
    assert json.loads(over_http.stdout) == manifest("https://pay.example.com")
    assert json.loads(by_socket.stdout) == manifest(None)
    assert "PAYLINK_SLACK_SIGNING_SECRET" in over_http.stderr
    assert "PAYLINK_SLACK_APP_TOKEN" in by_socket.stderr


@pytest.mark.parametrize("url", ["pay.example.com", "http://pay.example.com", "https://pay.example.com?x=1"])
def test_an_address_that_slack_would_not_reach_is_refused(url: str) -> None:
    refused = paylink("--url", url)
    assert refused.exit_code == 2
    assert "must be an address like https://pay.example.com" in refused.output
