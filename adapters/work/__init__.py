"""Runs wakes: in this process (SQLite), or in any of several by procrastinate (PostgreSQL)."""
