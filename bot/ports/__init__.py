"""What the product needs from outside: protocols, and the records that they exchange."""
