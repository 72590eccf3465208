"""What the measurements share: servers as child processes, a load beside them, medians over rounds."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.load import Load, Sent
from bench.report import Line
from bench.webhooks import SECRET, SIGNING_SECRET, TELEGRAM_SECRET

T = TypeVar("T")
K = TypeVar("K")

ROOT = Path(__file__).parents[1]
SERVER_CORE, LOAD_CORE = min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0))
NOWHERE = "http://127.0.0.1:9"
SETTINGS = {
    "PAYLINK_SLACK_BOT_TOKEN": "xoxb-0000-0000-obviously-fake-bench",
    "PAYLINK_SLACK_SIGNING_SECRET": SIGNING_SECRET,
    "PAYLINK_SLACK_API_URL": f"{NOWHERE}/",
    "PAYLINK_CHECKOUT_SECRET_KEY": "sk_sbox_benchbenchbenchbenchbenchbe7",
    "PAYLINK_CHECKOUT_WEBHOOK_SECRET": SECRET,
    "PAYLINK_CHECKOUT_API_URL": f"{NOWHERE}/checkout",
    "PAYLINK_REGION": "DE",
}
_TELEGRAM = {
    "PAYLINK_TELEGRAM_BOT_TOKEN": "7000000001:AAbench-only-not-a-real-token-00000",
    "PAYLINK_TELEGRAM_MODE": "webhook",
    "PAYLINK_TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET,
    "PAYLINK_PUBLIC_URL": "https://pay.example.com",
}
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PATIENCE_S = 30.0
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A running child and where it listens."""

    url: str
    pid: int

    def cpu_s(self) -> float:
        """What it has used of a processor so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _TICK_S

    def memory_mb(self) -> float:
        """What it holds in memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@dataclass(frozen=True, slots=True)
class Burst:
    """One round: what was sent, and what the server spent on each."""

    sent: Sent
    cpu_us: float

    @property
    def rate(self) -> float:
        return self.sent.count / self.sent.seconds


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="paylink-bench-") as path:
        yield Path(path)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextlib.contextmanager
def child(
    arguments: Sequence[str], settings: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours that is told to stop at the end."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PAYLINK_")}
    environment = {**inherited, **settings, "PYTHONPATH": str(ROOT)}
    with log.open("ab") as out:
        process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=out, stderr=out)  # noqa: S603
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def await_port(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Return when something listens; raises RuntimeError with the log if nothing does."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.005)
    raise RuntimeError(f"it does not listen:\n{log.read_text()}")


def await_told(process: "subprocess.Popen[bytes]", words: str, log: Path) -> None:
    """Return when the process has written these words; raises RuntimeError with its log if it does not."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        if words in log.read_text():
            return
        time.sleep(0.005)
    raise RuntimeError(f"it does not say {words}:\n{log.read_text()}")


@contextlib.contextmanager
def serving(
    app: str, settings: Mapping[str, str], at: Path, core: int | None = SERVER_CORE
) -> Iterator[Server]:
    """An application of bench/server.py on one core (None: on any), as a child."""
    port, log = free_port(), at / f"{app}-{next(_numbers)}.log"
    place = "any" if core is None else str(core)
    with child(["-m", "bench.server", app, place, str(port)], settings, log) as process:
        await_port(process, port, log)
        yield Server(f"http://127.0.0.1:{port}", process.pid)


@contextlib.contextmanager
def all_serving(apps: Sequence[str], settings: Mapping[str, str], at: Path) -> Iterator[list[Server]]:
    """Several applications, on any core."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(serving(app, settings, at, None)) for app in apps]


def outside(chat: Server, *, telegram: bool = False) -> dict[str, str]:
    """The settings by which everybody outside is this server (Telegram only if it is asked for)."""
    addresses = {"SLACK": "slack/", "CHECKOUT": "checkout", "TELEGRAM": "telegram"}
    names = addresses if telegram else [name for name in addresses if name != "TELEGRAM"]
    urls = {f"PAYLINK_{name}_API_URL": f"{chat.url}/{addresses[name]}" for name in names}
    return urls | (_TELEGRAM if telegram else {})


def burst(server: Server, load: Load) -> Burst:
    """Send from a process on the other core."""
    before = server.cpu_s()
    sent = send(load)
    return Burst(sent, (server.cpu_s() - before) / max(1, sent.count) * 1e6)


def send(load: Load) -> Sent:
    command = ["taskset", "-c", str(LOAD_CORE), sys.executable, "-m", "bench.load"]
    done = subprocess.run(  # noqa: S603 - our own program
        command, input=json.dumps(asdict(load)).encode(), check=True, stdout=subprocess.PIPE, cwd=ROOT
    )
    sent = json.loads(done.stdout)
    if sent["refused"]:
        raise RuntimeError(f"{sent['refused']} of {sent['count']} were refused")
    return Sent(**sent | {"began": tuple(sent["began"])})


def rounds(number: int, measures: Mapping[K, Callable[[int], T]]) -> dict[K, list[T]]:
    """Each measure in turn, over and over, so that what disturbs one round disturbs all of them."""
    taken: dict[K, list[T]] = {name: [] for name in measures}
    for each in range(number):
        for name, measure in measures.items():
            taken[name].append(measure(each))
    return taken


def numbered(load: Load, each: int) -> Load:
    """The same load with webhooks that no round before it has sent."""
    return replace(load, first=load.first + each * load.count)


def compared(what: str, floor: Sequence[Burst], taken: Sequence[Burst], goal: float | None = None) -> Line:
    """How many a second, and how much of a core each takes, against the floor of the same round."""
    ratio = median([one.rate / bare.rate for one, bare in zip(taken, floor, strict=True)])
    cpu = median([bare.cpu_us / one.cpu_us for one, bare in zip(taken, floor, strict=True)])
    return Line(
        what,
        _figures(floor),
        f"{_figures(taken)}: **{ratio:.2f}** (of its processor time {cpu:.2f})",
        f"at least {goal}" if goal else "",
        ratio >= goal if goal else None,
    )


def _figures(taken: Sequence[Burst]) -> str:
    return f"{median([each.rate for each in taken]):,.0f}/s, {median([each.cpu_us for each in taken]):.0f} µs"
