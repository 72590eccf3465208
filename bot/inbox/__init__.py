"""What comes in: stored before it is acknowledged, applied afterwards."""
