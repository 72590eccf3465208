"""A customer as others may see them: recognisable, but with no way to write or call."""

from bot.ports.model import Customer


def in_full(customer: Customer) -> str:
    """Everything that is known, for the creator of the link."""
    return _joined(customer.name, customer.email, customer.phone)


def masked(customer: Customer) -> str:
    """The same where others can read it; the name only if nothing else is known."""
    email = masked_email(customer.email) if customer.email else None
    phone = masked_phone(customer.phone) if customer.phone else None
    initial = f"{customer.name[:1]}…" if customer.name else None
    return _joined(email, phone) or _joined(initial)


def masked_email(email: str) -> str:
    """`j…@example.com`."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def masked_phone(phone: str) -> str:
    """`+49…78`."""
    return f"{phone[:3]}…{phone[-2:]}"


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
