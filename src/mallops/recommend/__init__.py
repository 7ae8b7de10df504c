"""What to recommend, and why: scores that add up, rules that are kept, figures to trust."""
