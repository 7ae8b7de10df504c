"""What a rulebook costs over many carts, and what changes when it becomes another."""
