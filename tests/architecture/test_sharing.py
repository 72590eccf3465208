"""What a file sets up for its tests is set up once in a run, not once in each of its processes."""

import pytest

from tests.architecture.source import ROOT
from tests.sharing import APART, work_of


def test_a_files_tests_are_handed_out_together(request: pytest.FixtureRequest) -> None:
    assert work_of(request.node.nodeid) == "tests/architecture/test_sharing.py"


@pytest.mark.parametrize("file", APART)
def test_those_that_wait_long_are_handed_out_one_by_one(file: str) -> None:
    assert (ROOT / file).is_file()
    tests = [f"{file}::test_a", f"{file}::test_b[1]", f"{file}::test_b[2]"]
    assert [work_of(test) for test in tests] == tests
