"""How a request for money is collected: the form, the one-line command, the dialogue."""
