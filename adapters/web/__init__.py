"""What can be reached from outside: one ASGI application."""
