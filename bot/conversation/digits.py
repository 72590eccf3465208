"""Text as typed, with its digits and the marks between them in one spelling; everything else stays.

Other scripts' digits become 0 to 9, their separators and fullwidth forms a comma or a dot, every kind of
apostrophe between digits one, every hard space between digits one. Nothing changes its place.
"""

import re
import unicodedata

SPACE = "\N{NARROW NO-BREAK SPACE}"  # stands for every space that groups digits
_MARKS = str.maketrans(
    {
        **{chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},  # fullwidth letters and marks
        "\N{ARABIC DECIMAL SEPARATOR}": ".",
        "\N{ARABIC THOUSANDS SEPARATOR}": ",",
        "\N{ARABIC COMMA}": ",",
        "\N{REVERSED COMMA}": ",",
        "\N{SMALL HYPHEN-MINUS}": "-",
        "\N{FULLWIDTH POUND SIGN}": "\N{POUND SIGN}",
        "\N{FULLWIDTH YEN SIGN}": "\N{YEN SIGN}",
        "\N{FULLWIDTH WON SIGN}": "\N{WON SIGN}",
    }
)
_APOSTROPHES = (
    "'`\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
    "\N{MODIFIER LETTER APOSTROPHE}\N{ACUTE ACCENT}"
)
_HARD_SPACES = "\N{NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}\N{NARROW NO-BREAK SPACE}"
# What telephones, address books and web pages put around and into what is copied: a soft hyphen, what parts
# and joins without a width, directions. Joiners stay: emoji and Persian need them.
_INVISIBLE = dict.fromkeys(
    (0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
_APOSTROPHE_BETWEEN = re.compile(f"(?<=[0-9])[{_APOSTROPHES}](?=[0-9])")
_SPACE_BETWEEN = re.compile(f"(?<=[0-9])[{_HARD_SPACES}](?=[0-9])")
_SOFT = re.compile(f"[^\\S{_HARD_SPACES}]+|[{_HARD_SPACES}]+(?![0-9])|(?<![0-9])[{_HARD_SPACES}]+")


def words_of(text: str) -> list[tuple[str, str]]:
    """Each word twice: as typed, without characters that nobody sees, and in the one spelling.

    A hard space between two digits parts no words.
    """
    text = text.translate(_INVISIBLE)
    spelled = _spelled(text)
    edges = [0]
    for gap in _SOFT.finditer(spelled):
        edges += [gap.start(), gap.end()]
    edges.append(len(text))
    spans = zip(edges[::2], edges[1::2], strict=True)
    words = [(text[start:end], spelled[start:end]) for start, end in spans if start < end]
    return [(typed, typed if _mixes_scripts(typed) else alike) for typed, alike in words]


def mark_of(separator: str) -> str:
    """What groups digits or begins a fraction, in the one spelling."""
    if separator.isspace():
        return SPACE
    return "'" if separator in _APOSTROPHES else separator.translate(_MARKS)


def without_accents(text: str) -> str:
    """Letters without the marks above and below them."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(each for each in apart if not unicodedata.combining(each))


def _spelled(text: str) -> str:
    """As long as the text: every character keeps its place."""
    ascii_digits = text if text.isascii() else "".join(map(_digit, text)).translate(_MARKS)
    return _SPACE_BETWEEN.sub(SPACE, _APOSTROPHE_BETWEEN.sub("'", ascii_digits))


def _mixes_scripts(word: str) -> bool:
    """Digits of two scripts in one numeral mean nothing that anybody would write: it stays as typed."""
    if word.isascii():
        return False
    zeros = {ord(c) - unicodedata.decimal(c) for c in word if unicodedata.decimal(c, None) is not None}
    return len(zeros) > 1


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
