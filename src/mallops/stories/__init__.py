"""Stories: what customers did, when, and what each step owed them."""
