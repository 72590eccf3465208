"""A call's body as the Bot API reads it: a form, a query, JSON, or a form with files.

https://core.telegram.org/bots/api#making-requests
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.telegram.answers import Refused, bad_request

_MOST_BYTES = 50 << 20  # https://core.telegram.org/bots/api#sending-files


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: texts (objects are JSON) and files, each by its name."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)


async def read_form(request: Request) -> Form:
    """All that a call brings; raises Refused."""
    try:
        return _read(request, await request.body())
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def _read(request: Request, body: bytes) -> Form:
    if len(body) > _MOST_BYTES:
        raise Refused(413)
    given = request.headers.get("content-type", "")
    kind = given.split(";")[0].strip().lower()
    query = dict(request.query_params)
    if not body:
        return Form(query)
    if kind == "application/json":
        return Form({**query, **_from_json(body)})
    if kind == "multipart/form-data":
        return _from_multipart(query, given, body)
    return Form({**query, **dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))})


def _from_json(body: bytes) -> dict[str, str]:
    try:
        given = json.loads(body)
    except json.JSONDecodeError:
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(given, dict):
        raise bad_request("Object expected as request body")
    present = {name: value for name, value in given.items() if value is not None}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in present.items()}


def _from_multipart(query: dict[str, str], content_type: str, body: bytes) -> Form:
    form = Form(dict(query))
    for part, content in _parts(content_type, body):
        name = str(part.get_param("name", header="content-disposition"))
        file_name = part.get_filename()
        if file_name is None:
            form.texts[name] = content.decode()
        else:
            form.files[name] = Upload(file_name, content, part.get_content_type())
    return form


def _parts(content_type: str, body: bytes) -> Iterator[tuple[EmailMessage, bytes]]:
    """Head and content of every part, the content untouched: https://www.rfc-editor.org/rfc/rfc2046#section-5.1."""
    boundary = _head(b"Content-Type: " + content_type.encode()).get_boundary("")
    delimiter = b"\r\n--" + boundary.encode()
    for part in (b"\r\n" + body).split(delimiter)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        yield _head(head.lstrip()), content


def _head(lines: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=HTTP).parsebytes(lines + b"\r\n\r\n", headersonly=True)
