"""What flows are put together of: one module an axis, with all that moves along it."""
