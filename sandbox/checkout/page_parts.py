"""What the payer's pages are put together from. Every value that is not a part itself is escaped."""

from collections.abc import Mapping
from pathlib import Path

from sandbox import hosted
from sandbox.checkout.amounts import in_figures
from sandbox.checkout.ledger import PaymentLink
from sandbox.hosted import escaped, text_of

_PAGES = Path(__file__).parent / "pages"
_RIGHT_TO_LEFT = {"ar"}


def page(title: str, content: str, link: PaymentLink | None = None, kind: str = "shop") -> str:
    """A whole page; of the link's locale only the direction is taken, the words stay English."""
    locale = link.request.get("locale") if link else None
    values = {
        "direction": "rtl" if locale in _RIGHT_TO_LEFT else "ltr",
        "title": escaped(title),
        "style": text_of(_PAGES / "style.css"),
        "kind": kind,
        "content": content,
    }
    return fill("layout.html", values)


def fill(name: str, values: dict[str, str]) -> str:
    """A template of `pages/` with its `$names` replaced by finished parts."""
    return hosted.fill(_PAGES / name, values)


def amount_of(amount: int, currency: str) -> str:
    return escaped(in_figures(amount, currency))


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
