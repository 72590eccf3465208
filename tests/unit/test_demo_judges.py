"""A headless demo ends well only if its threads say what they must, each once and of no other money."""

import pytest

from bot.commands._scenarios import SCENARIOS, judge
from bot.commands._stage import ScenarioFailed, Thread

CARD = "{} 49.90 EUR"


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_thread_that_says_what_it_must_is_right_whatever_else_it_says(name: str) -> None:
    scenario = SCENARIOS[name]
    replies = ("Jane, please pay", *(f"{word}: 49.90 EUR" for word in scenario.thread))
    judge(Thread("Slack", CARD.format(scenario.card), replies), scenario)


@pytest.mark.parametrize(
    ("name", "card", "replies", "why"),
    [
        ("paid", "Waiting for payment", ("Paid",), "not complete"),
        ("paid", "Paid", (), "not complete"),
        ("declined-then-paid", "Paid", ("Paid",), "not complete"),
        ("refunded", "Refunded", ("Refunded", "Paid"), "out of order"),
        ("killed", "Paid", ("Paid", "Paid again"), "'Paid' was not said as often as it happened"),
        ("refunded", "Refunded", ("Paid", "Refunded", "Refunded"), "'Refunded' was not said as often"),
        ("expired", "Expired", ("It has expired", "Paid"), "'Paid' was not said as often"),
    ],
)
def test_a_thread_that_does_not_is_told(name: str, card: str, replies: tuple[str, ...], why: str) -> None:
    with pytest.raises(ScenarioFailed, match=f"^Telegram: .*{why}"):
        judge(Thread("Telegram", CARD.format(card), replies), SCENARIOS[name])
