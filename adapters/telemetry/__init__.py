"""Metrics and traces, read off the log lines."""
