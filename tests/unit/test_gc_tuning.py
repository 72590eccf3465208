"""The collector of garbage leaves alone what is there, and looks seldom at what comes."""

import gc
from collections.abc import Iterator

import pytest

from bot import gc_tuning

FEW, MANY = 9_000, 12_000


@pytest.fixture
def looks() -> Iterator[list[int]]:
    """How often the collector has looked, as the generations that it looked at."""
    before, found = gc.get_threshold(), list[int]()

    def look(phase: str, told: dict[str, int]) -> None:
        if phase == "start":
            found.append(told["generation"])

    gc.collect()
    gc.callbacks.append(look)
    yield found
    gc.callbacks.remove(look)
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.parametrize(("objects", "seen"), [(FEW, 0), (MANY, 1)])
def test_it_looks_only_after_so_many_new_objects(looks: list[int], objects: int, seen: int) -> None:
    gc_tuning.freeze()
    gc.collect(0)  # what was counted until here
    looks.clear()
    kept = [[] for _ in range(objects)]
    assert len(looks) == seen, f"{len(kept)} objects were made"


def test_what_is_there_by_then_is_never_looked_at_again(looks: list[int]) -> None:
    there: list[object] = []
    there.append(there)
    known = gc.get_freeze_count()
    gc_tuning.freeze()
    assert gc.get_freeze_count() > known
    assert not any(one is there for one in gc.get_objects())
    gc.collect()
    assert looks == [2]


def test_what_has_come_since_and_is_garbage_is_found(looks: list[int]) -> None:
    gc.disable()  # as a service does while it starts
    gc_tuning.freeze()
    assert gc.isenabled()
    for _ in range(10):
        one: list[object] = []
        one.append(one)
    del one
    assert gc.collect() >= 10
    assert looks
