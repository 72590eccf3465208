"""The hosted payment page: what a customer sees. A link in, a page out; every value is escaped."""

from pathlib import Path

from starlette.responses import HTMLResponse

from sandbox.costplus.answers import MERCHANT_NAME
from sandbox.costplus.cards import TEST_CARDS
from sandbox.costplus.records import MOST_ATTEMPTS, Order, PaymentLink
from sandbox.costplus.validation import ACTIVE_METHODS
from sandbox.hosted import answer, escaped, fill, moment
from sandbox.hosted.cards import card_fields, grouped
from sandbox.money import in_figures  # by ISO 4217, as here

_PAGES = Path(__file__).parent / "pages"
_PROVIDER = "Cost+"
LABELS = {
    "credit-card": "Card",
    "apple-pay": "Apple Pay",
    "google-pay": "Google Pay",
    "vipps-mobilepay": "Vipps MobilePay",
}


def methods_of(link: PaymentLink) -> list[str]:
    """What can be paid with: the project's methods, or those of them that the link names."""
    named = link.request.get("payment_methods") or ACTIVE_METHODS
    return [method for method in LABELS if method in named]


def form(link: PaymentLink, alert: str = "", method: str = "", status: int = 200) -> HTMLResponse:
    """The page to choose a method on; `alert` says why the last try failed, `method` stays unfolded."""
    methods = methods_of(link)
    unfolded = method if method in methods else methods[0]
    values = {
        **_head(link),
        "alert": f'<p class="alert" role="alert">{escaped(alert)}</p>' if alert else "",
        "methods": "\n".join(_method(one, link, is_open=one == unfolded) for one in methods),
        "left": _left(link),
        "expires": moment(link.expires_at),
        "cards": "\n".join(_card_row(number) for number in TEST_CARDS),
    }
    return answer(f"Pay {MERCHANT_NAME}", fill(_PAGES / "form.html", values), _PROVIDER, status)


def step(link: PaymentLink, order: Order) -> HTMLResponse:
    """The second step of an attempt: the payer's bank, or app, asks."""
    name = "app.html" if order.step == "app" else "bank.html"
    method = LABELS.get(order.transactions[0].method, "")
    values = {**_head(link), "order": order.id, "method": escaped(method), "password": escaped(order.step)}
    return answer("Confirm the payment", fill(_PAGES / name, values), _PROVIDER)


def receipt(link: PaymentLink, order: Order) -> HTMLResponse:
    """Shown to who has just paid."""
    facts = {
        "Date": moment(order.completed or order.created),
        "Reference": link.reference,
        "Paid with": LABELS.get(order.transactions[0].method, ""),
        "Payment": order.id,
    }
    values = {
        **_head(link),
        "amount": escaped(in_figures(order.amount, link.currency)),
        "facts": "\n".join(f"<dt>{name}</dt><dd>{escaped(fact)}</dd>" for name, fact in facts.items()),
    }
    return answer("Payment successful", fill(_PAGES / "receipt.html", values), _PROVIDER)


def processing(link: PaymentLink, status: int = 200) -> HTMLResponse:
    message = "Your payment is being processed. There is nothing to do: do not pay a second time."
    return _notice(link, "Payment in progress", message, status)


def paid(link: PaymentLink, status: int) -> HTMLResponse:
    message = "Nothing more is to be paid here. If you did not make the payment, ask who sent you the link."
    return _notice(link, "This link has been paid", message, status)


def expired(link: PaymentLink) -> HTMLResponse:
    message = (
        f"It could be used until {moment(link.expires_at)}. "
        f"If you still want to pay, ask {MERCHANT_NAME} for a new link."
    )
    return _notice(link, "This link has expired", message, 410)


def used_up(link: PaymentLink) -> HTMLResponse:
    message = (
        f"Nothing was paid in {MOST_ATTEMPTS} attempts, and there can be no more. "
        f"If you still want to pay, ask {MERCHANT_NAME} for a new link."
    )
    return _notice(link, "Too many attempts", message, 410)


def unknown() -> HTMLResponse:
    """For an address that belongs to no link."""
    message = "There is no payment link at this address. Check that it was copied in full."
    return answer("No such link", f"<h2>No such link</h2>\n<p>{message}</p>", _PROVIDER, 404)


def _notice(link: PaymentLink, heading: str, message: str, status: int) -> HTMLResponse:
    values = {**_head(link), "heading": escaped(heading), "message": escaped(message)}
    return answer(heading, fill(_PAGES / "notice.html", values), _PROVIDER, status)


def _head(link: PaymentLink) -> dict[str, str]:
    """What stands on top of every page of a link."""
    about = link.request.get("description")
    return {
        "merchant": escaped(MERCHANT_NAME),
        "amount": escaped(in_figures(link.amount, link.currency)),
        "about": f'<p class="about" dir="auto">{escaped(about)}</p>' if about else "",
        "reference": f"<dl><dt>Reference</dt><dd>{escaped(link.reference)}</dd></dl>",
    }


def _method(method: str, link: PaymentLink, *, is_open: bool) -> str:
    label = f"Pay {escaped(in_figures(link.amount, link.currency))} with {LABELS[method]}"
    values = {"method": method, "name": LABELS[method], "label": label, "open": "open" if is_open else ""}
    wallet = "wallet" if method in {"apple-pay", "google-pay"} else method
    inputs = card_fields() if method == "credit-card" else fill(_PAGES / f"{wallet}.html", values)
    return fill(_PAGES / "method.html", {**values, "inputs": inputs})


def _left(link: PaymentLink) -> str:
    if not link.orders:
        return ""
    left = link.attempts_left
    return f" You can try {left} more time{'s' if left > 1 else ''}."


def _card_row(number: str) -> str:
    return f"<tr><th>{escaped(TEST_CARDS[number].name)}</th><td>{grouped(number)}</td></tr>"
