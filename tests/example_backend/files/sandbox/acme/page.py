"""The hosted page of a tab: GET shows, POST pays. A GET never changes anything."""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.acme.ledger import MILLS, Ledger, Tab
from sandbox.clock import Clock
from sandbox.hosted import HEADERS, answer, escaped
from sandbox.hosted.cards import CardRefused, card_fields, read_card
from sandbox.money import in_figures

CARDS = {"4242424242424242": None, "4000000000000002": "Your bank declined the payment."}  # number -> why not
_NOTICES = {
    "settled": ("Payment successful", 200),
    "withdrawn": ("This link was withdrawn", 410),
    "lapsed": ("This link has expired", 410),
}


class HostedPage:
    """Serves `/t/{tab}` from a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def routes(self) -> list[Route]:
        return [
            Route("/t/{tab}", self._show, methods=["GET"]),
            Route("/t/{tab}", self._pay, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        tab = self._ledger.find(request.path_params["tab"])
        return self._page(tab) if tab else _answer("There is no such link", "", 404)

    async def _pay(self, request: Request) -> Response:
        tab = self._ledger.find(request.path_params["tab"])
        if tab is None or tab.state(self._clock.now()) != "awaiting":
            return await self._show(request)
        fields = dict(parse_qsl((await request.body()).decode(errors="replace")))
        try:
            why = CARDS[read_card(fields, CARDS, self._clock.now()).number]
        except CardRefused as refused:
            return self._page(tab, str(refused), 422)
        self._ledger.charge(tab, why)
        return self._page(tab, why, 402) if why else RedirectResponse(request.url.path, 303, HEADERS)

    def _page(self, tab: Tab, alert: str = "", status: int = 200) -> Response:
        asked = tab.asked
        figures = escaped(in_figures(asked["mills"] // MILLS[asked["currency"]], asked["currency"]))
        about = f'<p class="amount">{figures}</p>\n<p dir="auto">{escaped(asked.get("note", ""))}</p>'
        state = tab.state(self._clock.now())
        if state in _NOTICES:
            return _answer(_NOTICES[state][0], about, _NOTICES[state][1])
        said = f'<p class="alert" role="alert">{escaped(alert)}</p>' if alert else ""
        button = f'<button class="wide" type="submit">Pay {figures}</button>'
        return _answer("Your tab", f'{about}{said}<form method="post">{card_fields()}{button}</form>', status)


def _answer(heading: str, content: str, status: int) -> Response:
    return answer(heading, f"<h1>{heading}</h1>\n{content}", "Acme Pay", status)
