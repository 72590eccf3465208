"""Every example of docs/sandbox.md runs as it is printed, against `paylink sandbox` as it says there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import processes

PAGE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text()
EXAMPLES = re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
BLOCKS = [
    pytest.param(block, id=f"{title}-{number}")
    for title, text in EXAMPLES
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with processes.sandbox() as url:
        yield url


@pytest.mark.parametrize("block", BLOCKS)
def test_an_example_runs_as_it_is_printed(block: str, address: str) -> None:
    program = block.replace("http://127.0.0.1:9000", address)
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own documentation


def test_there_is_an_example_for_each_standin_and_for_trouble() -> None:
    titles = [title for title, text in EXAMPLES if "```python" in text]
    assert titles == [
        *("Slack", "Telegram", "Checkout.com", "The other backends"),
        *("Trouble, on demand", "Inside a test"),
    ]
