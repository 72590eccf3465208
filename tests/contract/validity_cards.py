"""Cards and replies of every kind, made of hostile records by the product itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import cycle, islice, product
from zoneinfo import ZoneInfo

from bot.conversation.form import Form
from bot.delivery import cards
from bot.delivery.audience import Audience
from bot.delivery.cards import Shown
from bot.delivery.draft_cards import DraftContext, draft_card, draft_prompt
from bot.delivery.replies import reply, to_forward
from bot.links import lifecycle
from bot.links.lifecycle import Headline
from bot.links.possible import Remains
from bot.money import Money
from bot.ports.backend import Withheld
from bot.ports.chat import Act, Button, Card, Prompt, Reply, Sure, Tone
from bot.ports.expectation import LinkKind
from bot.ports.model import (
    Closed,
    Destination,
    DraftState,
    Event,
    EventKind,
    Link,
    LinkState,
    Mode,
    Payment,
    Problem,
    Reach,
)
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.traffic import Notice
from bot.texts import Texts
from tests.contract.validity_records import (
    FORMS,
    ID,
    a_draft,
    a_link,
    below,
    creator,
    places,
)
from tests.fakes import START
from tests.unit.records import ACCOUNT, SALES


@dataclass(frozen=True, slots=True)
class Course:
    """How a link comes to a headline: what it was closed for, and what its backend told of which payment."""

    state: LinkState
    closed: Closed | None = None
    steps: tuple[tuple[EventKind, int, int | None], ...] = ()  # kind, payment, amount in quarters
    kind: LinkKind = LinkKind.PAYMENT
    uses: int | None = 1


_ENDS: list[tuple[LinkState, Closed | None]] = [
    *((state, None) for state in LinkState if state is not LinkState.CLOSED),
    *((LinkState.CLOSED, closed) for closed in Closed),
]

_OF_SEVERAL = {
    *(Headline.SAVED, Headline.USES, Headline.TIMES, Headline.SUBSCRIBED, Headline.TOO_OFTEN),
    *(Headline.SOME_DIFFERENT, Headline.SOME_UNCONFIRMED),
    *(Headline.EXPIRED_USED, Headline.CANCELLED_USED),
}


@cache
def courses() -> Mapping[Headline, Course]:
    """A shortest way to each headline that can be reached."""
    found: dict[Headline, Course] = {}
    for course in _all_courses():
        found.setdefault(_headline(course), course)
        if found.keys() == set(Headline) - _OF_SEVERAL:
            break
    several = {_headline(course): course for course in _courses_of_several()}
    return several | found


def _headline(course: Course) -> Headline:
    link, payments, _ = played(course, a_link("x", Money(4000, "EUR")), "x")
    return lifecycle.headline(link, payments)


def _courses_of_several() -> Iterator[Course]:
    """Of links that are used more than once, or that take no money."""
    shapes: list[tuple[LinkKind, int | None]] = [(LinkKind.SETUP, 1), (LinkKind.SUBSCRIPTION, 1)]
    shapes += [(LinkKind.PAYMENT, 2), (LinkKind.PAYMENT, None)]
    three = tuple((EventKind.CAPTURED, number, 4) for number in (1, 2, 3))
    odd = ((EventKind.CAPTURED, 1, 2),), ((EventKind.CAPTURED, 1, None),), ((EventKind.SAVED, 1, None),)
    for steps, (kind, uses), (state, closed) in product([*odd, three[:1], three], shapes, _ENDS):
        yield Course(state, closed, steps, kind, uses)


def _all_courses() -> Iterator[Course]:
    once = list(product(EventKind, [1], [4, 2, None]))
    again = [
        step for step in product(EventKind, [1, 2], [4, 2]) if step[1] == 1 or step[0] is EventKind.CAPTURED
    ]
    begun = [(kind, 1, 4) for kind in (EventKind.AUTHORISED, EventKind.CAPTURED)]
    for length in range(4):
        for steps in product(*[begun if length > 1 else once, again, again][:length]):
            yield from (Course(state, closed, steps) for state, closed in _ENDS)


def played(course: Course, link: Link, words: str) -> tuple[Link, list[Payment], list[Notice]]:
    """The link, its payments and what was said of them, as the product makes them of these events."""
    link = replace(link, state=course.state, closed=course.closed, kind=course.kind, uses=course.uses)
    payments: dict[str, Payment] = {}
    notices: list[Notice] = []
    for number, (kind, payment, quarters) in enumerate(course.steps):
        event = Event(
            key=f"evt_{number}",
            kind=kind,
            provider_word=kind,
            provider_payment_id=f"pay_{payment}",
            reference=link.id,
            occurred_at=START + timedelta(minutes=number),
            amounts={kind: Money(link.amount.minor * quarters // 4, link.amount.currency)}
            if quarters
            else {},
            method=words,
            bank_reference=words,
            reason=words,
        )
        if change := lifecycle.apply(link, list(payments.values()), event):
            link, payments[change.payment.provider_payment_id] = change.link, change.payment
            notices += change.notices
    return link, list(payments.values()), notices


def link_cards(audience: Audience, words: str, amount: Money, url: str, headline: Headline) -> Iterator[Card]:
    """A link's card at this headline, and what the person who asked sees apart from it."""
    link, payments, _ = played(courses()[headline], a_link(words, amount), words)
    shown = Shown(_made(link, url), payments, "FakePay", Remains(link.expires_at, opened=True))
    yield cards.link_card(audience, link, shown)
    for reach in Reach:
        yield cards.desk_card(audience, link, shown, Destination(1, SALES, "en", reach=reach))


