"""Which settings are secrets, what of an address is one, and the form that each must have."""

import re
from urllib.parse import unquote

from bot.settings_rows import Form

_PASSWORD = re.compile("://[^:/?#@]*:(.*)@", re.DOTALL)
_KEY: Form = (re.compile("[!-~]+").fullmatch, "must be letters, digits and signs of ASCII, without a space")
_SECRET: Form = (re.compile(".*[^,\\s].*", re.DOTALL).fullmatch, "must be a secret; several by commas")


def seen_in(name: str, value: str) -> tuple[str, ...]:
    """What of a setting must not be seen: all of it, or an address's password, as it is and as written."""
    if name.endswith(("_TOKEN", "_SECRET", "_KEY")):
        return (value,) if value else ()
    found = _PASSWORD.search(value) if name.endswith("_URL") else None
    return tuple({found[1], unquote(found[1])} - {""}) if found else ()


def form_of(name: str) -> Form | None:
    """What every secret of its kind must be: headers carry keys, and a comma alone opens no door."""
    if name.endswith(("_KEY", "_TOKEN", "_CLIENT_ID")):
        return _KEY
    return _SECRET if name.endswith("_SECRET") else None
