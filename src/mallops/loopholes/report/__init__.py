"""What was found, for people and for programs: text, JSON, SARIF, one HTML page, scenarios."""
