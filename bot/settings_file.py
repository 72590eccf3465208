"""The `.env` file. An unreadable line is a mistake: a typing error must not pass for a default."""

from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from bot.errors import ConfigurationError

_WAY_OUT = "type the command in the folder of your settings, as the user whose file it is"
FILE = Path(".env")  # in the folder where the command is typed


def place_of(file: Path) -> str:
    """The file as an operator finds it, wherever the command was typed."""
    try:
        return str(file.absolute())
    except FileNotFoundError:  # somebody has removed the folder
        return str(file)


def written_in(file: Path) -> dict[str, str]:
    """The settings as they stand in the file, none if there is none; raises ConfigurationError."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{place_of(file)}: is not written in UTF-8; save it so") from error
    except OSError as error:
        told = f"{place_of(file)}: cannot be read ({error.strerror}); {_WAY_OUT}"
        raise ConfigurationError(told) from error
    lines = list(parse_stream(StringIO(text)))
    if wrong := [line.original.line for line in lines if line.error]:
        place = place_of(file)
        raise ConfigurationError(*(f"{place}, line {number}: must be like NAME=value" for number in wrong))
    return {line.key: line.value for line in lines if line.key is not None and line.value is not None}
