"""Our command line, as far as it can be tried without doing anything."""

from collections.abc import Sequence

import click

from bot.__main__ import main


def parsed(words: Sequence[str]) -> click.Context:
    """What our command line makes of these words; raises click.UsageError."""
    context, command = click.Context(main), main
    rest = list(words)
    while isinstance(command, click.Group) and rest and (found := command.get_command(context, rest[0])):
        command, rest = found, rest[1:]  # type: ignore[assignment]
        if isinstance(command, click.Group):
            context = click.Context(command, parent=context)
    return command.make_context("paylink", rest, parent=context)
