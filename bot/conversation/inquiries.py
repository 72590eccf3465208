"""Fetches a provider's own history of a link for somebody who has been answered already.

Nothing of it is stored: if the call is cut off, the answer still says that the provider is being asked, and
whoever wants to know asks again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.conversation.reading import Reading
from bot.errors import ChatError, ChatUnavailable, PaylinkError
from bot.links.acts import Acts
from bot.links.retries import trouble_of
from bot.ports.backend import Backend, Moment, Remembers
from bot.ports.chat import Sheet
from bot.ports.model import Person
from bot.ports.storage import Storage
from bot.timing import asking

log = structlog.get_logger(__name__)

Show = Callable[[Sheet], Awaitable[None]]  # in one place, however often; raises ChatError

_AT_ONCE = 4
_PAUSES_S = (0.5, 1.0, 2.0, 4.0)
_LONGEST_PAUSE_S = 60.0  # whoever still waits then has long asked anew


class Inquiries:
    """In the background, a few at once."""

    def __init__(
        self, storage: Storage, backends: Mapping[str, Backend], acts: Acts, reading: Reading
    ) -> None:
        """`backends` by account id."""
        self._storage, self._backends = storage, backends
        self._acts, self._reading = acts, reading
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, link_id: str, person: Person, show: Show) -> None:
        """Ask about a link, and have the answer shown."""
        task = asyncio.ensure_future(self._run(link_id, person, show))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def aclose(self) -> None:
        """Cancel what is still being asked."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self, link_id: str, person: Person, show: Show) -> None:
        structlog.contextvars.bind_contextvars(link=link_id)
        try:
            async with self._turns:
                sheet = await self._asked(link_id, person)
            await _shown(show, sheet)
        except ChatError as error:
            log.warning("inquiry.not_shown", link=link_id, error=type(error).__name__, reason=str(error))
        except Exception:  # the outermost loop: whoever asked can ask again
            log.exception("inquiry.failed", link=link_id)

    async def _asked(self, link_id: str, person: Person) -> Sheet:
        known = await self._storage.read(lambda tx: self._acts.known(tx, link_id, person))
        backend, moments = self._backends[known.link.account_id], list[Moment]()
        try:
            if isinstance(backend, Remembers):
                for each in known.remembered:
                    with asking(backend, "history"):
                        moments += await backend.history(each.provider_id or "")
        except PaylinkError as error:
            log.warning("inquiry.refused", link=link_id, error=type(error).__name__, reason=str(error))
            trouble = trouble_of(error, known.info.label)
            return await self._storage.read(lambda tx: self._reading.not_told(tx, known, trouble))
        return await self._storage.read(lambda tx: self._reading.remembered(tx, known, moments))


async def _shown(show: Show, sheet: Sheet) -> None:
    for pause_s in _PAUSES_S:
        try:
            return await show(sheet)
        except ChatUnavailable as error:
            wait_s = max(pause_s, error.retry_after or 0.0)
            if wait_s > _LONGEST_PAUSE_S:
                raise
        await asyncio.sleep(wait_s)
    return await show(sheet)
