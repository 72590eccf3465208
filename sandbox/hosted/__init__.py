"""What every hosted payment page has: a frame around its content, and answers that no frame may show."""

import html
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

_HERE = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}


def answer(title: str, content: str, provider: str, status: int = 200) -> HTMLResponse:
    """A whole page; `content` is HTML, `provider` whose page it stands in for."""
    values = {"title": escaped(title), "style": text_of(_HERE / "style.css"), "provider": escaped(provider)}
    return HTMLResponse(fill(_HERE / "layout.html", {**values, "content": content}), status, HEADERS)


def fill(template: Path, values: dict[str, str]) -> str:
    """A file with `$name` places; raises KeyError for a place without a value."""
    return Template(text_of(template)).substitute(values)


def escaped(text: str) -> str:
    """Text as it may stand in HTML, in attributes, too."""
    return html.escape(text, quote=True)


def moment(at: datetime) -> str:
    """As it is shown to a payer."""
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")
