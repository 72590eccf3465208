"""What the idle service holds in memory, with both chats, against the libraries alone, idle as well.

An idle client of a chat is more than its import: a bot brings its connections and what they trust along.
"""

import time
from statistics import median

from bench import rig
from bench.report import Line, section
from storage import migrate

_ROUNDS, _SETTLES_S, _GOAL = 3, 5.0, 1.2
_LIBRARIES = """
import aiohttp, slack_bolt.async_app, slack_sdk.web.async_client, telegram.ext, uvicorn, uvloop
import asyncio, httptools, starlette.applications, sqlalchemy
with sqlalchemy.create_engine("sqlite://").connect() as connection:
    connection.execute(sqlalchemy.select(1))
app = slack_bolt.async_app.AsyncApp(token="xoxb-obviously-fake", signing_secret="obviously-fake")
bot = telegram.ext.ExtBot("7000000001:AAbench-only-not-a-real-token-00000")
print("floor.ready", flush=True)
asyncio.run(asyncio.sleep(3600))
"""


def measure() -> str:
    """As a section."""
    with rig.folder() as at:
        url = f"sqlite:///{at}/paylink.db"
        migrate.upgrade(url)
        with rig.serving("chat", {}, at) as chat:
            settings = rig.SETTINGS | {
                "PAYLINK_DATABASE_URL": url,
                "PAYLINK_SLACK_API_URL": f"{chat.url}/slack/",
                "PAYLINK_TELEGRAM_API_URL": f"{chat.url}/telegram",
                "PAYLINK_TELEGRAM_BOT_TOKEN": "7000000001:AAbench-only-not-a-real-token-00000",
            }

            def held(ready: str, *words: str) -> float:
                port = str(rig.free_port())
                log = at / f"{port}.log"
                with rig.child(words, settings | {"PAYLINK_PORT": port}, log) as process:
                    rig.await_told(process, ready, log)
                    time.sleep(_SETTLES_S)
                    return rig.Server("", process.pid).memory_mb()

            taken = rig.rounds(
                _ROUNDS,
                {
                    "floor": lambda _: held("floor.ready", "-c", _LIBRARIES),
                    "paylink": lambda _: held("service.ready", "-m", "bot", "serve"),
                },
            )
    floor, paylink = median(taken["floor"]), median(taken["paylink"])
    ratio = paylink / floor
    told = f"{paylink:.0f} MB: **{ratio:.2f}**"
    goal = f"at most {_GOAL} times"
    return section(
        "Memory", [Line("idle, both chats, SQLite", f"{floor:.0f} MB", told, goal, ratio <= _GOAL)]
    )
