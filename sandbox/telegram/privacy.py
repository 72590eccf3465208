"""What of a group's talk reaches the bot: https://core.telegram.org/bots/features#privacy-mode."""

from sandbox.telegram.chats import Message
from sandbox.telegram.people import BOT, Settings
from sandbox.telegram.units import cut_units


def bot_sees(message: Message, settings: Settings) -> bool:
    """Whether a person's message reaches the bot.

    In groups, with privacy mode: commands (not those for another bot), replies to the bot, and what was
    sent by its inline mode. An administrator sees everything.
    """
    chat = message.chat
    if not chat.has_bot:
        return False
    if not chat.is_group or chat.bot_status == "administrator" or not settings.privacy or message.via_bot:
        return True
    if message.reply_to is not None and message.reply_to.sender is BOT:
        return True
    entities = message.content.entities
    if not entities or (entities[0]["type"], entities[0]["offset"]) != ("bot_command", 0):
        return False
    _, _, addressee = cut_units(message.content.text, 0, entities[0]["length"]).partition("@")
    return addressee.lower() in {"", BOT.username}
