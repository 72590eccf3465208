"""The file of settings. What is no line of one is a mistake: a typing error must not pass for a default."""

from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from bot.errors import ConfigurationError


def written_in(file: Path) -> dict[str, str]:
    """The settings as they stand in the file, none if there is none; raises ConfigurationError."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file}: is not written in UTF-8; save it so") from error
    except OSError as error:
        told = f"{file}: cannot be read ({error.strerror}); type the command as the user whose file it is"
        raise ConfigurationError(told) from error
    lines = list(parse_stream(StringIO(text)))
    if wrong := [line.original.line for line in lines if line.error]:
        raise ConfigurationError(*(f"{file}, line {number}: must be like NAME=value" for number in wrong))
    return {line.key: line.value for line in lines if line.key is not None and line.value is not None}
