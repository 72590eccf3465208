"""A sale played in both chats: what happens, and what the threads must say in the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent

import httpx

from adapters.backends import declared_by
from bot.commands._child import ServiceProcess
from bot.commands._stage import Echo, ScenarioFailed, Stage, Thread
from sandbox.clock import Clock
from sandbox.registry import make_standins
from sandbox.standin import PayingStandIn, World

_LONGER_THAN_A_LINK = 8  # days
_CANCEL, _EXPIRE = "cancelled by staff", "time passes"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to each link once it is there, and the words its thread must then hold, in this order."""

    steps: tuple[str, ...]
    thread: tuple[str, ...]
    card: str
    killed: bool = False


SCENARIOS: Mapping[str, Scenario] = {
    "paid": Scenario(("paid",), ("Paid",), "Paid"),
    "declined-then-paid": Scenario(("declined", "paid"), ("attempt failed", "Paid"), "Paid"),
    "expired": Scenario((_EXPIRE,), ("expired",), "Expired"),
    "cancelled": Scenario((_CANCEL,), ("Cancelled by",), "Cancelled"),
    "refunded": Scenario(("paid", "refunded"), ("Paid", "Refunded"), "Refunded"),
    "killed": Scenario(("paid",), ("Paid",), "Paid", killed=True),
}


def playable(backend: str) -> list[str]:
    """The scenarios that a backend's stand-in can play."""
    (standin,) = make_standins(World(Clock(), "", ""), [backend])
    return [
        name for name in SCENARIOS if isinstance(standin, PayingStandIn) and name not in standin.unplayable
    ]


async def play(
    scenario: Scenario, sandbox_url: str, backend: str, service: ServiceProcess, echo: Echo
) -> None:
    """Play a scenario and print it; raises ScenarioFailed if a thread does not end as it says."""
    async with httpx.AsyncClient(base_url=sandbox_url, timeout=30) as client:
        currencies = declared_by(backend).currencies
        currency = "EUR" if "EUR" in currencies else min(currencies)
        stage = Stage(client, backend, echo, f"49.90 {currency}")
        links = {"Slack": await stage.ask_in_slack(), "Telegram": await stage.ask_in_telegram()}
        if scenario.killed:
            await stage.choke_chats()
        for number, step in enumerate(scenario.steps):
            if number:
                await _said(scenario.thread[number - 1], stage, links)
            await _take(step, stage, links, service)
        if scenario.killed:
            await stage.webhooks_accepted()
            echo("Operator kill -9 between webhook and post, then a start")
            await service.kill()
            await stage.relieve_chats()
            await service.start()
        threads = [
            await stage.thread(chat, reference, lambda found: _is_complete(found, scenario))
            for chat, reference in links.items()
        ]
    for thread in threads:
        echo(f"\n{thread.chat}: {thread.card}")
        for reply in thread.replies:
            echo(indent(reply, "    "))
    for thread in threads:
        judge(thread, scenario)


async def _said(word: str, stage: Stage, links: Mapping[str, str]) -> None:
    """Nobody goes on before both threads tell of what came before: webhooks keep no order."""
    for chat, reference in links.items():
        await stage.thread(chat, reference, lambda found: any(word in reply for reply in found.replies))


async def _take(step: str, stage: Stage, links: Mapping[str, str], service: ServiceProcess) -> None:
    if step == _CANCEL:
        await stage.cancel_in_slack(links["Slack"])
        await stage.cancel_in_telegram(links["Telegram"])
    elif step == _EXPIRE:
        await stage.pass_time(_LONGER_THAN_A_LINK)
        for reference in links.values():
            await service.command("links", "refresh", reference)
    else:
        for reference in links.values():
            await stage.happen(reference, step)


def _is_complete(thread: Thread, scenario: Scenario) -> bool:
    return scenario.card in thread.card and all(
        any(word in reply for reply in thread.replies) for word in scenario.thread
    )


def judge(thread: Thread, scenario: Scenario) -> None:
    """Raises ScenarioFailed unless a thread says what it must, in order, each once, and of no other money."""
    if not _is_complete(thread, scenario):
        raise ScenarioFailed(f"{thread.chat}: the thread is not complete")
    positions = [_position(word, thread.replies) for word in scenario.thread]
    if positions != sorted(positions):
        raise ScenarioFailed(f"{thread.chat}: the replies are out of order")
    for word in ("Paid", *scenario.thread):
        if sum(word in reply for reply in thread.replies) != (word in scenario.thread):
            raise ScenarioFailed(f"{thread.chat}: '{word}' was not said as often as it happened")


def _position(word: str, replies: Sequence[str]) -> int:
    return next(at for at, reply in enumerate(replies) if word in reply)
