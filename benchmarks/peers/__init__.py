"""Other promotion engines beside mallops: the same carts, the same rules, and what each charges.

`python -m benchmarks.peers` runs them all in turns, each in a process of its own.
"""
