"""From scores to a list: what may be on it, what operations staff want, and what it lacks."""
