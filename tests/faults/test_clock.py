"""Our own clock is set back: what is owed may wait as long as that, and is said once."""

from datetime import timedelta
from pathlib import Path

from tests.faults.people import ask_for, pay, sales
from tests.faults.right import all_is_right
from tests.faults.scale import SCALE
from tests.faults.shop import shop_in


async def test_a_clock_that_is_set_back_in_the_middle_of_sales(tmp_path: Path) -> None:
    async with shop_in(tmp_path) as shop:
        wanted = sales(2 * SCALE.few)
        references = await ask_for(shop, wanted[: SCALE.few])
        shop.clock.by -= timedelta(minutes=2)
        await pay(shop, references.values())
        later = await ask_for(shop, wanted[SCALE.few :])
        shop.clock.by -= timedelta(minutes=2)
        await pay(shop, later.values())
        await all_is_right(shop, references | later)
