"""What is written like a currency and is none leaves the currency open, and is no customer's to read."""

from dataclasses import replace

import pytest

from adapters.chat.slack.modal import form_view
from bot.conversation.engine import Open, Ready, advance, understand
from bot.conversation.expecting import Answers
from bot.conversation.parse import parse
from bot.money import Money
from bot.texts import Texts
from tests.unit.records import FORM_IN_EUR, OFFER
from tests.unit.talking import ASKED, Conversation
from tests.unit.world import World

OFFER_IN_EUR = replace(OFFER, form=FORM_IN_EUR)
LINE = "49.90 BTC jane@example.com"


def further(outcome: Open | Ready, **new: str) -> Open | Ready:
    return advance(FORM_IN_EUR, outcome.answers, new, ASKED)


def wrong(outcome: Open | Ready) -> dict[str, str]:
    return {key: problem.key for key, problem in outcome.problems.items()}


@pytest.mark.parametrize(
    ("text", "unknown", "description"),
    [
        ("49.90 BTC", "BTC", None),
        ("BTC 49.90 lunch", "BTC", "lunch"),
        ("49.90 kr/dag for the flat", "kr/dag", "for the flat"),
        ("lunch for ABC 49.90 XYZ, thanks", "ABC XYZ", "lunch thanks"),
    ],
)
def test_what_stands_beside_the_amount_is_kept_apart_from_the_description(
    text: str, unknown: str, description: str | None
) -> None:
    understood = parse(text, currency="EUR")
    assert understood.errors == {"amount": "currency_unknown"}
    assert understood.typed == {"amount": "49.90", "currency": unknown}
    assert understood.description == description


@pytest.mark.parametrize("text", ["lunch at ABC 25 EUR", "25 EUR ABC", "25 for lunch at ABC"])
def test_where_the_amount_is_certain_capitals_stay_where_they_are(text: str) -> None:
    description = parse(text, currency="EUR").description
    assert description is not None
    assert "ABC" in description


def test_a_line_with_an_unknown_currency_leaves_it_open_and_keeps_the_amount() -> None:
    outcome = understand(FORM_IN_EUR, LINE, ASKED)
    assert isinstance(outcome, Open)
    assert (wrong(outcome), outcome.problems["currency"].typed) == ({"currency": "currency_unknown"}, "BTC")
    assert (outcome.answers["amount"], outcome.answers["description"]) == ("49.90", "")


@pytest.mark.parametrize("line", [LINE, "49.90 BTC"])
@pytest.mark.parametrize("typed", ["49.90", "50"])
async def test_a_bare_number_never_takes_the_accounts_currency_instead(
    world: World, line: str, typed: str
) -> None:
    alice = await Conversation(world, (OFFER_IN_EUR,)).begin(line)
    await alice.reply(typed)
    assert (alice.asking, alice.problems) == ("currency", {"currency": "currency_unknown"})
    await alice.reply("USD")
    assert alice.draft.answers["minor"] == "4990"


@pytest.mark.parametrize(
    ("typed", "amount"), [("EUR", Money(4990, "EUR")), ("51 USD", Money(5100, "USD")), ("usd", None)]
)
def test_the_currency_or_the_whole_amount_answers_it(typed: str, amount: Money | None) -> None:
    outcome = further(understand(FORM_IN_EUR, LINE, ASKED), currency=typed)
    assert isinstance(outcome, Ready)
    assert outcome.amount == (amount or Money(4990, "USD"))


@pytest.mark.parametrize(
    ("new", "field"),
    [({"amount": "5 BTC"}, "currency"), ({"amount": "5 BTC", "currency": "EUR"}, "amount")],
)
def test_as_an_answer_it_is_told_at_what_is_to_be_changed(new: Answers, field: str) -> None:
    """A form has the currency in a list of its own: what contradicts it is the amount's text."""
    outcome = advance(FORM_IN_EUR, {}, new, ASKED)
    assert wrong(outcome) == {field: "currency_unknown"}
    assert "minor" not in outcome.answers


async def test_a_form_that_shows_it_has_chosen_no_currency(world: World) -> None:
    alice = await Conversation(world).begin(LINE, {"view": "V1"})
    view = form_view(Texts("en"), FORM_IN_EUR, alice.draft)
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if "element" in block}
    assert "initial_option" not in inputs["currency"]
    assert inputs["amount"]["initial_value"] == "49.90"
    assert "initial_value" not in inputs["description"]
