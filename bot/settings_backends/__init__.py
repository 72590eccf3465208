"""Every backend's settings, from the file here that is named like it: a file is all it takes to have some."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

from bot.settings_rows import BASE_URL, BackendSettings, Form, Setting

_KEY = "SECRET_KEY"  # what offers a backend
DECLARED: Mapping[str, BackendSettings] = {
    name: import_module(f"{__name__}.{name}").SETTINGS for _, name, _ in iter_modules(__path__)
}
PREFIXES: Mapping[str, str] = {name: f"{name.upper()}_" for name in DECLARED}


def _rows(name: str) -> tuple[Setting, ...]:
    return tuple(replace(row, name=PREFIXES[name] + row.name) for row in DECLARED[name].rows)


SECTIONS: Mapping[str, tuple[Setting, ...]] = {
    declared.label: _rows(name) for name, declared in DECLARED.items()
}
NEEDED: Mapping[str, tuple[str, ...]] = {  # the first of each is what offers a backend
    PREFIXES[name] + _KEY: tuple(PREFIXES[name] + needed for needed in declared.needed)
    for name, declared in DECLARED.items()
}
FORMS: Mapping[str, Form] = {  # each API_URL has one form: a backend's keys are sent there
    PREFIXES[name] + row: form
    for name, declared in DECLARED.items()
    for row, form in {"API_URL": BASE_URL, **declared.forms}.items()
}
