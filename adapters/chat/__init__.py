"""A folder per chat. None knows another, and none knows a backend."""
