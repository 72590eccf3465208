"""The hosted payment page: what a payer sees. A link in, a page out; every value is escaped."""

from pathlib import Path

from starlette.responses import HTMLResponse

from sandbox.eximpe import testdata
from sandbox.eximpe.amounts import in_figures
from sandbox.eximpe.payments import Payment, PaymentLink
from sandbox.hosted import answer, escaped, fill, moment
from sandbox.hosted.cards import grouped

MERCHANT = "Sandbar"  # a link carries no name of the merchant: it is the account's

_PAGES = Path(__file__).parent / "pages"
_PROVIDER = "EximPe's"
_METHODS = {"UPI": "UPI", "CARD": "Card", "NET_BANKING": "Net banking"}


def form(
    link: PaymentLink, action: str, alert: str = "", method: str = "", status: int = 200
) -> HTMLResponse:
    """The page to choose a method on; `alert` says why the last try failed, `method` stays unfolded."""
    unfolded = method if method in _METHODS else "UPI"
    values = {
        **_head(link),
        "alert": f'<p class="alert" role="alert">{escaped(alert)}</p>' if alert else "",
        "action": escaped(action),
        "expires": moment(link.expires_at),
        "cards": "\n".join(_card_row(number) for number in testdata.CARDS),
        "card_expiry": testdata.EXPIRY,
        "otp": testdata.OTP,
        "vpas": " or ".join(testdata.VPAS),
        "bank_user": testdata.BANK_USER,
        "bank_password": testdata.BANK_PASSWORD,
        **{f"open_{name}": "open" if name == unfolded else "" for name in _METHODS},
    }
    return answer(f"Pay {MERCHANT}", fill(_PAGES / "form.html", values), _PROVIDER, status)


def approval(link: PaymentLink, payment: Payment, action: str) -> HTMLResponse:
    """The second step: the payer's bank, or UPI app, asks."""
    values = {**_head(link), "action": escaped(action), "payment": payment.id, "otp": testdata.OTP}
    page = "approve_upi.html" if payment.method == "UPI" else "approve_bank.html"
    return answer("Approve the payment", fill(_PAGES / page, values), _PROVIDER)


def receipt(link: PaymentLink, payment: Payment) -> HTMLResponse:
    """Shown to who has just paid."""
    facts = {
        "Date": moment(payment.completed_at or payment.created_at),
        "Reference": link.reference,
        "Invoice": link.request["invoice"]["number"],
        "Paid by": _METHODS.get(payment.method or "", ""),
        "Payment": payment.id,
    }
    values = {
        **_head(link),
        "amount": escaped(in_figures(payment.amount)),
        "facts": "\n".join(f"<dt>{name}</dt><dd>{escaped(fact)}</dd>" for name, fact in facts.items()),
    }
    return answer("Payment successful", fill(_PAGES / "receipt.html", values), _PROVIDER)


def paid(link: PaymentLink, status: int) -> HTMLResponse:
    message = "Nothing more is to be paid here. If you did not make the payment, ask who sent you the link."
    return _notice(link, "This link has been paid", message, status)


def expired(link: PaymentLink) -> HTMLResponse:
    message = (
        f"It could be used until {moment(link.expires_at)}. "
        f"If you still want to pay, ask {MERCHANT} for a new link."
    )
    return _notice(link, "Expired", message, 410)


def inactive(link: PaymentLink) -> HTMLResponse:
    message = f"{MERCHANT} has withdrawn this link. If you still want to pay, ask for a new one."
    return _notice(link, "Inactive", message, 410)


def unknown() -> HTMLResponse:
    """For an address that belongs to no link."""
    message = "There is no payment link at this address. Check that it was copied in full."
    return answer("No such link", f"<h2>No such link</h2>\n<p>{message}</p>", _PROVIDER, 404)


def _notice(link: PaymentLink, heading: str, message: str, status: int) -> HTMLResponse:
    values = {**_head(link), "heading": escaped(heading), "message": escaped(message)}
    return answer(heading, fill(_PAGES / "notice.html", values), _PROVIDER, status)


def _head(link: PaymentLink) -> dict[str, str]:
    """What stands on top of every page of a link."""
    product = link.request["product"]
    about = "<br>".join(escaped(product[name]) for name in ("name", "description") if product.get(name))
    return {
        "merchant": escaped(MERCHANT),
        "amount": escaped(in_figures(link.amount)),
        "about": f'<p class="about" dir="auto">{about}</p>',
        "reference": f"<dl><dt>Reference</dt><dd>{escaped(link.reference)}</dd></dl>",
    }


def _card_row(number: str) -> str:
    name = escaped(testdata.CARDS[number])
    return f"<tr><th>{name}</th><td>{grouped(number)}</td><td>{testdata.cvv_of(number)}</td></tr>"
