"""What runs wakes must do: one at a time per key, again if woken meanwhile, nobody in the way of others.

Its own test file supplies a `bench` (see `work_rig`) and nothing else. Keys of one moment may be taken
in their own order.
"""

import pytest
from structlog.testing import capture_logs

from adapters.work.handling import AT_ONCE
from bot.ports.storage import Wake
from tests.contract.work_rig import Bench


@pytest.mark.asyncio
class WorkContract:
    """Handlers by kind, run by key."""

    async def test_a_wake_runs_the_handler_of_its_kind_on_its_key(self, bench: Bench) -> None:
        await bench.start()
        bench.wake("PL1")
        await bench.until(bench.ended, "PL1")

    async def test_the_first_sweep_finds_what_was_owed_before(self, bench: Bench) -> None:
        bench.swept = [Wake("link", "PL1"), Wake("inbox", "webhook:3")]
        await bench.start()
        await bench.until(bench.ended, "PL1", "webhook:3")

    async def test_a_failing_sweep_is_logged_and_wakes_go_on(self, bench: Bench) -> None:
        bench.sweep_breaks = True
        with capture_logs() as logs:
            await bench.start()
            bench.wake("PL1")
            await bench.until(bench.ended, "PL1")
        assert {line["event"] for line in logs} == {"work.sweep_failed"}

    async def test_keys_do_not_wait_for_each_other(self, bench: Bench) -> None:
        bench.hold("PL1")
        await bench.start()
        bench.wake("PL1")
        bench.wake("PL2")
        await bench.until(bench.ended, "PL2")
        assert bench.began == ["PL1", "PL2"]

    async def test_a_key_runs_once_at_a_time_and_once_more_if_woken_meanwhile(self, bench: Bench) -> None:
        held = bench.hold("PL1")
        await bench.start()
        bench.wake("PL1")
        await bench.until(bench.began, "PL1")
        for _ in range(5):
            bench.wake("PL1")
        bench.wake("PL2")
        await bench.until(bench.ended, "PL2")
        assert bench.began == ["PL1", "PL2"]
        held.set()
        await bench.until(bench.ended, "PL1", "PL1", "PL2")
        bench.wake("PL3")
        await bench.until(bench.ended, "PL1", "PL1", "PL2", "PL3")

    async def test_the_same_key_of_two_kinds_is_two_keys(self, bench: Bench) -> None:
        bench.hold("x")
        await bench.start()
        bench.wake("x")
        bench.wake("x", kind="inbox")
        await bench.until(bench.began, "x", "x")

    async def test_a_failing_handler_is_logged_and_stops_nobody(self, bench: Bench) -> None:
        bench.broken = {"PL1"}
        await bench.start()
        with capture_logs() as logs:
            bench.wake("PL1")
            bench.wake("PL2")
            await bench.until(bench.ended, "PL1", "PL2")
            bench.broken = set()
            bench.wake("PL1")
            await bench.until(bench.ended, "PL1", "PL1", "PL2")
        assert [(line["event"], line["key"]) for line in logs] == [("work.failed", "PL1")]

    async def test_a_key_woken_while_it_fails_runs_again(self, bench: Bench) -> None:
        bench.broken, held = {"PL1"}, bench.hold("PL1")
        await bench.start()
        bench.wake("PL1")
        await bench.until(bench.began, "PL1")
        bench.wake("PL1")
        with capture_logs():
            held.set()
            await bench.until(bench.ended, "PL1", "PL1")

    async def test_a_wake_for_later_waits_for_its_time(self, bench: Bench) -> None:
        await bench.start()
        bench.wake("later", hours=1)
        bench.wake("soon", milliseconds=5)
        await bench.until(bench.ended, "soon")
        bench.clock.advance(hours=2)
        bench.wake("now")
        await bench.until(bench.ended, "now", "soon")

    async def test_the_sooner_of_two_times_counts(self, bench: Bench) -> None:
        await bench.start()
        bench.wake("PL1", hours=1)
        bench.wake("PL1", milliseconds=5)
        bench.wake("PL1", hours=2)
        await bench.until(bench.ended, "PL1")
        bench.wake("PL2", milliseconds=5)
        await bench.until(bench.ended, "PL1", "PL2")

    async def test_a_time_that_has_passed_is_now(self, bench: Bench) -> None:
        await bench.start()
        bench.wake("PL1", seconds=-5)
        await bench.until(bench.ended, "PL1")

    async def test_too_many_at_once_wait_for_their_turn_and_all_get_it(self, bench: Bench) -> None:
        keys = [f"PL{number:02}" for number in range(20)]
        held = [bench.hold(key) for key in keys]
        await bench.start()
        for key in keys:
            bench.wake(key)
        await bench.until(bench.began, *keys[:8])
        for event in held:
            event.set()
        await bench.until(bench.ended, *keys)

    async def test_links_that_are_watched_hold_up_nothing_else_however_many(self, bench: Bench) -> None:
        await bench.start()
        watched = [f"PL{number:02}" for number in range(100)]
        for key in watched:
            bench.hold(key)
            bench.wake(key, kind="watch")
        await bench.until(bench.began, *watched[: AT_ONCE["watch"]])
        bench.wake("NEW")
        await bench.until(bench.ended, "NEW")
        for held in bench.held.values():
            held.set()
        await bench.until(bench.ended, "NEW", *watched)

    async def test_a_chat_that_hangs_holds_up_no_webhook(self, bench: Bench) -> None:
        await bench.start()
        updates = [f"telegram:{stripe}" for stripe in range(8)]
        for key in updates:
            bench.hold(key)
            bench.wake(key, kind="inbox")
        await bench.until(bench.began, *updates)
        bench.wake("webhook:0", kind="inbox")
        await bench.until(bench.ended, "webhook:0")

    @pytest.mark.parametrize(
        ("kind", "hangs", "other"),
        [
            ("delivery", "slack:T1:C{:02}", "telegram::1001"),
            ("link", "checkout:PL{:02}", "yabetoo:PL1"),
            ("lookup", "checkout:{:02}:pay_1", "yabetoo:1:pay_1"),
        ],
    )
    async def test_a_chat_or_an_account_that_hangs_holds_up_no_other_and_no_webhook(
        self, bench: Bench, kind: str, hangs: str, other: str
    ) -> None:
        await bench.start()
        asking = [hangs.format(number) for number in range(100)]
        for key in asking:
            bench.hold(key)
            bench.wake(key, kind=kind)
        await bench.until(bench.began, *asking[: AT_ONCE[kind]])
        bench.wake(other, kind=kind)
        bench.wake("webhook:0", kind="inbox")
        await bench.until(bench.ended, other, "webhook:0")
