"""What customers' events give away while a mall runs, for what no rule can decide."""