def crowded_card() -> Card:
    """A link for any number of uses that very many have paid, each with a card of their own."""
    link = replace(a_link("Jane", Money(4990, "EUR")), uses=None)
    paid = {EventKind.CAPTURED: link.amount}
    heard = {EventKind.CAPTURED: START}
    payments = [
        Payment(ACCOUNT, f"pay_{number}", link.id, heard, paid, method=f"card •{number:04}")
        for number in range(600)
    ]
    audience = Audience(Texts("en"), ZoneInfo("UTC"), private=True, mode=Mode.TEST)
    return cards.link_card(audience, link, Shown(_made(link, "https://pay.test/1"), payments, "FakePay"))


def trouble_cards(audience: Audience, words: str, amount: Money, key: str) -> Iterator[Card]:
    """A link that could not be created yet, or at all, for this reason."""
    values = {"key": key, "codes": words} | dict.fromkeys(places(f"trouble.{key}", "en"), words)
    waiting = replace(a_link(words, amount), state=LinkState.CREATING, trouble=values)
    failed = replace(waiting, state=LinkState.CLOSED, closed=Closed.FAILED)
    for link in (waiting, failed):
        yield cards.link_card(audience, link, Shown(None, (), words))
        yield cards.desk_card(audience, link, Shown(None, (), words), Destination(1, SALES, "en"))


def draft_cards(
    audience: Audience, words: str, amount: Money, form: Form, methods: int = 2
) -> Iterator[Card]:
    """A draft in every state, with and without an amount, alone and beside a link for the same thing."""
    twin, url = a_link(words, amount), "https://pay.test/1"
    keys = islice(cycle(below("withheld.")), methods)
    withheld = tuple(Withheld(words, key, dict.fromkeys(_others(key), words)) for key in keys)
    for state, choosing, known in product(DraftState, [False, True], [amount, None]):
        draft = a_draft(words, form, amount=known, state=state, choosing=choosing)
        asking = None if known else form.fields[0].key
        yield draft_card(audience, form, draft, DraftContext(asking))
        yield draft_card(audience, form, draft, DraftContext(asking, True, twin, url, withheld))


def _others(key: str) -> list[str]:
    return [name for name in places(f"withheld.{key}", "en") if name != "method"]


def problem_cards(audience: Audience, problem: Problem, words: str, form: str, asked: str) -> list[Card]:
    """A draft with this problem at one of its fields: asked about it, and choosing what to change."""
    changes = {"problems": {asked: problem}}
    drafts = [
        a_draft(words, FORMS[form], amount=None, choosing=choosing, **changes) for choosing in (False, True)
    ]
    return [draft_card(audience, FORMS[form], draft, DraftContext(asked, behind=True)) for draft in drafts]


def prompts(audience: Audience, problem: Problem, words: str, form: str, asked: str) -> list[Prompt]:
    """A question as a message of its own, for the first time and after an answer that was no good."""
    drafts = [a_draft(words, FORMS[form], amount=None, problems=wrong) for wrong in ({}, {asked: problem})]
    return [draft_prompt(audience, FORMS[form], draft, asked) for draft in drafts]


def replies(audience: Audience, words: str, amount: Money, headline: Headline) -> Iterator[Reply]:
    """What was said on the way to this headline, once and again, and what can be forwarded."""
    link, _, notices = played(courses()[headline], a_link(words, amount), words)
    for notice in notices:
        for again in ({}, {"repeat": "1"}):
            yield reply(audience, link, notice.key, {**notice.params, **again})
    yield to_forward(audience, link, "https://pay.test/1", words)


def worded(language: str, key: str, words: str) -> str:
    """A text with this in every place that something is put into."""
    return Texts(language)(key, **dict.fromkeys(places(key, language), words))


def worst_card(headline: str, ask: str, notes: Sequence[str], words: str) -> Card:
    """A card that says these texts, with hostile facts, labels and mention, and every kind of button."""
    sure = Sure(words, words, words)
    buttons = [Button(words, act=act, argument="amount=999999999999.999 KWD", sure=sure) for act in Act]
    return Card(
        subject=ID,
        version=99_999,
        headline=headline,
        tone=Tone.BAD,
        rows=tuple((f"Row {number}", words) for number in range(12)),
        ask=ask,
        notes=tuple(notes),
        buttons=tuple((button,) for button in buttons),
        mention=creator(words),
        mention_label="Requested by",
    )


def _made(link: Link, url: str) -> ProviderLink:
    return ProviderLink(
        link.id, 1, ACCOUNT, link.id, ProviderLinkState.OPEN, link.amount, provider_id="pl_1", url=url
    )


def said_reply(text: str, words: str, tone: Tone) -> Reply:
    return Reply(text, tone, loud=True, mention=creator(words))
