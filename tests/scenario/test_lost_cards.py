"""A card of whose two posts no answer came: no third one, and a pressed one is kept up to date."""

import pytest

from tests.scenario import slack_people
from tests.scenario.slack_people import Json
from tests.scenario.stage import Stage

pytestmark = pytest.mark.slow


async def seen_in_slack(stage: Stage, count: int, words: str) -> list[Json]:
    """So many messages of the channel, once they are there."""

    async def look() -> list[Json]:
        found = [message for message in await slack_people.messages(stage) if words in str(message)]
        return found if len(found) == count else []

    return await stage.until(look)


async def test_in_slack_money_is_told_without_it(stage: Stage) -> None:
    await stage.fault("slack", "chat.postMessage", "lost_answer", times=2)
    view = (await stage.slack(""))["view"]
    await stage.submit(view["id"], amount="49.90", currency="EUR")
    await seen_in_slack(stage, 2, "Waiting for payment")
    await seen_in_slack(stage, 1, "asks you to pay")
    await stage.pay(str((await stage.provider_links())[-1]["reference"]), "paid")
    await seen_in_slack(stage, 1, "Paid 49.90 EUR")
    first, _ = await seen_in_slack(stage, 2, "Waiting for payment")
    await slack_people.press(stage, first, "manage")
    await seen_in_slack(stage, 1, "Waiting for payment")
    await seen_in_slack(stage, 2, "Paid 49.90 EUR")


async def test_in_telegram_a_draft_goes_on_where_it_is_seen(stage: Stage) -> None:
    await stage.fault("telegram", "sendMessage", "lost_answer", times=2)
    await stage.telegram("/paylink 49.90 EUR jane@example.com Invoice 12")

    async def drafts() -> list[Json]:
        found = [each for each in await stage.telegram_messages() if "New payment link" in each["text"]]
        return found if len(found) == 2 else []

    await stage.until(drafts)
    await stage.press_telegram("Create link")
    await stage.telegram_card("Waiting for payment")
    left = [each for each in await stage.telegram_messages() if "New payment link" in each["text"]]
    assert len(left) == 1, "the one that was pressed became the card"
