"""What the mall sells: SKUs, listing, price entries, price strategies, completeness."""
