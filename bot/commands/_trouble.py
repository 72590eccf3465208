"""Errors of a provider or a chat in words for the operator, with what to do."""

from collections.abc import Mapping

from bot.errors import (
    BackendAuthFailed,
    BackendProtocolError,
    BackendRateLimited,
    BackendRejected,
    BackendUnavailable,
    ChatError,
    ChatNotAllowed,
    PaylinkError,
)

# The first that fits; `settings`: how those of the account, or of the chat, begin.
_WORDS: Mapping[type[PaylinkError], str] = {
    BackendAuthFailed: "it refuses the key ({detail}). "
    "Are {settings}SECRET_KEY, {settings}API_URL and all others of one account?",
    BackendRejected: "it does not accept what was sent ({detail}). Is every setting {settings}... right?",
    BackendRateLimited: "it asks us to slow down ({detail}). Try again in a while.",
    BackendUnavailable: "it does not answer ({detail}). Is {settings}API_URL right and reached from here?",
    BackendProtocolError: "it answers what is not documented ({detail}). Is {settings}API_URL right?",
    ChatNotAllowed: "its app lacks the scopes {detail}. Add them, and install the app again.",
    ChatError: "signing in fails ({detail}). Are all settings {settings}... right, and is "
    "{settings}API_URL reached from here?",
}


def in_words(error: PaylinkError, settings: str) -> str:
    """What went wrong, and what can be done; `settings`: the prefix of the settings concerned."""
    words = next((words for kind, words in _WORDS.items() if isinstance(error, kind)), "{detail}")
    return words.format(detail=error, settings=settings)
