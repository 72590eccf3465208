"""A stand-in for Telegram: the Bot API, and the people who talk to the bot."""
