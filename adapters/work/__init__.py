"""How wakes are run."""
