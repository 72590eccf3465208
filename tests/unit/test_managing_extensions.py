"""How a new expiry is ordered: typed, picked from buttons, or wrong and asked for again."""

from datetime import timedelta

import pytest

from bot.ports.backend import Feature
from bot.ports.chat import Question, Wanted
from bot.ports.model import LinkState
from bot.texts import Texts
from tests.unit.link_rig import END, ID, LinkRig
from tests.unit.managing_rig import BERLIN, ManagingRig, text_of
from tests.unit.world import World


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("3d", "Tue 1 Dec 2026, 10:00 CET"),
        ("by 1 week", "Sat 5 Dec 2026, 10:00 CET"),
        ("until 2026-12-31", "Thu 31 Dec 2026, 23:59 CET"),
        ("2026-12-05T09:00:00+00:00", "Sat 5 Dec 2026, 10:00 CET"),
    ],
)
async def test_a_duration_is_added_to_the_present_end_and_a_date_is_a_date(
    able: ManagingRig, typed: str, until: str
) -> None:
    assert text_of(await able.asks(f"extend {ID} {typed}")) == (
        f"FakePay is asked to extend it until {until}. The thread says when it is done."
    )


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("soon", "cannot read this date"),
        ("2026-11-23", "until Sat 28 Nov 2026, 10:00 CET already"),
        ("2026-11-28T09:00:29+00:00", "until Sat 28 Nov 2026, 10:00 CET already"),
        ("2026-11-01", "over already"),
        ("90d", "60 days at most"),
        ("03/04", "can mean two days"),
    ],
)
async def test_an_end_that_cannot_be_is_explained_and_asked_for_again(
    able: ManagingRig, typed: str, problem: str
) -> None:
    answer = await able.asks(f"extend {ID} {typed}")
    assert isinstance(answer, Wanted)
    assert problem in answer.problem
    assert (await able.shop.objects())[0].owed == {}


async def test_an_extension_without_a_date_offers_some(able: ManagingRig) -> None:
    answer = await able.asks(f"extend {ID}")
    assert isinstance(answer, Wanted)
    assert [pick.label.partition(":")[0] for pick in answer.picks] == ["+1d", "+3d", "+7d", "+30d"]
    assert answer.picks[0].label == "+1d: Sun 29 Nov 2026, 10:00 CET"
    assert "until Sat 28 Nov 2026, 10:00 CET now" in answer.notes[0]
    able.world.clock.advance(days=-30)
    longest = await able.asks(f"extend {ID}")
    assert isinstance(longest, Wanted)
    assert len(longest.picks) == 3, "FakePay keeps links for 60 days at most"


@pytest.mark.parametrize("typed", ["+3d", "3d", "by 3 days", "de 3 jours"])
async def test_how_much_longer_can_be_typed_as_the_buttons_say_it(able: ManagingRig, typed: str) -> None:
    told = text_of(await able.asks(f"extend {ID} {typed}"))
    assert "until Tue 1 Dec 2026, 10:00 CET" in told


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("jusqu'au 31 décembre", "Thu 31 Dec 2026, 23:59 CET"),
        ("jusqu'au 4 décembre 17h30", "Fri 4 Dec 2026, 17:30 CET"),
        ("2026-12-31T10:00:00+01:00", "Thu 31 Dec 2026, 10:00 CET"),
    ],
)
async def test_a_new_end_can_be_typed_in_french(able: ManagingRig, typed: str, until: str) -> None:
    assert until in text_of(await able.asks(f"extend {ID} {typed}"))


async def test_a_pick_that_is_pressed_twice_means_the_end_that_stands_on_it(world: World) -> None:
    plain = ManagingRig(await LinkRig.begin(world, Feature.CANCEL, ends=False))
    answer = await plain.asks(f"extend {ID}")
    assert isinstance(answer, Wanted)
    pick = answer.picks[1]
    for _ in range(2):
        await plain.presses(pick.argument)
    until = (await plain.shop.link()).expires_at
    assert until == END + timedelta(days=3)
    assert pick.label == f"+3d: {Texts('en').moment(until, BERLIN)}"


async def test_what_comes_out_otherwise_than_it_was_asked_for_is_asked_about_first(
    plain: ManagingRig,
) -> None:
    question = await plain.asks(f"extend {ID} 3d")
    assert isinstance(question, Question)
    for words in ("FakePay cannot extend a link", "until Tue 1 Dec 2026", "until Sat 28 Nov 2026"):
        assert words in question.text
    assert (await plain.shop.link()).state is LinkState.OPEN
    assert "new link" in text_of(await plain.presses(question.yes.argument))
    assert (await plain.shop.link()).state is LinkState.CREATING
    assert "still being created" in text_of(await plain.presses(question.yes.argument))
