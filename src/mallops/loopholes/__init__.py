"""Ways to abuse a rulebook, found before a customer finds them."""
