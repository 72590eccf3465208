"""`paylink links`: what links there are, and what an operator can do to one."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from bot.commands._rows import NUMBER, confirm, in_database, looked_up, operator, plain, yes
from bot.delivery.terms import in_full, in_short, terms_of
from bot.errors import NothingOpen, NotPossible
from bot.ids import link_of
from bot.links import lifecycle
from bot.links.payments import Stage, stage
from bot.money import Money
from bot.ports.clock import SystemClock
from bot.ports.model import EventKind, Link, Payment, Person
from bot.ports.storage import Transaction
from bot.texts import Texts

if TYPE_CHECKING:
    from bot.links.acts import Acts

T = TypeVar("T")

_TEXTS = Texts("en")
_FAILED = (Stage.DECLINED, Stage.CAPTURE_FAILED)  # later the reason is of what went before, or of a refund


def _id_of(_: click.Context, __: click.Parameter, reference: str | None) -> str | None:
    """A backend knows the link by the reference of an attempt, `PL…-2`."""
    return link_of(reference.upper()) if reference else reference


@click.group()
def command() -> None:
    """Show links (list --search TEXT finds some), cancel one, or have its backend asked again."""


@command.command("list")
@click.option("--limit", type=NUMBER, default=20, show_default=True, help="How many, newest first.")
@click.option("--search", "sought", metavar="TEXT", help="Customer, own reference, or what it is for.")
def show_all(limit: int, sought: str | None) -> None:
    """A line per link: id, moment, account, amount and how it stands."""
    like = _like(sought) if sought else None
    lines = looked_up(lambda tx: [_line(tx, link) for link in tx.links.recent(limit, like)])
    if sought and not lines:
        click.echo("no link has that in its customer, own reference or description", err=True)
    for line in lines:
        click.echo(line)


@command.command("show")
@click.argument("link_id", callback=_id_of)
def show_one(link_id: str) -> None:
    """Everything that is known of a link."""
    lines = looked_up(lambda tx: _lines(tx, link_id))
    if not lines:
        _none_such(link_id)
    click.echo("\n".join(lines))


@command.command("cancel")
@click.argument("link_id", callback=_id_of)
@yes
def cancel(link_id: str, sure: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """Close an open link; its thread is told."""
    line = _act(link_id, lambda acts, tx, who: _line(tx, acts.cancellable(tx, link_id, who)), looked_up)
    confirm(f"Cancel {link_id}?", sure=sure, about=[line])
    _act(link_id, lambda acts, tx, who: acts.cancel(tx, link_id, who))
    click.echo(
        f"{link_id} is cancelled. If its backend cannot take it back, it can be paid until it expires, and "
        "is watched; its thread says until when."
    )


@command.command("refresh")
@click.argument("link_id", required=False, callback=_id_of)
@click.option("--all", "every", is_flag=True, help="Every link that is watched, as after a restore.")
def refresh(link_id: str | None, every: bool) -> None:  # noqa: FBT001 - click hands options over by name
    """Have the backend asked now how a link stands."""
    if every == bool(link_id):
        raise click.UsageError("name a link, or --all of them")
    if link_id:
        link = _act(link_id, lambda acts, tx, who: acts.refresh(tx, link_id, who))
        click.echo(f"{link.id} is asked about next.")
    else:
        count = in_database(lambda tx: tx.links.watch_all(SystemClock().now()))
        click.echo(f"{count} link{'' if count == 1 else 's'} to ask about, which begins now.")


def _like(sought: str) -> Callable[[Link], object]:
    from bot.conversation.searching import likeness, words_sought  # noqa: PLC0415 - only a search needs them

    return likeness(words_sought([sought]) or (sought,))


def _act(
    link_id: str,
    act: "Callable[[Acts, Transaction, Person], T]",
    run: Callable[[Callable[[Transaction], T]], T] = in_database,
) -> T:
    from bot.links.acts import Acts  # noqa: PLC0415 - a tenth of the time that a list takes

    who = operator()
    acts = Acts({(who.chat, who.user)}, SystemClock())
    try:
        return run(lambda tx: act(acts, tx, who))
    except NothingOpen:
        _none_such(link_id)
    except NotPossible as error:
        why = {"closed": "is closed already", "being_paid": "is being paid"}[error.key]
        click.echo(f"{link_id} {why}; see: paylink links show {link_id}", err=True)
    sys.exit(1)


def _none_such(link_id: str) -> None:
    click.echo(f"there is no link {link_id}; see: paylink links list", err=True)
    sys.exit(1)


def _line(tx: Transaction, link: Link) -> str:
    headline = lifecycle.headline(link, tx.payments.of(link.id))
    made, amount = f"{link.created_at:%Y-%m-%d %H:%M}", f"{in_short(_TEXTS, terms_of(link)):>18}"
    return f"{link.id}  {made}  {link.account_id:<12}  {amount}  {headline}"


def _lines(tx: Transaction, link_id: str) -> list[str]:
    link = tx.links.get(link_id)
    if link is None:
        return []
    facts = [f"  {name}: {value}" for name, value in _facts(link).items() if value]
    objects = [
        f"  at the backend: {known.reference} {known.state} {known.url or ''}"
        for known in tx.provider_links.of(link_id)
    ]
    payments = [_payment(paid) for paid in tx.payments.of(link_id)]
    told = [(one.at, f"{one.kind}{_of(one.amount)}: {one.word}") for one in tx.events.evidence(link_id)]
    done = [
        (deed.at, f"{deed.act} by {deed.person.chat} {deed.person.user}") for deed in tx.deeds.of(link_id)
    ]
    history = [f"  {at:%Y-%m-%d %H:%M:%S}  {what}" for at, what in sorted([*told, *done])]
    return list(map(plain, [_line(tx, link), *facts, *objects, *payments, *history]))


def _payment(paid: Payment) -> str:
    so_far = [f"{kind}{_of(paid.amounts[kind])}" for kind in EventKind if kind in paid.amounts]
    why = "reason" if stage(paid) in _FAILED else "what failed:"
    told = {"method": paid.method, "bank reference": paid.bank_reference, why: paid.reason}
    words = [f"{name} {value}" for name, value in told.items() if value]
    return ", ".join([f"  payment: {paid.provider_payment_id} {stage(paid)}", *so_far, *words])


def _of(amount: Money | None) -> str:
    return f" {_TEXTS.money(amount)}" if amount else ""


def _facts(link: Link) -> dict[str, str | None]:
    customer = link.customer
    known = (customer.name, customer.email, customer.phone, customer.country)
    return {
        "state": link.state + (f" ({link.closed})" if link.closed else ""),
        "creator": f"{link.creator.chat} {link.creator.user}",
        "customer": ", ".join(filter(None, known)),
        "description": link.description,
        "own reference": link.own_reference,
        "asks for": in_full(_TEXTS, terms_of(link)),
        "uses": str(link.uses or "any number") if link.uses != 1 else None,
        "details": ", ".join(f"{key} {value}" for key, value in link.details.items()),
        "expires": f"{link.expires_at:%Y-%m-%d %H:%M %Z}",
        "asked about next": f"{link.poll_at:%Y-%m-%d %H:%M %Z}" if link.poll_at else None,
        "trouble": str(dict(link.trouble)) if link.trouble else None,
    }
