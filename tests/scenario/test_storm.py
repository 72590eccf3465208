"""What a storm must not do: lose a payment, tell it twice as if it were two, go back to what was before."""

from pathlib import Path

from tests.scenario.storm import (
    EDITS,
    POSTS,
    Sale,
    Scene,
    Thread,
    all_said,
    collect_events,
    deliver_all,
    make_links,
    sales,
    scene_in,
    threads,
    trouble_chats,
)

SAID_AGAIN = "said again"


def paid_lines_are_right(scene: Scene, sale: Sale, thread: Thread) -> None:
    """Once, or twice where the very first answer was lost: then marked as a repeat."""
    paid = f"Paid {sale.amount}"
    told = [line for line in thread.lines if paid in line]
    sent = [call for call in scene.calls(POSTS, paid) if call.thread == thread.root]
    assert len(told) == len(sent)
    assert len(told) == 1 + (sent[0].status is None), f"{sale}: {thread}"
    assert [SAID_AGAIN in line for line in told] == [False, True][: len(told)]


def nothing_moved_backwards(scene: Scene, sale: Sale, thread: Thread) -> None:
    shown = [
        place
        for call in scene.calls(EDITS, sale.amount)
        if call.edited == thread.root
        for place, state in enumerate(sale.states)
        if state in call.asked["text"]
    ]
    assert shown == sorted(shown), f"{sale}: {shown}"
    assert sale.states[-1] in thread.card
    after_paid = [line for line in thread.lines if f"Paid {sale.amount}" in line or "authorised" in line]
    assert "authorised" not in str(after_paid[1:]), thread.lines


async def test_in_a_storm_every_thread_says_paid_once_and_nothing_is_owed(tmp_path: Path) -> None:
    async with scene_in(tmp_path) as scene:
        references = await make_links(scene, sales())
        before = len(scene.chronicle.passages)
        await trouble_chats(scene.stage)
        letters = await collect_events(scene, list(references.values()))
        await deliver_all(scene, letters)
        for sale in references:
            await scene.seen(POSTS, f"Paid {sale.amount}")
            await scene.seen(EDITS, f"Paid {sale.amount}")
        await all_said(scene.outside, tmp_path)
        said = [call for call in scene.chronicle.passages[before:] if call.name in POSTS | EDITS]
        stormy = [call.status for call in said]
        assert stormy.count(429) > len(stormy) / 10
        assert stormy.count(None) > len(stormy) / 50
        for sale, thread in (await threads(scene.stage, references)).items():
            paid_lines_are_right(scene, sale, thread)
            nothing_moved_backwards(scene, sale, thread)
