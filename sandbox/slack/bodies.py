"""What the body of a control may hold under each name, whichever control it is."""

from collections.abc import Mapping
from typing import Any

from sandbox.standin import Control, ControlRefused

_TEXT = ("channel", "user", "ts", "view", "text", "action_id", "callback_id", "reason")
_TEXT_OR_NULL = ("thread_ts", "block_id", "value")
_OBJECT = ("values", "event")
_KINDS: dict[str, tuple[str, type | tuple[type, ...]]] = {
    **dict.fromkeys(_TEXT, ("a text", str)),
    **dict.fromkeys(_TEXT_OR_NULL, ("a text or null", (str, type(None)))),
    **dict.fromkeys(_OBJECT, ("an object", dict)),
}


def understood(controls: Mapping[str, Control]) -> dict[str, Control]:
    """The same controls, which refuse what is of another kind."""
    return {name: _checked(control) for name, control in controls.items()}


def _checked(control: Control) -> Control:
    async def run(body: dict[str, Any]) -> dict[str, Any]:
        for name in _KINDS.keys() & body.keys():
            _check(name, body[name])
        for block_id, text in body.get("values", {}).items():
            if not isinstance(text, str | None):
                raise ControlRefused(f"values: {block_id} must be a text or null, not {text!r}")
        return await control(body)

    return run


def _check(name: str, value: Any) -> None:
    meant, kind = _KINDS[name]
    if not isinstance(value, kind):
        raise ControlRefused(f"{name} must be {meant}, not {value!r}")
