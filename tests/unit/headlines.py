"""A link at every headline, with its payments; how it is titled, and in which tone."""

from zoneinfo import ZoneInfo

from bot.delivery.audience import Audience
from bot.links.lifecycle import Headline
from bot.money import Money
from bot.ports.chat import Tone
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Link, LinkState, Mode, Payment
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.texts import Texts
from tests.fakes import START
from tests.unit.records import ACCOUNT, AMOUNT, link

PUBLIC = Audience(Texts("en"), ZoneInfo("Europe/Berlin"), private=False, mode=Mode.LIVE)
URL = "https://pay.test/PL0123456789AB"
MADE = ProviderLink(
    "PL0123456789AB", 1, ACCOUNT, "PL0123456789AB", ProviderLinkState.OPEN, AMOUNT, "pl_1", URL
)
CLOSED_AS = {why: link(state=LinkState.CLOSED, closed=why) for why in Closed}
CREATING = link(state=LinkState.CREATING)


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def payment(*heard: K, method: str | None = None, number: int = 1, **amounts: int) -> Payment:
    """A payment of which these kinds were heard; `captured=4990`: with that amount."""
    known = {K(kind): euros(minor) for kind, minor in amounts.items()}
    kinds = dict.fromkeys([*heard, *known], START)
    return Payment(ACCOUNT, f"pay_{number}", "PL0123456789AB", kinds, known, method)


