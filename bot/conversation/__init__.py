"""The conversation about a new link: the form, the one-line command, the dialogue."""
