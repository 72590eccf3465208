"""The product's hands: each adapter speaks to one thing in the world, and knows no other."""
