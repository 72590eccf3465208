"""Which tests one process runs, of several: those of a file, which share what they set up."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

# Their tests wait long and share nothing: each may run beside the others.
APART = (
    "tests/faults/test_backend.py",
    "tests/faults/test_chats.py",
    "tests/scenario/test_demo_backends.py",
)


def work_of(node_id: str) -> str:
    """What a test is handed out with: its file, or nothing but itself."""
    file = node_id.split("::", 1)[0]
    return node_id if file in APART else file


class _ByFile(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return work_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """In the place of `--dist loadfile`."""
    return _ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
