"""What each side gives and gets: the ledger, effort, and what is to be expected of a relationship."""
