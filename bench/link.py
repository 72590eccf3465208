"""What a link costs of the processor, from its form to its card, against the two calls that it takes."""

import contextlib
from collections.abc import Callable
from functools import partial
from statistics import median

from bench import filling, rig, told
from bench.load import Load
from bench.report import Line, section
from storage import migrate

_COUNT, _ROUNDS, _GOAL = 150, 4, 3.0


def measure() -> str:
    """On SQLite, one process, as a section."""
    with rig.folder() as at, contextlib.ExitStack() as stack:
        url = f"sqlite:///{at}/paylink.db"
        migrate.upgrade(url)
        running = {}
        for app in ("two_calls", "paylink"):
            chat = stack.enter_context(rig.serving("chat", {}, at, rig.LOAD_CORE))
            settings = rig.SETTINGS | rig.outside(chat) | {"PAYLINK_DATABASE_URL": url}
            running[app] = stack.enter_context(rig.serving(app, settings, at)), chat.url
        (floor, floor_chat), (ours, chat_url) = running.values()
        filling.drafts(url, 0, _COUNT * _ROUNDS, f"{chat_url}/slack/response")
        waits = partial(told.until_called, floor_chat), lambda _: filling.until_told(url)
        taken = rig.rounds(
            _ROUNDS, {"floor": partial(_cpu_ms, floor, waits[0]), "ours": partial(_cpu_ms, ours, waits[1])}
        )
        calls = len(told.calls_of(chat_url)) / (_COUNT * _ROUNDS)
    ratio = median([one / bare for one, bare in zip(taken["ours"], taken["floor"], strict=True)])
    line = Line(
        "a call of the backend and a post",
        f"{median(taken['floor']):.1f} ms",
        f"{median(taken['ours']):.1f} ms: **{ratio:.1f}**",
        f"at most {_GOAL:.0f} times",
        ratio <= _GOAL,
    )
    note = f"Paylink also draws what the person sees: {calls:.1f} calls of Slack for each link."
    return section("Processor time of a link, from the form to its card, SQLite", [line], [note])


def _cpu_ms(server: rig.Server, until_done: Callable[[int], None], each: int) -> float:
    before = server.cpu_s()
    rig.send(rig.numbered(Load(server.url, 8, _COUNT, 0, what="form"), each))
    until_done(_COUNT * (each + 1))
    return (server.cpu_s() - before) / _COUNT * 1000
