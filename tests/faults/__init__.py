"""Everything that goes wrong around a running service, and what must hold afterwards."""
