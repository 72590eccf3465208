"""What is read off the lines of the log: figures and traces."""
