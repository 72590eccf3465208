"""Every backend plays every scenario that its features allow, one demo for each."""

import pytest
from click.testing import CliRunner

from adapters.backends import BACKENDS
from bot.commands._scenarios import SCENARIOS, play, playable
from bot.commands.demo import command, demo
from bot.texts import Texts
from sandbox.clock import Clock
from sandbox.registry import make_standins
from sandbox.standin import PayingStandIn, World
from tests import loopback


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
async def test_both_threads_end_as_each_scenario_says(backend: str) -> None:
    said: list[str] = []
    async with demo(backend, 0) as running:
        async with loopback.client(running.sandbox_url) as client:
            for chat in ("slack", "telegram"):  # we are faster than people, and not about floods here
                (await client.post(f"/{chat}/_control/limits", json={"on": False})).raise_for_status()
        for name in sorted(playable(backend), key="expired".__eq__):  # a week passes
            said.append(name)
            await play(SCENARIOS[name], running.sandbox_url, backend, running.service, said.append)
    assert any("PL" in line for line in said)


@pytest.mark.slow
async def test_paylink_speaks_the_language_that_was_asked_for() -> None:
    async with demo("checkout", 0, language="fr") as running, loopback.client(running.sandbox_url) as client:
        command_ = {"channel": "C0SALES", "user": "U0ALICE", "text": "help"}
        answer = await client.post("/slack/_control/command", json=command_)
        assert Texts("fr")("answer.help").split("{")[0] in answer.text


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_scenario_that_cannot_be_played_is_refused_with_those_that_can(backend: str) -> None:
    for name in SCENARIOS.keys() - set(playable(backend)):
        told = CliRunner().invoke(command, ["--headless", "--backend", backend, "--scenario", name])
        assert told.exit_code == 2
        assert f"'{name}' cannot be played with {backend}, but: paid" in told.output


def test_what_cannot_be_played_is_a_scenario() -> None:
    for standin in make_standins(World(Clock(), "", ""), list(BACKENDS)):
        assert isinstance(standin, PayingStandIn)
        assert set(standin.unplayable) <= set(SCENARIOS)
