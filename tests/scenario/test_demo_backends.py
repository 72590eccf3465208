"""Every backend plays every scenario that its features allow, one demo for each."""

import httpx
import pytest

from adapters.backends import BACKENDS
from bot.commands._scenarios import LACKS, SCENARIOS, play
from bot.commands.demo import demo

OTHERS = [name for name in BACKENDS if name != "checkout"]  # whose scenarios are played by the command itself


@pytest.mark.slow
@pytest.mark.parametrize("backend", OTHERS)
async def test_both_threads_end_as_each_scenario_says(backend: str) -> None:
    said: list[str] = []
    async with demo(backend, 0) as running:
        async with httpx.AsyncClient(base_url=running.sandbox_url, trust_env=False) as client:
            for chat in ("slack", "telegram"):  # we are faster than people, and not about floods here
                (await client.post(f"/{chat}/_control/limits", json={"on": False})).raise_for_status()
        for name, scenario in sorted(
            SCENARIOS.items(), key=lambda each: each[0] == "expired"
        ):  # a week passes
            if scenario.needs not in LACKS.get(backend, ()):
                said.append(name)
                await play(scenario, running.sandbox_url, backend, running.service, said.append)
    assert any("PL" in line for line in said)


def test_what_a_backend_lacks_is_named_before_anything_is_played() -> None:
    lacking = {need for needs in LACKS.values() for need in needs}
    assert lacking <= {scenario.needs for scenario in SCENARIOS.values()}
    assert set(LACKS) <= set(BACKENDS)
