"""Where the bytes of files come in and go out.

Source: https://docs.slack.dev/reference/methods/files.getUploadURLExternal ("raw bytes or multipart form
encoded") and https://docs.slack.dev/reference/objects/file-object (`url_private` asks for a token).
"""

from email import message_from_bytes
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from sandbox.slack.files import File
from sandbox.slack.identity import TEAM_DOMAIN, TEAM_ID
from sandbox.slack.workspace import Workspace

_HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}


class FilePages:
    """The upload address, the private addresses, and one without a token for the sandbox's own page."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def upload(self, request: Request) -> Response:
        """Answer `POST /upload/v1/{ticket}`: exactly as many bytes as were announced, once."""
        file = self._workspace.files.expected_by(request.path_params["ticket"])
        if file is None:
            return PlainTextResponse("no upload is expected here", HTTPStatus.NOT_FOUND)
        content = _content(request.headers.get("content-type", ""), await request.body())
        if len(content) != file.size:
            told = f"{len(content)} bytes came, {file.size} were announced"
            return PlainTextResponse(told, HTTPStatus.BAD_REQUEST)
        file.content = content
        return PlainTextResponse(f"OK - {file.size}")

    async def private(self, request: Request) -> Response:
        """Answer `GET /files-pri/{team}-{id}/{name}`: without a good token, Slack's sign-in page."""
        file = self._workspace.files.find(request.path_params["id"].removeprefix(f"{TEAM_ID}-"))
        installation = self._workspace.installation
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token or token != installation.token or not installation.has("files:read"):
            return RedirectResponse(f"https://{TEAM_DOMAIN}.slack.com/", HTTPStatus.FOUND)
        return _download(file)

    async def seen(self, request: Request) -> Response:
        """Answer `GET /files-seen/{id}/{ticket}`: what people see in the channel."""
        file = self._workspace.files.find(request.path_params["id"])
        return _download(file if file and file.ticket == request.path_params["ticket"] else None)


def _download(file: File | None) -> Response:
    if file is None or not file.content:
        return PlainTextResponse("no such file", HTTPStatus.NOT_FOUND)
    return Response(file.content, media_type=file.mimetype, headers=_HEADERS)


def _content(content_type: str, body: bytes) -> bytes:
    """The body itself, or the first part of a form that has a file's name."""
    if not content_type.startswith("multipart/form-data"):
        return body
    form = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    for part in form.walk():
        content = part.get_payload(decode=True)
        if part.get_filename() and isinstance(content, bytes):
            return content
    return b""
