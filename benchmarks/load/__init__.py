"""Many checkouts at once on PostgreSQL, with and without workers and servers that die."""
