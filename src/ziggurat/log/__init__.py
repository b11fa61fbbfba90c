"""The log: what came in, append-only, and the histories behind it."""
