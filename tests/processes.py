"""Our own programs, as they are started by hand, while a test needs them."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from sandbox.server import reserve, url_of


@contextlib.contextmanager
def sandbox(*names: str) -> Iterator[str]:
    """`paylink sandbox` on a free port; gives its address."""
    reserved = reserve()
    url = url_of(reserved)
    command = [sys.executable, "-m", "bot", "sandbox", *names, "--port", url.rsplit(":", 1)[1]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        assert url in process.stdout.readline()
        try:
            yield url
        finally:
            process.terminate()
            reserved.close()
