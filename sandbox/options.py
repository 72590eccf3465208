"""What a provider's sources leave open, or say in two ways: a switch each, which a control can turn."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.standin import ControlRefused


class Options:
    """The choices in force, by name; the first of each is assumed until another is chosen."""

    def __init__(self, choices: Mapping[str, Sequence[Any]]) -> None:
        self._choices = choices
        self._chosen = {name: possible[0] for name, possible in choices.items()}

    def __getitem__(self, name: str) -> Any:
        return self._chosen[name]

    async def control(self, body: dict[str, Any]) -> dict[str, Any]:
        """Choose by {name: choice}; all or nothing. Answers every choice in force."""
        for name, value in body.items():
            if name not in self._choices:
                raise ControlRefused(f"there is no option {name}, only {', '.join(self._choices)}")
            if not any(value == choice and type(value) is type(choice) for choice in self._choices[name]):
                raise ControlRefused(f"{name} must be one of {', '.join(map(str, self._choices[name]))}")
        self._chosen |= body
        return await self.reading({})

    async def reading(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"options": dict(self._chosen)}
