"""`make bench`: how fast and how large, as ratios against a floor measured in the same run.

`python -m bench` measures everything, `python -m bench accept memory` some of it; each prints its table and
puts it into bench/results.md. Never a test: a busy machine would make it red.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from bench import report

MEASURES = """
accept latency apply startup memory told submit link workers usual sizing size page
""".split()


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(MEASURES))
def main(names: Sequence[str]) -> None:
    """Measure, print, write: these, or everything."""
    for name in names or MEASURES:
        text = import_module(f"bench.{name}").measure()
        report.write(text)
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
