"""The service as a process: told to stop, it finishes; misconfigured, it says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands._child import ServiceProcess
from sandbox.clock import Clock
from sandbox.registry import env_of, make_standins
from sandbox.server import reserve, url_of
from sandbox.standin import World


@pytest.mark.slow
async def test_told_to_stop_it_drains_and_ends(tmp_path: Path) -> None:
    with reserve() as reserved:
        url = url_of(reserved)
        world = World(Clock(), "http://127.0.0.1:9", url)
        written = env_of(make_standins(world, ["checkout", "slack", "telegram"])) | {
            "PAYLINK_PORT": url.rsplit(":", 1)[1]
        }
        service = ServiceProcess(url, written, tmp_path / "service.log")
        await service.start()
        assert await service.stop() == 0
    assert service.log_text().rstrip().splitlines()[-1].count("service.stopped") == 1


@pytest.mark.slow
def test_every_mistake_in_the_settings_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAYLINK_PORT=abc\nPAYLINK_TIME_ZOME=UTC\nPAYLINK_LINK_EXPIRY=soon\n")
    command = [sys.executable, "-m", "bot", "serve"]
    root = Path(__file__).parents[2]
    started = subprocess.run(  # noqa: S603 - our own program
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert started.returncode == 1
    for named in (
        "PAYLINK_PORT=abc",
        "did you mean PAYLINK_TIME_ZONE?",
        "PAYLINK_LINK_EXPIRY=soon",
        "no chat",
    ):
        assert named in started.stderr
    assert "Traceback" not in started.stderr
