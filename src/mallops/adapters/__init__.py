"""Between mallops and what others keep or speak. `arrow` needs the extra of its name."""
