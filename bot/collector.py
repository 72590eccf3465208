"""Python's collector of garbage, for a process that runs long and answers many."""

import gc

_NEW = 10_000  # objects before it looks: 64 requests at once are as many, and all of them are soon gone


def settle() -> None:
    """What is there by now stays: to look for garbage in it takes 0.1 s in which nobody is answered."""
    gc.freeze()
    gc.set_threshold(_NEW, 20, 100)
