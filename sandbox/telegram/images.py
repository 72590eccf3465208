"""The size of a picture, read from its first bytes: PNG, GIF, JPEG, WebP."""

import struct

_START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_Size = tuple[int, int]


def read_size(content: bytes) -> tuple[str, _Size] | None:
    """The media type, width and height; None: it is no picture."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png", struct.unpack(">II", content[16:24])
        if content.startswith((b"GIF87a", b"GIF89a")):
            return "image/gif", struct.unpack("<HH", content[6:10])
        if content.startswith(b"\xff\xd8\xff"):
            return "image/jpeg", _jpeg(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return "image/webp", _webp(content)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg(content: bytes) -> _Size:
    """From one segment to the next, up to the one that begins the frame."""
    at = 2
    while content[at + 1] not in _START_OF_FRAME:
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    height, width = struct.unpack(">HH", content[at + 5 : at + 9])
    return width, height


def _webp(content: bytes) -> _Size:
    match content[12:16]:
        case b"VP8X":
            return (
                1 + int.from_bytes(content[24:27], "little"),
                1 + int.from_bytes(content[27:30], "little"),
            )
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case _:
            width, height = struct.unpack("<HH", content[26:30])
            return width & 0x3FFF, height & 0x3FFF
