"""How the Web API says no."""

from typing import Any


class SlackRefusal(Exception):
    """A call answered with `ok: false`; `messages` are the details of `response_metadata`.

    `details` stand beside the error: what a missing scope needs, for one.
    """

    def __init__(self, code: str, messages: list[str] | None = None, **details: Any) -> None:
        super().__init__(code)
        self.code, self.messages, self.details = code, messages or [], details

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.details}
        if self.code == "invalid_blocks":
            body.setdefault("errors", self.messages)
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {text}" for text in self.messages]}
        return body


def invalid_arguments(*messages: str) -> SlackRefusal:
    return SlackRefusal("invalid_arguments", list(messages))
