"""Scores, one way a module: plain functions over a state."""
