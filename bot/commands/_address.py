"""Whether the public address leads to this service, for `paylink check`."""

from html import escape

import httpx

from bot.delivery.customer_page import Page

_NOBODYS = "0" * 32  # a token that no link has
OK, WRONG, LATER = "ok", "WRONG", "later"
_ONCE = "Try again once `paylink serve` runs, and from a machine that reaches PAYLINK_PUBLIC_URL."


async def tried(client: httpx.AsyncClient, public_url: str, nobodys: Page) -> tuple[str, str]:
    """The result, and a line about it. `nobodys`: the page of an unknown link.

    No answer proves nothing against the address: the service may not be running yet.
    """
    address = f"{public_url}/p/"
    try:
        answer = await client.get(f"{address}{_NOBODYS}")
    except httpx.HTTPError as error:
        return LATER, f"{address} does not answer ({type(error).__name__}). {_ONCE}"
    if answer.is_server_error:
        return LATER, f"{address} is not served now ({answer.status_code}). {_ONCE}"
    if f"<title>{escape(nobodys.title)} - {escape(nobodys.merchant)}</title>" in answer.text:
        return OK, f"{address} leads to this service"
    return WRONG, (
        f"{address} is answered by something else ({answer.status_code}). Does the web server hand on /p/, "
        "and is PAYLINK_PUBLIC_URL this service's? Without it people are given the providers' own addresses."
    )
