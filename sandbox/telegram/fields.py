"""The fields of an object in a call: which there are, and of which types."""

from collections.abc import Mapping
from typing import Any

from sandbox.telegram.answers import bad_request

Kind = type | tuple[type, ...]
_WORDS = {bool: "Boolean", int: "Number", str: "String", list: "Array", dict: "Object"}


def check_fields(name: str, value: Mapping[str, Any], fields: Mapping[str, Kind]) -> None:
    """Refuse a field that the Bot API does not describe, or one of another type."""
    unknown = sorted(set(value) - set(fields))
    if unknown:
        raise bad_request(f"can't parse {name}: there is no field {', '.join(unknown)}")
    for field, given in value.items():
        kind = fields[field]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(given, kinds) or (isinstance(given, bool) and bool not in kinds):
            words = " or ".join(_WORDS[one] for one in kinds)
            raise bad_request(f'can\'t parse {name}: field "{field}" must be of type {words}')
