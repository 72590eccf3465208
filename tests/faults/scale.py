"""How long and how hard: short in `make test`, long in `make soak` (`FAULTS=long`).

`FAULTS_SEED` chooses other moments for the long one.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of each fault. The seed says when processes are killed, and in which order things come."""

    seed: int
    sales: int
    few: int  # sales, where every one of them is befallen
    database_gone_s: float
    statement_delay_s: float
    garbage: int
    storm_events: int
    patience_s: float = 60  # how long anything may take before it counts as lost
    long: bool = False


_SHORT = Scale(7, 10, 4, database_gone_s=3, statement_delay_s=0.05, garbage=300, storm_events=500)
_LONG = Scale(
    seed=int(os.environ.get("FAULTS_SEED", "7")),
    sales=100,
    few=40,
    database_gone_s=30,
    statement_delay_s=2,
    garbage=10_000,
    storm_events=50_000,
    patience_s=600,
    long=True,
)
SCALE = {"short": _SHORT, "long": _LONG}[os.environ.get("FAULTS", "short")]
