"""Foreign text, made unable to change what stands around it."""

import re

# https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings and the two sections after it.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_JOINER = "\N{WORD JOINER}"  # takes no room and parts no word
# At the edge of a word a chat takes these for a style, a mention or a command; inside of one it does not.
# A masked address (`j…@example.com`) is left as it is: that it mentions nobody is up to its chat.
_MARKS = re.compile(rf"(?<![\w{_JOINER}])[*_~`]+|[*_~`]+(?![\w{_JOINER}])|(?<![\w…{_JOINER}])[@/](?=\w)")
_WORD = re.compile(r"\S+")


def harmless(text: str) -> str:
    """The same to read, without characters that turn, style or link anything; addresses stay whole."""
    return _WORD.sub(_joined, _DIRECTIONS.sub("", text))


def _joined(word: re.Match[str]) -> str:
    if word[0].startswith(("https://", "http://")):
        return word[0]
    return _MARKS.sub(f"{_JOINER}\\g<0>{_JOINER}", word[0])
