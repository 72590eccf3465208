"""What a command prints and cannot be written, as to a full disk. A pipe that is closed is click's."""

import errno
import os
import sys

import click

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def end_if_unwritten(error: OSError) -> None:
    """End with one line if that is what went wrong. Nobody opened a file by its name, so it is the output."""
    if error.filename or error.errno not in _NO_ROOM:
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries the rest at the end
    told = f"Error: cannot write the output: {error.strerror}. Make room, or write it elsewhere."
    click.echo(told, err=True)
    sys.exit(1)
