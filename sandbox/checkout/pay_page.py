"""The hosted payment page: what a payer sees. Pure: a link in, HTML out."""

from collections.abc import Mapping
from typing import Any

from sandbox.checkout.cards import TEST_CARDS
from sandbox.checkout.ledger import PaymentLink
from sandbox.checkout.methods import CARD, METHODS, WALLETS
from sandbox.checkout.page_parts import (
    amount_of,
    facts,
    fill,
    merchant_of,
    page,
    paragraph,
)
from sandbox.checkout.payments import Payment
from sandbox.hosted import escaped, moment
from sandbox.hosted.cards import grouped

_LABELS = {CARD: "Card"} | WALLETS | {name: method.label for name, method in METHODS.items()}
_FAILED = {
    "Canceled": "You stopped the payment at your bank. Nothing was taken.",
    "Expired": "Your bank heard nothing from you in time. Nothing was taken.",
}
# The form's fields: label, and what helps a phone to fill them.
_FIELDS = {
    "card_number": ("Card number", 'inputmode="numeric" autocomplete="cc-number" maxlength="23"'),
    "expiry": ("Expiry date", 'inputmode="numeric" autocomplete="cc-exp" placeholder="MM/YY" maxlength="7"'),
    "cvv": ("Security code", 'inputmode="numeric" autocomplete="cc-csc" placeholder="CVV" maxlength="4"'),
}


def form(
    link: PaymentLink,
    action: str,
    methods: Mapping[str, str],
    *,
    alert: str = "",
    errors: Mapping[str, str],
    chosen: str = CARD,
) -> str:
    """The page to pay on; `alert` says why the last attempt failed, `errors` what is wrong with which field.

    `methods` are those to choose from with their labels.
    """
    if not methods:
        message = f"None of its ways to pay can be used here. Ask {merchant_of(link)} for another link."
        return _notice(link, "This link cannot be paid", message)
    chosen = chosen if chosen in methods else next(iter(methods))
    trouble = alert or ("Check what is marked below." if errors else "")
    content = fill(
        "form.html",
        {
            "merchant": escaped(merchant_of(link)),
            "amount": amount_of(link.amount, link.currency),
            "about": paragraph(link.request.get("description")) + _products(link),
            "reference": facts({"Reference": link.reference}),
            "alert": f'<p class="alert" role="alert">{escaped(trouble)}</p>' if trouble else "",
            "action": escaped(action),
            "methods": _methods(methods, chosen, errors.get("method")) if set(methods) != {CARD} else "",
            "card": _card(errors) if CARD in methods else "",
            "expires": moment(link.expires_on),
            "cards": fill("test_cards.html", {"rows": _card_rows()}) if CARD in methods else "",
        },
    )
    title = f"Pay {merchant_of(link)}"
    return page(f"Error: {title}" if trouble else title, content, link)


def receipt(link: PaymentLink, payment: Payment) -> str:
    """Shown to who has just paid."""
    back = link.request.get("return_url")
    merchant = escaped(merchant_of(link))
    content = fill(
        "receipt.html",
        {
            "merchant": merchant,
            "amount": amount_of(payment.captured or payment.authorised, payment.currency),
            "about": paragraph(link.request.get("description")),
            "facts": facts(
                {
                    "Date": moment(payment.requested_on),
                    "Reference": link.reference,
                    "Paid with": _source(payment.source),
                    "Payment": payment.id,
                }
            ),
            "back": f'<a class="button" href="{escaped(back)}">Return to {merchant}</a>' if back else "",
        },
    )
    return page("Payment successful", content, link)


def paid(link: PaymentLink) -> str:
    message = "Nothing more is to be paid here. If you did not make the payment, ask who sent you the link."
    return _notice(link, "This link has been paid", message)


def processing(link: PaymentLink) -> str:
    message = "You have approved it, and your bank is passing the money on. You can close this page."
    return _notice(link, "Your payment is being processed", message)


def expired(link: PaymentLink) -> str:
    message = (
        f"It could be used until {moment(link.expires_on)}. "
        f"If you still want to pay, ask {merchant_of(link)} for a new link."
    )
    return _notice(link, "This link has expired", message)


def used_up(link: PaymentLink) -> str:
    message = (
        f"It was tried as often as it can be, and nothing was taken. Ask {merchant_of(link)} for a new link."
    )
    return _notice(link, "This payment did not succeed", message)


def unknown() -> str:
    """For an address that belongs to no link."""
    message = "There is no payment link at this address. Check that it was copied in full."
    return page("No such link", f"<h1>No such link</h1>\n<p>{message}</p>")


def what_failed(payment: Payment | None) -> str:
    """What the payer is told of an attempt that came to nothing."""
    if payment is None or payment.failure is None:
        return ""
    advice = payment.actions[-1].verdict.advice
    return _FAILED.get(payment.failure) or advice or "This payment did not succeed. Try again."


def _notice(link: PaymentLink, heading: str, message: str) -> str:
    content = fill(
        "notice.html",
        {
            "merchant": escaped(merchant_of(link)),
            "heading": escaped(heading),
            "message": escaped(message),
            "reference": facts({"Reference": link.reference}),
        },
    )
    return page(heading, content, link)


def _products(link: PaymentLink) -> str:
    products: list[dict[str, Any]] = link.request.get("products") or []
    rows = "".join(f'<li dir="auto">{escaped(_product(product))}</li>' for product in products)
    return f'<ul class="products">{rows}</ul>' if rows else ""


def _product(product: Mapping[str, Any]) -> str:
    return f"{product['quantity']} \N{MULTIPLICATION SIGN} {product['name']}"


def _methods(methods: Mapping[str, str], chosen: str, error: str | None) -> str:
    choices = "\n".join(
        f'<label class="method"><input type="radio" name="method" value="{name}"'
        f"{' checked' if name == chosen else ''}>{escaped(label)}</label>"
        for name, label in methods.items()
    )
    wrong = f'<p class="error" id="method-error">{escaped(error)}</p>' if error else ""
    return fill("methods.html", {"choices": choices, "error": wrong})


def _card(errors: Mapping[str, str]) -> str:
    return fill("card.html", {name: _field(name, errors.get(name)) for name in _FIELDS})


def _field(name: str, error: str | None) -> str:
    label, helps = _FIELDS[name]
    wrong = f' aria-invalid="true" aria-describedby="{name}-error"' if error else ""
    told = f'\n<p class="error" id="{name}-error">{escaped(error)}</p>' if error else ""
    return f'<label for="{name}">{label}</label>\n<input id="{name}" name="{name}" {helps}{wrong}>{told}'


def _source(source: Mapping[str, Any]) -> str:
    last_4 = source.get("last_4")
    return f"{source['scheme'].title()} ending in {last_4}" if last_4 else _LABELS[source["type"]]


def _card_rows() -> str:
    return "\n".join(_card_row(number) for number in TEST_CARDS)


def _card_row(number: str) -> str:
    scheme, verdict = TEST_CARDS[number]
    outcome = "accepted" if verdict.approved else verdict.summary
    code = f'<span class="code">({verdict.code})</span>'
    label = f"{scheme.title()}: {escaped(outcome)} {code}"
    return f'<tr><th scope="row">{label}</th><td>{grouped(number)}</td></tr>'
