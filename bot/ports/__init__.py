"""What the product asks of the world: protocols, and the records they exchange."""
