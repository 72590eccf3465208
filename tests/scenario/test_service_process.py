"""The service as a process: told to stop, it finishes; misconfigured, it says so."""

import contextlib
import hmac
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.commands._child import ServiceProcess
from sandbox.clock import Clock
from sandbox.registry import env_of, make_standins
from sandbox.server import reserve, url_of
from sandbox.standin import World
from tests import loopback

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30
SECRET = "obviously-fake-webhook-secret"
COLLECTOR = "http://127.0.0.1:9/v1/traces"
TOKEN = "f" * 32
# An interpreter that has not got the extra.
WITHOUT_TRACES = "import sys; sys.modules['opentelemetry'] = None; from bot.__main__ import run; run()"


def written_for(url: str) -> dict[str, str]:
    """The settings of a service at this address, in a world where nobody answers."""
    world = World(Clock(), "http://127.0.0.1:9", url)
    standins = make_standins(world, ["checkout", "slack", "telegram"])
    own = {"PAYLINK_PORT": url.rsplit(":", 1)[1], "PAYLINK_CHECKOUT_WEBHOOK_SECRET": SECRET}
    return env_of(standins) | own


@contextlib.contextmanager
def starting(folder: Path, **settings: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A service that listens, or has ended; what it writes is its `stderr`."""
    with reserve() as reserved:
        url = url_of(reserved)
        given = written_for(url) | settings
        with subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), **given},
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "service.listening" in line:
                    break
            try:
                yield url, process
            finally:
                process.kill()


@pytest.mark.slow
async def test_told_to_stop_it_drains_and_ends(tmp_path: Path) -> None:
    with reserve() as reserved:
        url = url_of(reserved)
        service = ServiceProcess(url, written_for(url), tmp_path / "service.log")
        await service.start()
        async with loopback.client(url) as customer:
            assert (await customer.get(f"/p/{TOKEN}")).status_code == 404
        assert await service.stop() == 0
    assert service.log_text().rstrip().splitlines()[-1].count("service.stopped") == 1
    assert TOKEN not in service.log_text(), "whoever has a link's address can pay it"


@pytest.mark.slow
def test_what_comes_while_it_starts_is_kept(tmp_path: Path) -> None:
    body = b'{"id": "evt_early", "type": "payment_captured", "data": {}}'
    proof = {"Cko-Signature": hmac.new(SECRET.encode(), body, "sha256").hexdigest()}
    with starting(tmp_path) as (url, process):
        kept = httpx.post(f"{url}/webhooks/checkout", content=body, headers=proof, timeout=PATIENCE_S)
        refused = httpx.post(f"{url}/webhooks/checkout", content=body, timeout=PATIENCE_S)
        assert (kept.status_code, refused.status_code) == (200, 401)
        process.terminate()
        assert process.wait(PATIENCE_S) == 0


@pytest.mark.slow
def test_a_head_without_end_is_hung_up_on(tmp_path: Path) -> None:
    with starting(tmp_path) as (url, _):
        address = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
        with socket.create_connection(address, PATIENCE_S) as caller, pytest.raises(ConnectionError):
            caller.sendall(b"GET /healthz HTTP/1.1\r\nX-Long: " + b"a" * 20_000_000)


@pytest.mark.slow
@pytest.mark.parametrize("named", ["/", "@"])
def test_whoever_started_it_is_told_when_it_is_ready(tmp_path: Path, named: str) -> None:
    """In a file of that path, or by a name that Linux keeps beside all files."""
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path if named == "/" else f"\0{path}")
        manager.settimeout(PATIENCE_S)
        address = path if named == "/" else f"@{path}"
        with starting(tmp_path, NOTIFY_SOCKET=address) as (url, _):
            assert manager.recv(100) == b"READY=1"
            assert httpx.get(f"{url}/healthz").status_code == 200


@pytest.mark.slow
def test_told_to_stop_while_it_starts_it_ends_all_the_same(tmp_path: Path) -> None:
    with starting(tmp_path) as (_, process):
        process.terminate()
        _, told = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, "service.stopped" in told, "Traceback" in told) == (0, True, False)


@pytest.mark.slow
def test_a_start_that_fails_ends_it_with_the_reason(tmp_path: Path) -> None:
    with starting(tmp_path, PAYLINK_CHECKOUT_LOCALE="xx") as (_, process):
        _, told = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, "PAYLINK_CHECKOUT_LOCALE=xx: must be" in told) == (os.EX_CONFIG, True)
    assert "Traceback" not in told


@pytest.mark.slow
@pytest.mark.parametrize(("command", "begins"), [("serve", "Error"), ("check", "WRONG traces")])
def test_traces_without_what_they_need_are_told_with_what_helps(
    tmp_path: Path, command: str, begins: str
) -> None:
    with reserve() as reserved:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", WITHOUT_TRACES, command],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), **written_for(url_of(reserved)), "PAYLINK_TRACES_URL": COLLECTOR},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    lines = (done.stdout + done.stderr).splitlines()
    [told] = [line for line in lines if "TRACES" in line]
    assert (lines == [told]) is (command == "serve"), "a check goes on"
    assert (done.returncode, told.split(" in ")[0]) == (
        1,
        f"{begins}: PAYLINK_TRACES_URL needs more: {sys.prefix}/bin/pip install '.[traces]'",
    )


def second(folder: Path, url: str) -> "subprocess.CompletedProcess[str]":
    """Another service, which is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **written_for(url)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.slow
def test_an_address_that_somebody_has_ends_it_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    with starting(tmp_path) as (url, _):
        done = second(tmp_path / "elsewhere", url)
    assert (done.returncode, "Address already in use" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_file_that_another_process_serves_ends_it_with_the_reason_until_that_one_is_dead(
    tmp_path: Path,
) -> None:
    with starting(tmp_path) as (_, first):
        with reserve() as reserved:
            done = second(tmp_path, url_of(reserved))
        first.kill()
        first.wait(PATIENCE_S)
        with starting(tmp_path) as (url, _):
            answer = httpx.get(f"{url}/healthz", timeout=PATIENCE_S)
    assert (done.returncode, "another process serves" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr
    assert answer.status_code == 200


@pytest.mark.slow
def test_every_mistake_in_the_settings_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAYLINK_PORT=abc\nPAYLINK_TIME_ZOME=UTC\nPAYLINK_LINK_EXPIRY=soon\n")
    command = [sys.executable, "-m", "bot", "serve"]
    started = subprocess.run(  # noqa: S603 - our own program
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert started.returncode == os.EX_CONFIG
    for named in (
        "PAYLINK_PORT=abc",
        "did you mean PAYLINK_TIME_ZONE?",
        "PAYLINK_LINK_EXPIRY=soon",
        "no chat",
    ):
        assert named in started.stderr
    assert "Traceback" not in started.stderr
