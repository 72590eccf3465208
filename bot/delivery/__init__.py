"""Messages to the chats: what they say, and when they must still be sent."""
