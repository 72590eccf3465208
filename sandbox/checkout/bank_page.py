"""Where a payer approves: the issuer's 3DS page, and the bank of an asynchronous method. Pure."""

from sandbox.checkout.ledger import PaymentLink
from sandbox.checkout.methods import METHODS
from sandbox.checkout.page_parts import amount_of, facts, fill, merchant_of, page
from sandbox.checkout.payments import Payment, Waiting
from sandbox.hosted import escaped

_BUTTONS = {"accept": "Approve", "fail": "Give a wrong code", "cancel": "Cancel"}


def ask(link: PaymentLink, payment: Payment, action: str) -> str:
    """The page that asks; its form answers `accept`, `cancel` or, where cardholders confirm, `fail`."""
    is_challenge = payment.waiting is Waiting.AUTHENTICATION
    heading = "Confirm that it is you" if is_challenge else "Approve this payment"
    source = payment.source
    paid_with = (
        f"{source['scheme'].title()} ending in {source['last_4']}"
        if is_challenge
        else METHODS[source["type"]].label
    )
    content = fill(
        "bank.html",
        {
            "bank": "Sandbox Bank, 3-D Secure" if is_challenge else "Sandbox Bank",
            "heading": heading,
            "amount": amount_of(payment.amount, payment.currency),
            "facts": facts({"To": merchant_of(link), "For": payment.description, "With": paid_with}),
            "action": escaped(action),
            "buttons": "\n".join(
                f'<button class="{answer}" name="answer" value="{answer}">{label}</button>'
                for answer, label in _BUTTONS.items()
                if is_challenge or answer != "fail"
            ),
        },
    )
    return page(f"{heading} \N{EN DASH} Sandbox Bank", content, link, kind="bank")
