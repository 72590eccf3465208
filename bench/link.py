"""What a link costs of the processor, from its form to its card, against the two calls that it takes."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

from bench import filling, rig, told
from bench.load import Load
from bench.report import Line, section
from storage import migrate

_COUNT, _ROUNDS, _GOAL = 150, 4, 3.0
_POSTS = {"two_calls": 1, "four_calls": 3}


def measure() -> str:
    """On SQLite, one process, as a section."""
    with rig.folder() as at, contextlib.ExitStack() as stack:
        url = f"sqlite:///{at}/paylink.db"
        migrate.upgrade(url)
        servers, chats = {}, {}
        for app in ("two_calls", "four_calls", "paylink"):
            chat = stack.enter_context(rig.serving("chat", {}, at, rig.LOAD_CORE))
            settings = rig.SETTINGS | rig.outside(chat) | {"PAYLINK_DATABASE_URL": url}
            servers[app], chats[app] = stack.enter_context(rig.serving(app, settings, at)), chat.url
        filling.drafts(url, 0, _COUNT * _ROUNDS, f"{chats['paylink']}/slack/response")

        def done(app: str, links: int) -> None:
            if app == "paylink":
                filling.until_told(url)
            else:
                told.until_called(chats[app], links * _POSTS[app])

        measures = {app: partial(_cpu_ms, server, partial(done, app)) for app, server in servers.items()}
        taken = rig.rounds(_ROUNDS, measures)
        calls = len(told.calls_of(chats["paylink"])) / (_COUNT * _ROUNDS)
    lines = [
        _line("by hand: with three posts", taken["two_calls"], taken["four_calls"]),
        _line("Paylink", taken["two_calls"], taken["paylink"], _GOAL),
    ]
    note = f"Paylink calls Slack {calls:.1f} times for a link: the card, what to forward, and the form."
    return section("Processor time of a link, from the form to its card, SQLite", lines, [note])


def _line(what: str, floor: Sequence[float], taken: Sequence[float], goal: float | None = None) -> Line:
    ratio = median([one / bare for one, bare in zip(taken, floor, strict=True)])
    return Line(
        what,
        f"{median(floor):.1f} ms: a call of the backend and a post",
        f"{median(taken):.1f} ms: **{ratio:.1f}**",
        f"at most {goal:.0f} times" if goal else "",
        ratio <= goal if goal else None,
    )


def _cpu_ms(server: rig.Server, until_done: Callable[[int], None], each: int) -> float:
    before = server.cpu_s()
    rig.send(rig.numbered(Load(url=server.url, connections=8, count=_COUNT, what="form"), each))
    until_done(_COUNT * (each + 1))
    return (server.cpu_s() - before) / _COUNT * 1000
