"""A program that prints the address of its page, for as long as somebody looks at it."""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

_ADDRESS = re.compile(r"Open (http://\S+)")


@contextlib.contextmanager
def page_of(command: Sequence[str], folder: Path) -> Iterator[str]:
    """Run `paylink demo`, or make it run, and give its page's address; raises RuntimeError without one."""
    with subprocess.Popen(  # noqa: S603 - our own commands
        command, cwd=folder, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield _address(process)
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def _address(process: "subprocess.Popen[str]") -> str:
    for line in process.stdout or ():
        if found := _ADDRESS.search(line):
            return found[1]
    raise RuntimeError(f"{process.args!r} printed no address")
