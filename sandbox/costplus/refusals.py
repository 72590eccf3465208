"""Refusals, in the two shapes that Cost+ documents: an object on the reference pages, a string in the FAQ.

Which `type` there are is not documented; those here are assumed, as is which refusal has which shape.
"""

from typing import Any

from starlette.responses import JSONResponse

from sandbox.options import Options

_NAMES = {  # status -> `type` of the object, class named by the string
    400: ("ValidationError", "BadRequest"),
    401: ("AuthenticationError", "Unauthorized"),
    403: ("PermissionError", "Forbidden"),
    404: ("NotFoundError", "NotFound"),
    405: ("MethodNotAllowedError", "MethodNotAllowed"),
    429: ("TooManyRequestsError", "TooManyRequests"),
    500: ("ServerError", "InternalServerError"),
    502: ("ConnectionError", "BadGateway"),
    503: ("ConnectionError", "ServiceUnavailable"),
    504: ("ConnectionError", "GatewayTimeout"),
}
_TEXTS = {
    401: "not authorised for this URL",
    403: "no access to an object of another project",
    404: "not found",
    405: "the method is not allowed for this URL",
}


class Refused(Exception):
    """The request is answered with a refusal instead; `as_string` in the FAQ's shape by default."""

    def __init__(
        self, status: int, text: str = "", path: str = "", about: str = "", *, as_string: bool = False
    ) -> None:
        super().__init__(text)
        self.status, self.text, self.path, self.about = status, text, path, about
        self.as_string = as_string or status == 401  # noqa: PLR2004 - HTTP

    def answer(self, options: Options, headers: dict[str, str] | None = None) -> JSONResponse:
        text = self.text or _TEXTS.get(self.status, "the request could not be handled")
        kind, exception = _NAMES.get(self.status, ("Error", "HTTPException"))
        as_string = {"documented": self.as_string, "object": False, "string": True}[options["errors"]]
        if as_string:
            body: dict[str, Any] = {"error": f"werkzeug.exceptions.{exception}", "message": text}
            return JSONResponse(body, self.status, headers)
        status = self.status if options["error_status"] == "number" else str(self.status)
        where = {"property_path": self.path, "property_description": self.about} if self.path else {}
        return JSONResponse(
            {"error": {"status": status, "type": kind, "value": text, **where}}, self.status, headers
        )
