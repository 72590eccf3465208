"""What we owe the threads: what is said, and when it is still to be said."""
