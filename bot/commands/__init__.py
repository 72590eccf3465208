"""One file per command of `paylink`, with the rights of bootstrap: a command may import everything."""
