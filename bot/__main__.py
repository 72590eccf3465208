"""The `paylink` command. Each sub-command is imported when it is called, so that `--help` stays instant."""

import gc
from importlib import import_module

import click

# Name -> module with a click command `command`, and its line in the help.
COMMANDS = {
    "serve": ("bot.commands.serve", "Run the service: web and workers in one process."),
    "demo": ("bot.commands.demo", "Run everything on this machine against stand-ins, with no account."),
    "sandbox": ("bot.commands.sandbox", "Run only the stand-ins for chats and backends."),
    "check": ("bot.commands.check", "Try every setting and every credential."),
    "connect": ("bot.commands.connect", "Tell a backend where its webhooks go, or how to tell it."),
    "manifest": ("bot.commands.manifest", "Print the manifest that Slack makes the app from."),
    "parse": ("bot.commands.parse", "Show what a one-line command would be understood as."),
    "db": ("bot.commands.db", "Migrate the database, or copy it."),
    "links": ("bot.commands.links", "Show links, cancel one, have its backend asked again."),
    "inbox": ("bot.commands.inbox", "Show what is stuck on its way in, replay or drop it."),
    "outbox": ("bot.commands.outbox", "Show what is owed to the chats, owe it again or drop it."),
    "invite": ("bot.commands.invite", "Make a link that admits somebody, or a group, in Telegram."),
    "revoke": ("bot.commands.revoke", "Refuse somebody in Telegram, or make an invitation useless."),
}


class _Lazy(click.Group):
    """A group that knows its commands by name only."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Lazy)
@click.version_option(package_name="paylink")
def main() -> None:
    """Payment links from chat: Slack, Telegram, and the truth about the money in the thread."""


def run() -> None:
    """In a process of its own: what is imported stays; to look for garbage in it is a sixth of the time.

    Nor is it looked for at the end, where everything goes.
    """
    gc.disable()
    try:
        main()
    except OSError as error:
        import_module("bot.commands._output").end_if_unwritten(error)
        raise
    finally:
        gc.freeze()


if __name__ == "__main__":
    run()
