"""What the world can reach: one ASGI application."""
