"""What the payer's pages are put together from. Every value that is not a part itself is escaped."""

import html
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Template

from sandbox.checkout.amounts import in_figures
from sandbox.checkout.ledger import PaymentLink

_PAGES = Path(__file__).parent / "pages"
_RIGHT_TO_LEFT = {"ar"}


def page(title: str, content: str, link: PaymentLink | None = None, kind: str = "shop") -> str:
    """A whole page; of the link's locale only the direction is taken, the words stay English."""
    locale = link.request.get("locale") if link else None
    values = {
        "direction": "rtl" if locale in _RIGHT_TO_LEFT else "ltr",
        "title": escaped(title),
        "style": _text("style.css"),
        "kind": kind,
        "content": content,
    }
    return fill("layout.html", values)


def fill(name: str, values: Mapping[str, str]) -> str:
    """A template of `pages/` with its `$names` replaced by finished parts."""
    return Template(_text(name)).substitute(values)


def escaped(text: str) -> str:
    return html.escape(text, quote=True)


def amount_of(amount: int, currency: str) -> str:
    return escaped(in_figures(amount, currency))


def moment_of(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def merchant_of(link: PaymentLink) -> str:
    name: str = link.request.get("display_name") or "Sandbox Merchant"
    return name


def facts(named: Mapping[str, str | None]) -> str:
    """A list of what is known; nothing at all where nothing is."""
    rows = "\n".join(
        f'<div><dt>{name}</dt><dd dir="auto">{escaped(fact)}</dd></div>'
        for name, fact in named.items()
        if fact
    )
    return f"<dl>\n{rows}\n</dl>" if rows else ""


def paragraph(text: str | None) -> str:
    return f'<p class="about" dir="auto">{escaped(text)}</p>' if text else ""


@cache
def _text(name: str) -> str:
    return (_PAGES / name).read_text(encoding="utf-8")
