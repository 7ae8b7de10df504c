"""The worst cart for a goal, searched for on the engine itself, within bounds that are told."""
