"""`page` and `page_size`: one page of a list, with the addresses of its neighbours."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.requests import Request

from sandbox.eximpe import envelope
from sandbox.eximpe.envelope import Refused

_DEFAULT_SIZE = 10
_LARGEST_SIZE = 100  # assumed
Item = TypeVar("Item")


def page_of(request: Request, items: Sequence[Item], shown: Callable[[Item], Any]) -> dict[str, Any]:
    """{count, next, previous, results}; raises Refused for a page that there is not."""
    page = _whole(request, "page", 1)
    size = _whole(request, "page_size", _DEFAULT_SIZE)
    if size > _LARGEST_SIZE:
        raise Refused(envelope.INVALID, {"page_size": f"At most {_LARGEST_SIZE}."})
    first, last = (page - 1) * size, max(-(-len(items) // size), 1)
    if page > last:
        raise Refused(envelope.NOT_FOUND, {"page": "Invalid page."})
    return {
        "count": len(items),
        "next": _address(request, page + 1) if page < last else None,
        "previous": _address(request, page - 1) if page > 1 else None,
        "results": [shown(item) for item in items[first : first + size]],
    }


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise Refused(envelope.INVALID, {name: "A whole number, 1 or more, is required."})
    return int(text)


def _address(request: Request, page: int) -> str:
    return str(request.url.include_query_params(page=page))
