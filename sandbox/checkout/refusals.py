"""How the API says no: mostly without a body, and always with the request's id."""

from starlette.responses import JSONResponse, Response

from sandbox.checkout.ids import new_id


class Refused(Exception):
    """The request is answered with this instead."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def empty(status: int) -> Response:
    """How most refusals look: no body, only the request's id."""
    return Response(status_code=status, headers={"Cko-Request-Id": new_id("req")})


def unprocessable(codes: list[str], error_type: str = "request_invalid") -> Response:
    """A 422 with all codes of the request."""
    request_id = new_id("req")
    body = {"request_id": request_id, "error_type": error_type, "error_codes": codes}
    return JSONResponse(body, 422, {"Cko-Request-Id": request_id})
