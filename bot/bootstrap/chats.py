"""The configured chats. Each has a module here, imported in a thread: an SDK takes its time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from adapters.web.app import Endpoint
from adapters.web.health import Check
from bot.bootstrap.core import Core
from bot.inbox.process import Apology, Handler
from bot.ports.chat import Chat
from bot.roles import Role


@dataclass(frozen=True, slots=True)
class InboxHandler:
    """What handles a chat's updates, which are inbound rows of this `kind`."""

    kind: str
    handle: Handler
    apologise: Apology


@dataclass(frozen=True, slots=True)
class ChatParts:
    """What one chat brings along."""

    chat: Chat
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)  # by path
    inbox_handler: InboxHandler | None = None
    jobs: Sequence[tuple[Role, Callable[[], Awaitable[None]]]] = ()  # in the background, each in one role
    further: Mapping[str, Check] = field(default_factory=dict)  # what else of it may be troubled, by name

    @property
    def checks(self) -> Mapping[str, Check]:
        """What /readyz reports as troubled, by name."""
        return {self.chat.name: self.chat.check, **self.further}


async def chat_parts(core: Core, stack: contextlib.AsyncExitStack) -> AsyncIterator[ChatParts]:
    configured = {"slack": core.settings.slack, "telegram": core.settings.telegram}
    for name, settings in configured.items():
        if settings:
            module = await asyncio.to_thread(import_module, f"bot.bootstrap.{name}")
            yield await module.make_parts(core, settings, stack)
