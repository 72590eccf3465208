"""The hosted pages: what a payer sees. Pure: a link or a checkout in, HTML out; every value is escaped."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from starlette.responses import HTMLResponse

from sandbox.hosted import answer, escaped, fill
from sandbox.yabetoo.catalog import Catalog, Price
from sandbox.yabetoo.money import in_figures
from sandbox.yabetoo.payer import ADDRESSES
from sandbox.yabetoo.records import Attempt, Item, Link, Session
from sandbox.yabetoo.telephones import DELAYED_S, OPERATORS, TEST_NUMBERS, Reaction

_PAGES = Path(__file__).parent / "pages"
_PROVIDER = "YabetooPay"
_VERBS = {"auto": "Pay", "pay": "Pay", "book": "Book", "donate": "Donate"}
_ADVICE = {
    "APPROVAL_REJECTED": "You declined the payment on your phone. Try again, or use another number.",
    "PAYER_NOT_FOUND": "There is no mobile money account with this number. Check it and try again.",
    "EXPIRED": "You did not confirm in time. Try again and enter your PIN when your phone asks for it.",
    "TIMEOUT": "You did not confirm in time. Try again and enter your PIN when your phone asks for it.",
}
_CLOSED = {  # status -> heading, message
    "inactive": (
        "This link is not active",
        "It was switched off. If you still want to pay, ask who sent it.",
    ),
    "expired": ("This link has expired", "Its time is over. If you still want to pay, ask who sent it."),
    "exhausted": (
        "This link has been used",
        "It was paid as often as it can be. Nothing more is to be paid here.",
    ),
}


def form(link: Link, typed: Mapping[str, str], alert: str = "", status: int = 200) -> HTMLResponse:
    """The page to pay on; `typed` is what the payer wrote before, `alert` why that failed."""
    cancel = link.fields.get("cancelUrl")
    values = {
        "name": escaped(link.fields["name"]),
        "amount": _amount(link),
        "description": _paragraph("about", link.fields.get("description")),
        "items": f"<dl>{''.join(map(_line, link.items))}</dl>" if link.items else "",
        "alert": f'<p class="alert" role="alert">{escaped(alert)}</p>' if alert else "",
        "session": escaped(typed.get("session", "")),
        "choices": "\n".join(_choices(link, typed)),
        "email": escaped(typed.get("email", "")),
        "msisdn": escaped(typed.get("msisdn", "")),
        "label": _label(link),
        "message": _paragraph("note", link.fields.get("submitMessage")),
        "cancel": f'<p class="note"><a href="{escaped(cancel)}">Cancel and go back</a></p>' if cancel else "",
        "operators": OPERATORS,
        "numbers": "\n".join(_number_row(*one) for one in TEST_NUMBERS.items()),
    }
    return answer(link.fields["name"], fill(_PAGES / "form.html", values), _PROVIDER, status)


def checkout(session: Session, now: datetime, link_url: str, next_url: str | None) -> HTMLResponse:
    """A checkout that was begun: waiting for the phone, paid, or failed."""
    attempt, link = session.attempts[-1], session.link
    figures = in_figures(0 if link.is_trial else session.amount, link.currency)
    if session.completed_at:
        values = {
            "amount": figures,
            "name": escaped(link.fields["name"]),
            "order": session.order_id,
            "next": f'<a class="button" href="{escaped(next_url)}">Continue</a>' if next_url else "",
        }
        return answer("Payment successful", fill(_PAGES / "receipt.html", values), _PROVIDER)
    if attempt.status == "pending":
        left = max(int((attempt.until - now).total_seconds()), 0)
        values = {"amount": figures, "msisdn": escaped(f"+{attempt.msisdn}"), "left": str(left)}
        return answer("Confirm on your phone", fill(_PAGES / "prompt.html", values), _PROVIDER)
    again = f'<a class="button" href="{escaped(link_url)}">Try again</a>'
    return _notice("Payment not completed", advice(attempt), 402, again)


def advice(attempt: Attempt) -> str:
    """What a payer is told about a failure."""
    usual = "The payment did not go through. Try again, or use another number."
    return _ADVICE.get(attempt.failure_code or "", usual)


def closed(link: Link, status: str) -> HTMLResponse:
    heading, message = _CLOSED[status]
    return _notice(heading, f"{link.fields['name']}: {message}", 410)


def catalogue(catalog: Catalog) -> HTMLResponse:
    """What the dashboard lists: each price by its id."""
    rows = "".join(_price_row(catalog, price) for price in catalog.prices.values())
    return _notice("Products and prices", "What this account sells, by the ids of the prices.", 200, rows)


def _price_row(catalog: Catalog, price: Price) -> str:
    name = catalog.products[price.product_id].name
    off = "" if price.active else ", not active"
    terms = f"{in_figures(price.amount, price.currency)} {price.cadence}".rstrip() + off
    return f"<p><strong>{escaped(name)}</strong>: {escaped(terms)}<br><code>{escaped(price.id)}</code></p>"


def unknown() -> HTMLResponse:
    message = "There is no payment page at this address. Check that it was copied in full."
    return _notice("Page not found", message, 404)


def _notice(heading: str, message: str, status: int, more: str = "") -> HTMLResponse:
    values = {"heading": escaped(heading), "message": escaped(message), "more": more}
    return answer(heading, fill(_PAGES / "notice.html", values), _PROVIDER, status)


def _amount(link: Link) -> str:
    if link.total is not None:
        return in_figures(link.total, link.currency)
    least, most = link.fields.get("minAmount"), link.fields.get("maxAmount")
    ends = []
    if least:
        ends.append(f"from {in_figures(least, link.currency)}")
    if most:
        ends.append(f"up to {in_figures(most, link.currency)}")
    text = " ".join(ends)
    return text[0].upper() + text[1:]


def _label(link: Link) -> str:
    if link.is_trial:
        return "Start free trial"
    verb = _VERBS[link.fields.get("submitType") or "auto"]
    fixed = link.total is not None and not any(item.can_change for item in link.items)
    return f"{verb} {in_figures(link.total or 0, link.currency)}" if fixed else verb


def _line(item: Item) -> str:
    each = in_figures(item.unit_amount, item.price.currency) if item.price else "free"
    every = f" {item.price.cadence}" if item.price and item.price.cadence else ""
    count = "optional," if item.is_optional else f"{item.quantity} \N{MULTIPLICATION SIGN}"
    times = f"{count} {each}{every}"
    return f'<dt dir="auto">{escaped(item.name)}</dt><dd>{escaped(times)}</dd>'


def _choices(link: Link, typed: Mapping[str, str]) -> list[str]:
    """What else this link asks for: an amount, quantities, addresses."""
    asked = []
    if link.is_variable:
        suggested = [in_figures(one, link.currency) for one in link.fields.get("suggestedAmounts") or []]
        hint = f" ({', '.join(suggested)}, or another)" if suggested else ""
        asked.append(_input("amount", f"Amount in {link.currency}{hint}", typed, 'inputmode="decimal"'))
    for number, item in enumerate(link.items):
        if item.can_change:
            usual = {f"quantity_{number}": str(0 if item.is_optional else item.quantity), **typed}
            asked.append(
                _input(f"quantity_{number}", f"Quantity of {item.name}", usual, 'inputmode="numeric"')
            )
    asked += [
        _input(name, label, typed, 'maxlength="200"')
        for name, label in ADDRESSES.items()
        if link.fields.get(name)
    ]
    return asked


def _input(name: str, label: str, typed: Mapping[str, str], attributes: str) -> str:
    value = escaped(typed.get(name, ""))
    return (
        f'<div class="wide"><label for="{name}">{escaped(label)}</label>'
        f'<input id="{name}" name="{name}" value="{value}" {attributes} required></div>'
    )


def _paragraph(kind: str, text: str | None) -> str:
    return f'<p class="{kind}" dir="auto">{escaped(text)}</p>' if text else ""


def _number_row(msisdn: str, reaction: Reaction) -> str:
    after = f", after {DELAYED_S} s" if reaction.after_s == DELAYED_S else ""
    outcome = "Accepted" if reaction.status == "succeeded" else (reaction.code or "").replace("_", " ")
    return f"<tr><th>{escaped(outcome.capitalize() + after)}</th><td>+{msisdn}</td></tr>"
