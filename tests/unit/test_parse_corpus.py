"""Amounts as people and programs wrote them in public (`tests/corpus/amounts.jsonl`), and what each becomes.

A line is a text, the account's currency, the number format this person has confirmed, and what must
become of them: `4990 EUR` in minor units, `ask amount` with the readings, `ask currency`, or an error's
key. A line with `from` alone says where those below it were found. What becomes of them follows the
product's rules, not those of where they are from.
"""

import json
from pathlib import Path

import pytest

from bot.conversation.parse import parse
from tests.unit.outcomes import outcome

CORPUS = Path(__file__).parents[1] / "corpus/amounts.jsonl"
LINES = [json.loads(line) for line in CORPUS.read_text().splitlines()]
SOURCES = [line for line in LINES if "from" in line]
CASES = [line for line in LINES if "text" in line]


def name_of(case: dict[str, str]) -> str:
    return " ".join([case["text"], *(case[key] for key in ("currency", "confirmed") if key in case)])


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_an_amount_from_the_wild_becomes_what_it_must(case: dict[str, str]) -> None:
    understood = parse(case["text"], currency=case.get("currency"), confirmed=case.get("confirmed"))
    became = outcome(understood)
    if case["becomes"] == "ask currency":  # which ones is the table of signs' to say
        assert became.startswith("ask currency")
    else:
        assert became == case["becomes"]


def test_the_corpus_is_large_has_its_sources_and_says_nothing_twice() -> None:
    names = [name_of(case) for case in CASES]
    assert len({case["text"] for case in CASES}) >= 400
    assert len(names) == len(set(names))
    assert len(SOURCES) >= 10
    assert "from" in LINES[0]
