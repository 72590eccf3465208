"""What the world tells us: stored before it is acknowledged, applied after."""
