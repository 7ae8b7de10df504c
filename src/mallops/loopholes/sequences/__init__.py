"""Sequences of orders, returns and waiting that pay, found on the engine of stories itself."""
