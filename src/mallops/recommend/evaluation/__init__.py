"""Whether recommendations are any good: judged over time, compared, tried out on people."""
