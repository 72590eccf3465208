"""Which settings are secrets, what of an address is one, and the form that each must have."""

import re
from urllib.parse import unquote

from bot.settings_rows import Form

# Of an address that is mistyped, too: the line about it goes into the journal.
_PASSWORD = re.compile(r":(?!//)(.*)@|[?&]password=([^&#]*)", re.DOTALL)
_KEY: Form = (re.compile("[!-~]+").fullmatch, "must be letters, digits and signs of ASCII, without a space")
_SECRET: Form = (  # nobody else tries these: whsec_..., as .env.example has it, would be known to all
    re.compile(r".*[^,\s].*(?<!\.\.\.)", re.DOTALL).fullmatch,
    "must be a secret, and no example of one; several by commas",
)


def seen_in(name: str, value: str) -> tuple[str, ...]:
    """What of a setting must not be seen: all of it, or an address's password, as it is and as written."""
    if name.endswith(("_TOKEN", "_SECRET", "_KEY")):
        return (value,) if value else ()
    found = _PASSWORD.finditer(value) if name.endswith("_URL") else ()
    written = [each[1] or each[2] or "" for each in found]
    return tuple({*written, *map(unquote, written)} - {""})


def form_of(name: str) -> Form | None:
    """What every secret of its kind must be: headers carry keys, and a comma alone opens no door."""
    if name.endswith(("_KEY", "_TOKEN", "_CLIENT_ID")):
        return _KEY
    return _SECRET if name.endswith("_SECRET") else None
