"""The table of docs/backends.md: what each backend declares. `python -m tools.matrix` writes it anew."""

from collections.abc import Callable, Mapping
from pathlib import Path

from adapters.backends import BACKENDS, declared_by
from bot.ports.backend import BackendInfo, Feature

PAGE = Path(__file__).parents[1] / "docs/backends.md"
BEGIN, END = "<!-- what each backend declares: python -m tools.matrix -->\n", "<!-- end of the table -->\n"
_NAMED = 4  # so many currencies are named, more are counted
_WORDS: Mapping[Feature, str] = {
    Feature.CANCEL: "a link can be taken back",
    Feature.RESUME: "and put back",
    Feature.EXTEND: "its expiry can be changed",
    Feature.EDIT: "what it is for can be changed",
    Feature.FIND: "it is found by our reference",
    Feature.SHARE: "the provider sends it to the customer, if asked",
    Feature.HISTORY: "the provider keeps its history",
    Feature.CONNECT: "`paylink connect` registers the webhook",
}


def _yes(has: bool) -> str:  # noqa: FBT001 - a cell
    return "yes" if has else "no"


def _times(most: int | None) -> str:
    if most is None:
        return "any number of times"
    return "once" if most == 1 else f"up to {most} times"


def _has(feature: Feature) -> Callable[[BackendInfo], str]:
    return lambda info: _yes(feature in info.features)


_ROWS: Mapping[str, Callable[[BackendInfo], str]] = {
    **{words: _has(feature) for feature, words in _WORDS.items()},
    "what a link can be": lambda info: ", ".join(sorted(info.kinds)),
    "the payer can choose between two amounts": lambda info: _yes(info.ranges),
    "how often it can be paid": lambda info: _times(info.most_uses),
    "webhooks prove who sends them": lambda info: _yes(info.signed),
    "a link ends by itself, paid or expired": lambda info: _yes(info.ends),
    "a link lives at most": lambda info: f"{info.longest_expiry_s // 86_400} days",
    "currencies": lambda info: (
        ", ".join(sorted(info.currencies)) if len(info.currencies) <= _NAMED else str(len(info.currencies))
    ),
    "must be answered, beside the amount": lambda info: ", ".join(sorted(info.requires)) or "nothing",
}


def table() -> str:
    """Markdown: a row for each thing, a column for each backend."""
    infos = [declared_by(name) for name in BACKENDS]
    lines = ["| | " + " | ".join(info.label for info in infos) + " |", "|---|" + "---|" * len(infos)]
    lines += [
        f"| {words} | " + " | ".join(cell(info) for info in infos) + " |" for words, cell in _ROWS.items()
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write it into the page."""
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
