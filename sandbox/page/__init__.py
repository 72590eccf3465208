"""The page at the sandbox's root: both chats, the customer's phone, and what happened between them."""
