"""The app in this workspace: its bot token, what it may do with it, and how both end.

Source: https://docs.slack.dev/authentication/installing-with-oauth and
https://docs.slack.dev/reference/methods/auth.revoke
"""

from collections.abc import Iterable

from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import BOT_TOKEN

# Without chat:write.public, so that a channel the app was not invited to refuses it.
DEFAULT_SCOPES = tuple(
    """
    commands chat:write im:write users:read users:read.email files:write files:read channels:read
    groups:read im:read channels:history
    """.split()
)


class Installation:
    """Installed from the start with `DEFAULT_SCOPES`; a token that has ended stays known as such.

    Slack does not say which of its two words a bot's token meets: here it is `token_revoked` after
    auth.revoke and `account_inactive` once the app is uninstalled.
    """

    def __init__(self) -> None:
        self.scopes: tuple[str, ...] = DEFAULT_SCOPES
        self.token: str | None = BOT_TOKEN
        self.is_installed = True
        self._ended: dict[str, str] = {}

    def has(self, scope: str) -> bool:
        return scope in self.scopes

    def grant(self, scopes: Iterable[str]) -> None:
        """Have exactly these scopes from now on."""
        self.scopes = tuple(dict.fromkeys(scopes))

    def install(self, scopes: Iterable[str]) -> str:
        """Install, or install again: scopes only ever come on top, and a live token stays the same."""
        held = self.scopes if self.is_installed else ()
        self.grant([*held, *scopes])
        self.is_installed = True
        self.token = self.token or f"{BOT_TOKEN}-{len(self._ended) + 1}"
        return self.token

    def revoke(self) -> None:
        """End the token; the app stays installed without one."""
        self._end("token_revoked")

    def uninstall(self) -> None:
        """End the token and the app."""
        self._end("account_inactive")
        self._ended = dict.fromkeys(self._ended, "account_inactive")
        self.is_installed = False

    def check_token(self, token: str) -> None:
        """Raises SlackRefusal for any other token than the present one."""
        if token != self.token:
            raise SlackRefusal(self._ended.get(token, "invalid_auth"))

    def check_scopes(self, needed: Iterable[str]) -> None:
        """Raises SlackRefusal if one of these was not granted."""
        if missing := [scope for scope in needed if not self.has(scope)]:
            raise SlackRefusal("missing_scope", needed=",".join(missing), provided=",".join(self.scopes))

    def _end(self, refusal: str) -> None:
        if self.token is not None:
            self._ended[self.token] = refusal
        self.token = None
