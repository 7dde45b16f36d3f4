"""The ledger: what must be true after every step, kept from events alone."""
