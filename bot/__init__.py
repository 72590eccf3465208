"""What a payment link is, and how people talk about it. No vendor, no SQL, no HTTP."""
