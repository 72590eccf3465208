"""Slack: `/paylink`, a form, a card in the channel and its thread."""
