"""Points as a ledger: earned, held, spent, expired, returned and clawed back, never lost."""
