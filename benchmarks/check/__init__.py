"""How long the full check of a rulebook takes, how it grows, and what it finds in that time."""
