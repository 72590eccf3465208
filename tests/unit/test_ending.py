"""Whether a link has ended, as far as one look at its backend shows."""

from datetime import timedelta

from bot.links.ending import why_ended
from bot.links.looking import Seen
from bot.ports.backend import FetchedLink
from bot.ports.model import Closed
from bot.ports.provider_links import ProviderLink, ProviderLinkState, new_reference
from tests.unit.records import ACCOUNT, AMOUNT, link


def test_an_object_that_could_not_be_read_may_be_paid_and_keeps_a_link_from_ending() -> None:
    of = link()
    objects = [
        ProviderLink(
            *(of.id, number, ACCOUNT, new_reference(of.id, number), ProviderLinkState.CLOSED, AMOUNT),
            provider_id=f"pl_{number}",
        )
        for number in (1, 2)
    ]
    over = {
        one.attempt: FetchedLink(f"pl_{one.attempt}", one.reference, AMOUNT, False, False, None, ())
        for one in objects
    }
    later = of.expires_at + timedelta(days=1)
    for unread in over:
        read = {number: found for number, found in over.items() if number != unread}
        assert why_ended(of, objects, (), Seen(read, (), objects), later) is None
    assert why_ended(of, objects, (), Seen(over, (), objects), later) is Closed.EXPIRED
