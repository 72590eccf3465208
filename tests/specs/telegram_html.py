"""Telegram's HTML as Telegram reads it, only stricter: what it would overlook is a fault here.

https://core.telegram.org/bots/api#html-style
"""

import re
from html import unescape

from tests.specs.rendered import Rendered

_TOKEN = re.compile(
    r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);"
    r"|<(?P<end>/?)(?P<tag>[a-z-]+)(?P<attributes>(?:\s+[a-z-]+=\"[^\"<>]*\")*)\s*>"
    r"|(?P<stray>[<>&])"
)
_HREF = re.compile(r'href="([^"]*)"')
_TAGS = frozenset("a b strong i em u ins s strike del code pre blockquote tg-spoiler tg-emoji span".split())
# Without any markup: `find_mentions` and `find_bot_commands` in
# https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp (addresses are not looked for).
_MENTION = re.compile(r"(?<!\w)@([A-Za-z0-9_]{4,32})(?!\w)")
_COMMAND = re.compile(r"(?<![\w/<>])/([A-Za-z0-9_]{1,64})(?![\w/<>])")


def read(source: str) -> Rendered:
    """The words, and the links behind words; tags that do not match are faults."""
    words, active, faults = [], [], []
    opened: list[str] = []
    at = 0
    for token in _TOKEN.finditer(source):
        words.append(source[at : token.start()])
        at = token.end()
        if token["stray"]:
            faults.append(f"unescaped {token['stray']!r}")
            words.append(token["stray"])
        elif token["tag"] is None:
            words.append(unescape(token[0]))
        elif token["tag"] not in _TAGS:
            faults.append(f"no tag of Telegram's: {token['tag']}")
        elif token["end"]:
            if not opened or opened.pop() != token["tag"]:
                faults.append(f"</{token['tag']}> ends nothing")
        else:
            opened.append(token["tag"])
            active += [unescape(address) for address in _HREF.findall(token["attributes"])]
    words.append(source[at:])
    faults += [f"<{tag}> does not end" for tag in opened]
    return Rendered("".join(words), tuple(active), tuple(faults))


def found_in_words(words: str) -> list[str]:
    """The mentions and commands that Telegram finds in plain text by itself."""
    return [found[0] for pattern in (_MENTION, _COMMAND) for found in pattern.finditer(words)]
