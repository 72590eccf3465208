"""`paylink manifest`: the Slack app, to be made by pasting. Calls nobody, and needs no settings."""

import json

import click

from adapters.chat.slack.manifest import manifest
from bot.settings_table import FORMS

_OVER_HTTP = "PAYLINK_SLACK_BOT_TOKEN and PAYLINK_SLACK_SIGNING_SECRET."
_BY_SOCKET = "PAYLINK_SLACK_BOT_TOKEN and PAYLINK_SLACK_APP_TOKEN (app-level, with connections:write)."


def _address(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    is_good, must_be = FORMS["PUBLIC_URL"]
    if value is not None and not is_good(value):
        raise click.BadParameter(must_be)
    return value


@click.command()
@click.option("--url", callback=_address, help="Where Slack reaches the service; else for Socket Mode.")
def command(url: str | None) -> None:
    """Print the manifest of the Slack app, as JSON; what to do with it goes to the standard error."""
    click.echo(json.dumps(manifest(url), indent=2))
    how, names = ("over HTTP", _OVER_HTTP) if url else ("in Socket Mode", _BY_SOCKET)
    click.echo(
        f"An app that Slack reaches {how}. Paste it at https://api.slack.com/apps (Create New App, From a "
        f"manifest), install the app, and set {names}",
        err=True,
    )
