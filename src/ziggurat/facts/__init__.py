"""What interactions mean: each meaning once, between people and the studies; `docs/facts.md` says them in words."""
