"""procrastinate's connections to PostgreSQL, which signal that a statement has failed."""

import asyncio
import contextlib
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from functools import partial
from typing import Any, Self

from procrastinate import PsycopgConnector
from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg_pool import AsyncConnectionPool

_CONNECTING = {  # a server that says nothing any more is missed after 10 seconds, whoever waits for it
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "target_session_attrs": "primary",  # who meets a replica, as in a failover, calls again
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}

# Where the host ends sessions that are idle, those that listen are not.
_LISTEN_FOR_EVER = "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'"


class Connector(PsycopgConnector):
    """Sets `failed` when a statement fails, but for one that was refused since its row is there already."""

    def __init__(self, url: str, failed: asyncio.Event, reconnect_timeout_s: float) -> None:
        super().__init__(
            pool_factory=partial(_Pool, failed),
            conninfo=url.replace("postgresql+psycopg://", "postgresql://", 1),
            kwargs=_CONNECTING,
            min_size=1,
            max_size=8,
            reconnect_timeout=reconnect_timeout_s,
            connection_class=_Connection,
            configure=_configure,
        )
        self._failed = failed

    @contextlib.asynccontextmanager
    async def _get_standalone_connection(self) -> AsyncGenerator[Any]:
        """Closed at once: who is cancelled twice would leave it open after asking it to roll back."""
        async with super()._get_standalone_connection() as connection:
            try:
                yield connection
            finally:
                await connection.close()

    async def listen_notify(self, on_notification: Any, channels: Iterable[str]) -> None:
        with _noticed(self._failed):
            await super().listen_notify(on_notification, channels)


class _Connection(AsyncConnection[Any]):
    """One that is not opened is closed at once, whoever keeps the error: the frames of its traceback hold it.

    A server that is told to stop waits for whoever has called it and says no more: for a minute.
    """

    @classmethod
    async def connect(cls, *arguments: Any, **named: Any) -> Self:
        try:
            return await super().connect(*arguments, **named)
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)
            raise


class _Pool(AsyncConnectionPool[Any]):
    """Connections that are not asked beforehand whether they still work: the statement tells."""

    def __init__(self, failed: asyncio.Event, *, check: object, **settings: Any) -> None:  # noqa: ARG002 - left out
        super().__init__(**settings)
        self._failed = failed

    @contextlib.asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[Any]:  # noqa: ASYNC109 - the pool's
        with _noticed(self._failed), _ended_if_cancelled():
            async with super().connection(timeout) as connection:
                yield connection


async def _configure(connection: Any) -> None:
    """For statements that stand alone (BEGIN and COMMIT around each would double them) and may be lost.

    A job is no more than a wake: nobody waits for the disk until one is stored or gone.
    """
    try:
        await connection.set_autocommit(True)
        await connection.execute("SET synchronous_commit = off")
        await connection.execute(_LISTEN_FOR_EVER)
    except BaseException:
        await connection.close()
        raise


@contextlib.contextmanager
def _noticed(failed: asyncio.Event) -> Iterator[None]:
    try:
        yield
    except UniqueViolation:
        raise
    except Exception:
        failed.set()
        raise


@contextlib.contextmanager
def _ended_if_cancelled() -> Iterator[None]:
    """Raise the cancellation that was lost inside, if one was.

    On Python 3.11 `asyncio.wait_for`, by which the pool waits, loses one that comes as it is done.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    yield
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
