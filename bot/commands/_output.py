"""Output that cannot be written, for example to a full disk. A closed pipe is handled by click."""

import errno
import os
import sys

import click

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def end_if_unwritten(error: OSError) -> None:
    """End with one line if writing the output has failed: the error names no file, as any other would."""
    if error.filename or error.errno not in _NO_ROOM:
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries the rest at the end
    told = f"Error: cannot write the output: {error.strerror}. Make room, or write it elsewhere."
    click.echo(told, err=True)
    sys.exit(1)