PAID = payment(captured=4990, method="Visa •4242")
DECLINED = payment(K.DECLINED)
THREE = tuple(payment(captured=4990, number=number) for number in (1, 2, 3))
HEADLINES: dict[Headline, tuple[Link, tuple[Payment, ...], str, Tone]] = {
    Headline.CREATING: (CREATING, (), "Creating a payment link for 49.90 EUR…", Tone.WAITING),
    Headline.FAILED: (CLOSED_AS[Closed.FAILED], (), "No link was created for 49.90 EUR", Tone.BAD),
    Headline.OPEN: (link(), (), "Waiting for payment of 49.90 EUR", Tone.NEUTRAL),
    Headline.PENDING: (link(), (payment(K.PENDING),), "Payment of 49.90 EUR under way", Tone.WAITING),
    Headline.AUTHORISED: (
        *(link(), (payment(authorised=4990),)),
        *("49.90 EUR authorised, not yet taken", Tone.WAITING),
    ),
    Headline.CAPTURE_FAILED: (
        *(link(), (payment(K.CAPTURE_FAILED, authorised=4990),)),
        *("49.90 EUR authorised, but could not be taken", Tone.BAD),
    ),
    Headline.VOIDED: (
        *(link(), (payment(K.VOIDED, authorised=4990),)),
        *("49.90 EUR authorised, then released: nothing was taken", Tone.BAD),
    ),
    Headline.PAID: (CLOSED_AS[Closed.PAID], (PAID,), "Paid 49.90 EUR", Tone.GOOD),
    Headline.PAID_PART: (
        *(CLOSED_AS[Closed.PAID], (payment(captured=2000, authorised=4990),)),
        *("Paid 20.00 EUR of 49.90 EUR so far", Tone.WAITING),
    ),
    Headline.PAID_DIFFERENT: (
        *(CLOSED_AS[Closed.PAID], (payment(captured=2000),)),
        *("Paid 20.00 EUR instead of 49.90 EUR", Tone.BAD),
    ),
    Headline.PAID_UNCONFIRMED: (
        *(CLOSED_AS[Closed.PAID], (payment(K.CAPTURED),)),
        *("Paid, amount not confirmed (asked for 49.90 EUR)", Tone.BAD),
    ),
    Headline.PAID_TWICE: (
        *(CLOSED_AS[Closed.PAID], (PAID, payment(captured=4990, number=2))),
        *("Paid more than once: 99.80 EUR for 49.90 EUR. Refund what is too much?", Tone.BAD),
    ),
    Headline.PAID_AFTER_CANCEL: (
        *(CLOSED_AS[Closed.CANCELLED], (payment(captured=2000),)),
        *("Cancelled, then paid 20.00 EUR: refund or keep?", Tone.BAD),
    ),
    Headline.PAID_AFTER_CLOSE: (
        *(CLOSED_AS[Closed.EXPIRED], (PAID,)),
        *("Closed, then paid 49.90 EUR: refund or keep?", Tone.BAD),
    ),
    Headline.PART_REFUNDED: (
        *(CLOSED_AS[Closed.PAID], (payment(captured=4990, refunded=1000),)),
        *("Refunded 10.00 EUR of 49.90 EUR", Tone.NEUTRAL),
    ),
    Headline.REFUNDED: (
        *(CLOSED_AS[Closed.PAID], (payment(captured=4990, refunded=4990),)),
        *("Refunded 49.90 EUR", Tone.NEUTRAL),
    ),
    Headline.RETURNED: (
        *(CLOSED_AS[Closed.PAID], (payment(K.RETURNED, captured=4990),)),
        *("Paid 49.90 EUR, then taken back by the customer's bank", Tone.BAD),
    ),
    Headline.DISPUTED: (
        *(CLOSED_AS[Closed.PAID], (payment(K.DISPUTED, captured=4990),)),
        *("Paid 49.90 EUR, disputed by the customer", Tone.BAD),
    ),
    Headline.DISPUTE_WON: (
        *(CLOSED_AS[Closed.PAID], (payment(K.DISPUTED, K.DISPUTE_WON, captured=4990),)),
        *("Paid 49.90 EUR, dispute closed in your favour", Tone.GOOD),
    ),
    Headline.DISPUTE_LOST: (
        *(CLOSED_AS[Closed.PAID], (payment(K.DISPUTED, K.DISPUTE_LOST, captured=4990),)),
        *("Paid 49.90 EUR, lost in a dispute", Tone.BAD),
    ),
    Headline.EXPIRED: (CLOSED_AS[Closed.EXPIRED], (), "Expired unpaid: 49.90 EUR", Tone.NEUTRAL),
    Headline.CANCELLED: (CLOSED_AS[Closed.CANCELLED], (), "Cancelled: 49.90 EUR", Tone.NEUTRAL),
    Headline.PAUSED: (link(state=LinkState.PAUSED), (), "Paused: 49.90 EUR", Tone.NEUTRAL),
    Headline.SAVED: (
        *(link(kind=LinkKind.SETUP, amount=Money(0, "EUR")), (payment(K.SAVED),)),
        *("A means of payment was saved", Tone.GOOD),
    ),
    Headline.USES: (link(uses=20), THREE, "3 of 20 uses", Tone.GOOD),
    Headline.TIMES: (link(uses=None), THREE, "Payments so far: 3", Tone.GOOD),
    Headline.SUBSCRIBED: (
        *(link(kind=LinkKind.SUBSCRIPTION), THREE, "Subscription, payments so far: 3", Tone.GOOD),
    ),
    Headline.SOME_DIFFERENT: (
        *(link(uses=20), (PAID, payment(captured=2000, number=2))),
        *("Payments so far: 2, not all of them as asked (49.90 EUR)", Tone.BAD),
    ),
    Headline.SOME_UNCONFIRMED: (
        *(link(uses=20), (PAID, payment(K.CAPTURED, number=2))),
        *("Payments so far: 2, not all amounts confirmed", Tone.BAD),
    ),
    Headline.TOO_OFTEN: (link(uses=2), THREE, "Paid 3 times for 2 uses. Refund what is too much?", Tone.BAD),
    Headline.EXPIRED_USED: (
        *(link(uses=20, state=LinkState.CLOSED, closed=Closed.EXPIRED), THREE),
        *("Expired. Payments: 3", Tone.NEUTRAL),
    ),
    Headline.CANCELLED_USED: (
        *(link(uses=20, state=LinkState.CLOSED, closed=Closed.CANCELLED), THREE),
        *("Cancelled. Payments: 3", Tone.NEUTRAL),
    ),
}
