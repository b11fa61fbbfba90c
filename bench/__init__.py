"""Measurements: a log of any size, and the level history in plain SQL to hold the kernel against."""
