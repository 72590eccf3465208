"""The accounts that PAYLINK_ACCOUNTS names: each has its backend's settings, under a prefix of its own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.ports.accounts import backend_of, listed, prefix_of
from bot.settings_backends import DECLARED
from bot.settings_rows import Form, Setting

ACCOUNTS = "ACCOUNTS"
_NAME = re.compile("[a-z0-9_]+-[a-z0-9]{1,20}")  # shorter than the token of any link's own address
_KEY = "SECRET_KEY"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of settings by name, what each needs beside it, and the form that its value must have."""

    rows: Mapping[str, Setting]
    needed: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, Form]


def widened(table: Table, names: Sequence[str]) -> Table:
    """The table with the rows of these accounts, whose keys are needed as soon as they are named."""
    rows, needed, forms = dict(table.rows), dict(table.needed), dict(table.forms)
    for name in names:
        declared, prefix = DECLARED[backend_of(name)], prefix_of(name)
        rows |= {prefix + row.name: replace(row, name=prefix + row.name) for row in declared.rows}
        needed[prefix + _KEY] = tuple(prefix + other for other in declared.needed)
        forms |= {prefix + row: form for row, form in declared.forms.items()}
    keys = tuple(prefix_of(name) + _KEY for name in names)
    return Table(rows, needed | {ACCOUNTS: keys}, forms)


def named_in(text: str) -> tuple[list[str], list[str]]:
    """The accounts that the setting names, each once, and what is wrong with the others."""
    written = listed(text)
    wrong = {name: problem for name in written if (problem := _problem(name))}
    twice = {name: "is named twice" for name in written if written.count(name) > 1}
    return [name for name in dict.fromkeys(written) if name not in wrong], [
        f"{name} {problem}" for name, problem in (wrong | twice).items()
    ]


def _problem(name: str) -> str:
    if not _NAME.fullmatch(name):
        return "must be a backend, a hyphen and at most 20 small letters and digits, like checkout-eu"
    if backend_of(name) not in DECLARED:
        return f"is at no backend that there is; there are {', '.join(DECLARED)}"
    return ""


def meant_by(name: str) -> str | None:
    """The account whose setting this would be, were it named: CHECKOUT_EU_SECRET_KEY is checkout-eu's."""
    for backend, declared in DECLARED.items():
        words = re.fullmatch(f"{prefix_of(backend)}([A-Z0-9]{{1,20}})_(.+)", name)
        if words and any(words[2] == row.name for row in declared.rows):
            return f"{backend}-{words[1].lower()}"
    return None
