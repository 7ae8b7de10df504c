"""Between mallops and what other systems speak. Each module needs the extra of its name."""
