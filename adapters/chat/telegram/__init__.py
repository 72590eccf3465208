"""Telegram: `/paylink`, one message that is edited from question to question and becomes the card."""
