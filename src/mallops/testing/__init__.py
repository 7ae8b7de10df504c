"""For tests of mallops and of what is built on it: naive twins and Hypothesis strategies."""
