"""Each adapter speaks to one thing outside, and knows no other."""
