"""Lists: `page` from 1 and `limit` (10, at most 100), in the envelope of the day."""

from math import ceil
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.yabetoo.refusals import Problem, invalid

JSON = dict[str, Any]

_LISTED, _MOST_LISTED = 10, 100


def listed(found: list[JSON], request: Request, envelope: str) -> JSONResponse:
    """A page of what was found; `envelope` is a choice of the option `list`. Raises Refused."""
    page = _number(request, "page", 1, None)
    limit = _number(request, "limit", _LISTED, _MOST_LISTED)
    shown, last = found[(page - 1) * limit : page * limit], max(ceil(len(found) / limit), 1)
    answers: dict[str, Any] = {
        "meta": {"object": "list", "data": shown, "meta": _meta(len(found), limit, page, last)},
        "pages": {
            "data": shown,
            "meta": {"total": len(found), "page": page, "limit": limit, "pages": last},
        },
        "bare": shown,
        "intro": {"status": "success", "data": shown, "message": "OK"},
    }
    return JSONResponse(answers[envelope])


def _meta(total: int, limit: int, page: int, last: int) -> JSON:
    return {
        "total": total,
        "perPage": limit,
        "currentPage": page,
        "lastPage": last,
        "firstPage": 1,
        "firstPageUrl": "/?page=1",
        "lastPageUrl": f"/?page={last}",
        "nextPageUrl": f"/?page={page + 1}" if page < last else None,
        "previousPageUrl": f"/?page={page - 1}" if page > 1 else None,
    }


def _number(request: Request, name: str, usual: int, most: int | None) -> int:
    given = request.query_params.get(name, str(usual))
    if given.isascii() and given.isdecimal() and 1 <= int(given) <= (most or int(given)):
        return int(given)
    size = f"from 1 to {most}" if most else "1 or more"
    raise invalid([Problem(name, "number", f"The {name} field must be a number, {size}")])
