"""Customer pages: a redirect to the provider while a link can be paid, else a page about its state.

No script, and nothing from elsewhere but the merchant's logo. A GET changes nothing: robots open links, too.
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from html import escape
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.delivery.customer_page import Onward, Page, Situation
from bot.timing import timed

Find = Callable[[str], Awaitable[Onward | Page]]  # what there is at a token

_STATUS: Mapping[Situation, int] = {
    Situation.CANCELLED: 410,
    Situation.EXPIRED: 410,
    Situation.FAILED: 410,
    Situation.UNKNOWN: 404,
    Situation.BUSY: 503,
}  # all others are 200: they may change, or are as they were meant to be
# What is over by itself, usually in seconds: the browser asks again, as there is no script that could.
_PASSING = frozenset({Situation.PREPARED, Situation.BUSY})
_ASK_AGAIN: Mapping[str, str] = {"Refresh": "10"}
_STYLE = """
:root { color-scheme: light dark; --ground: #f3f5f8; --card: #fff; --ink: #14202e; --soft: #56657a; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0c1320; --card: #151f2f; --ink: #eef2f8; --soft: #a3b1c6; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main {
  max-width: 27rem; min-height: 100vh; margin: 0 auto; padding: 2rem 1.25rem;
  background: var(--card); overflow-wrap: anywhere;
}
@media (min-width: 30rem) { main { min-height: 0; margin-top: 3rem; padding: 2rem; border-radius: 1rem; } }
img { display: block; max-width: 10rem; max-height: 4rem; margin-bottom: .75rem; }
h1 { margin: .25rem 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 .75rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .375rem 1rem; margin: 1.5rem 0; }
dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.soft, dt { color: var(--soft); }
"""
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - {merchant}</title>
<style>{style}</style>
</head>
<body>
<main>
<p class="soft" dir="auto">{logo}{merchant}</p>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""


def customer_pages(find: Find, logo_url: str | None = None) -> Route:
    """GET and HEAD of /p/{token}."""
    headers = _headers(logo_url)

    async def answer(request: Request) -> Response:
        with timed("request.answered", written=False, source="customer", status=500) as facts:
            response = _response(await find(request.path_params["token"]), headers, logo_url)
            facts["status"] = response.status_code
            return response

    return Route("/p/{token:path}", answer, methods=["GET"])


def _response(found: Onward | Page, headers: Mapping[str, str], logo_url: str | None) -> Response:
    if isinstance(found, Onward):
        return RedirectResponse(found.url, 303, headers)
    again = _ASK_AGAIN if found.situation in _PASSING else {}
    return HTMLResponse(drawn(found, logo_url), _STATUS.get(found.situation, 200), {**headers, **again})


def drawn(page: Page, logo_url: str | None = None) -> str:
    """The page as HTML; the logo has no alt text, since the merchant's name is below it."""
    rows = [f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in page.rows]
    table = ["<dl>", *rows, "</dl>"] if rows else []
    content = [*_paragraphs(page.lines), *table, *_paragraphs(page.notes)]
    return _PAGE.format(
        language=escape(page.language),
        title=escape(page.title),
        logo=f'<img src="{escape(logo_url)}" alt="">' if logo_url else "",
        merchant=escape(page.merchant),
        style=_STYLE,
        content="\n".join(content),
    )


def _paragraphs(texts: Sequence[str]) -> list[str]:
    return [f'<p dir="auto">{escape(text)}</p>' for text in texts]


def _headers(logo_url: str | None) -> dict[str, str]:
    digest = b64encode(sha256(_STYLE.encode()).digest()).decode()
    policy = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]
    policy.append(f"style-src 'sha256-{digest}'")
    if logo_url:
        parts = urlsplit(logo_url)
        policy.append(f"img-src {parts.scheme}://{parts.netloc}")
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
    }
