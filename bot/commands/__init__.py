"""One file per command of `paylink`, with bootstrap's rights: a command may know everybody."""
