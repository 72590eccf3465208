"""Many sales on many processes that are killed again and again: `make soak`."""
