"""The hosted payment page: what a payer sees. Pure: a link in, HTML out; every value is escaped."""

import html
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Template

from sandbox.checkout.amounts import in_figures
from sandbox.checkout.cards import TEST_CARDS
from sandbox.checkout.ledger import PaymentLink
from sandbox.checkout.payments import Payment

_PAGES = Path(__file__).parent / "pages"
_GROUP = 4


def form(link: PaymentLink, action: str, alert: str = "") -> str:
    """The page to pay on; `alert` says why the last attempt failed."""
    content = _fill(
        "form.html",
        {
            "merchant": _escaped(merchant_of(link)),
            "amount": _amount(link.amount, link.currency),
            "description": _paragraph(link.request.get("description")),
            "reference": _reference(link),
            "alert": f'<p class="alert" role="alert">{_escaped(alert)}</p>' if alert else "",
            "action": _escaped(action),
            "expires": _moment(link.expires_on),
            "cards": "\n".join(_card_row(number) for number in TEST_CARDS),
        },
    )
    return _page(f"Pay {merchant_of(link)}", content)


def receipt(link: PaymentLink, payment: Payment) -> str:
    """Shown once to who has just paid."""
    last_4 = payment.source.get("last_4")
    facts = {
        "Date": _moment(payment.requested_on),
        "Reference": link.reference,
        "Card": f"{payment.source['scheme'].title()} ending in {last_4}" if last_4 else None,
        "Payment": payment.id,
    }
    back = link.request.get("return_url")
    content = _fill(
        "receipt.html",
        {
            "merchant": _escaped(merchant_of(link)),
            "amount": _amount(payment.captured or payment.authorised, payment.currency),
            "description": _paragraph(link.request.get("description")),
            "facts": "\n".join(_fact(name, fact) for name, fact in facts.items() if fact),
            "back": f'<a class="button" href="{_escaped(back)}">Return to {_escaped(merchant_of(link))}</a>'
            if back
            else "",
        },
    )
    return _page("Payment successful", content)


def paid(link: PaymentLink) -> str:
    message = "Nothing more is to be paid here. If you did not make the payment, ask who sent you the link."
    return _notice(link, "This link has been paid", message)


def expired(link: PaymentLink) -> str:
    message = (
        f"It could be used until {_moment(link.expires_on)}. "
        f"If you still want to pay, ask {merchant_of(link)} for a new link."
    )
    return _notice(link, "This link has expired", message)


def unknown() -> str:
    """For an address that belongs to no link."""
    message = "There is no payment link at this address. Check that it was copied in full."
    return _page("No such link", f"<h2>No such link</h2>\n<p>{message}</p>")


def merchant_of(link: PaymentLink) -> str:
    name: str = link.request.get("display_name") or "Sandbox Merchant"
    return name


def _notice(link: PaymentLink, heading: str, message: str) -> str:
    content = _fill(
        "notice.html",
        {
            "merchant": _escaped(merchant_of(link)),
            "heading": _escaped(heading),
            "message": _escaped(message),
            "reference": _reference(link),
        },
    )
    return _page(heading, content)


def _page(title: str, content: str) -> str:
    style = _text("style.css")
    return _fill("layout.html", {"title": _escaped(title), "style": style, "content": content})


def _fill(name: str, values: dict[str, str]) -> str:
    return Template(_text(name)).substitute(values)


@cache
def _text(name: str) -> str:
    return (_PAGES / name).read_text(encoding="utf-8")


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)


def _amount(amount: int, currency: str) -> str:
    return _escaped(in_figures(amount, currency))


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _paragraph(text: str | None) -> str:
    return f'<p class="about" dir="auto">{_escaped(text)}</p>' if text else ""


def _fact(name: str, fact: str) -> str:
    return f"<dt>{name}</dt><dd>{_escaped(fact)}</dd>"


def _reference(link: PaymentLink) -> str:
    return f"<dl>{_fact('Reference', link.reference)}</dl>" if link.reference else ""


def _card_row(number: str) -> str:
    scheme, verdict = TEST_CARDS[number]
    groups = " ".join(number[start : start + _GROUP] for start in range(0, len(number), _GROUP))
    outcome = "accepted" if verdict.approved else verdict.summary
    return f"<tr><th>{scheme.title()}: {_escaped(outcome)}</th><td>{groups}</td></tr>"
