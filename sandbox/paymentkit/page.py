"""The hosted checkout: what a customer sees. Pure: a session in, HTML out; every value is escaped."""

from pathlib import Path

from starlette.responses import HTMLResponse

from sandbox.hosted import answer, escaped, fill, moment
from sandbox.hosted.cards import grouped
from sandbox.money import in_figures
from sandbox.paymentkit.cards import TEST_CARDS
from sandbox.paymentkit.catalog import Item
from sandbox.paymentkit.records import Session

_PAGES = Path(__file__).parent / "pages"
_PROVIDER = "PaymentKit"
_LABELS = {  # what the button says where a method is only saved, and after the amount that is paid
    "apple_pay": ("Save Apple Pay (test)", "with Apple Pay (test)"),
    "credit_card": ("Save this card", "by card"),
}


def form(session: Session, alert: str = "", status: int = 200) -> HTMLResponse:
    """The page to pay on; `alert` says why the last attempt failed."""
    values = {
        "amount": _amount(session),
        "alert": f'<p class="alert" role="alert">{escaped(alert)}</p>' if alert else "",
        "items": "\n".join([*map(_line, session.items), *_discount(session)]),
        "cart": _cart_form(session),
        "methods": "\n".join(_method(name, session) for name in _LABELS if name in session.methods),
        "then": _then(session),
        "cancel": _cancel(session),
        "expires": moment(session.expires_at),
        "cards": "\n".join(_card_row(number) for number in TEST_CARDS),
    }
    return answer("Checkout", fill(_PAGES / "form.html", values), _PROVIDER, status)


def receipt(session: Session) -> HTMLResponse:
    """Shown after paying where no `success_url` leads away, and to who comes back."""
    heading = "Payment successful" if session.takes_money_now else "You are all set"
    facts = {"Payment": session.intent.id} if session.takes_money_now else {}
    values = {
        "heading": heading,
        "amount": _amount(session),
        "facts": "\n".join(_fact(name, fact) for name, fact in {**facts, "Checkout": session.id}.items()),
    }
    return answer(heading, fill(_PAGES / "receipt.html", values), _PROVIDER)


def already_paid() -> HTMLResponse:
    return _notice("This checkout is complete", "Nothing more is to be paid here.", 409)


def expired(session: Session) -> HTMLResponse:
    message = (
        f"It could be used until {moment(session.expires_at)}. "
        "To pay, open the link that you were sent once more: it begins a new checkout."
    )
    return _notice("This checkout has expired", message, 410)


def unknown() -> HTMLResponse:
    """For an address that belongs to no session."""
    message = "There is no checkout at this address. Check that it was copied in full."
    return _notice("No such checkout", message, 404)


def unavailable(status: int) -> HTMLResponse:
    """For a link that is inactive or does not exist: the same words for both, on purpose."""
    message = "It may have been withdrawn. If you still want to pay, ask who sent you the link."
    return _notice("This link is not available", message, status)


def too_many() -> HTMLResponse:
    return _notice("Please wait a moment", "This link was opened too often. Try again in a minute.", 429)


def _notice(heading: str, message: str, status: int) -> HTMLResponse:
    values = {"heading": escaped(heading), "message": escaped(message)}
    return answer(heading, fill(_PAGES / "notice.html", values), _PROVIDER, status)


def _line(item: Item) -> str:
    each = in_figures(item.price.unit_amount_atom, item.price.currency)
    every = f" / {item.price.billing_interval}" if item.price.billing_interval else ""
    times = f"{item.quantity:,} \N{MULTIPLICATION SIGN} {each}{every}"
    return f'<dt dir="auto">{escaped(item.name)}</dt><dd>{escaped(times)}</dd>'


def _discount(session: Session) -> list[str]:
    if not session.discount or not session.currency:
        return []
    return [f"<dt>Discount</dt><dd>\N{MINUS SIGN}{in_figures(session.discount, session.currency)}</dd>"]


def _cart_form(session: Session) -> str:
    if not session.request.get("allow_cart_edit"):
        return ""
    inputs = "\n".join(
        f'<div class="wide"><label for="quantity_{number}">Quantity of {escaped(item.name)}'
        f'</label><input id="quantity_{number}" name="quantity_{number}" inputmode="numeric" '
        f'value="{item.quantity}" required></div>'
        for number, item in enumerate(session.items)
    )
    return fill(_PAGES / "cart.html", {"inputs": inputs})


def _method(name: str, session: Session) -> str:
    saved, paid = _LABELS[name]
    label = f"Pay {_amount(session)} {paid}" if session.takes_money_now else saved
    return fill(_PAGES / f"{name}.html", {"label": label})


def _then(session: Session) -> str:
    """What a subscription goes on with, after what is due now."""
    if session.mode != "subscription" or session.currency is None:
        return ""
    price = next(item.price for item in session.items if item.price.is_recurring)
    count, interval = price.billing_interval_count, price.billing_interval
    every = interval if count == 1 else f"{count} {interval}s"
    trial = f"Free for {session.trial_days} days, then every" if session.trial_days else "Renewed every"
    return f'<p class="note">{trial} {every}, until you end it.</p>'


def _cancel(session: Session) -> str:
    back = session.request.get("return_url")
    return f'<p class="note"><a href="{escaped(back)}">Cancel and go back</a></p>' if back else ""


def _amount(session: Session) -> str:
    """What is due now; nothing where a payment method is only saved."""
    currency = session.currency
    if currency is None:
        return "Nothing to pay"
    return escaped(in_figures(session.total if session.takes_money_now else 0, currency))


def _fact(name: str, fact: str) -> str:
    return f"<dt>{name}</dt><dd>{escaped(fact)}</dd>"


def _card_row(number: str) -> str:
    verdict = TEST_CARDS[number]
    outcome = verdict.code.replace("_", " ") if verdict.advice else "accepted"
    return f"<tr><th>{escaped(outcome.capitalize())}</th><td>{grouped(number)}</td></tr>"
