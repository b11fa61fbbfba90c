"""Channels: what each marketing activity is worth, and which one drives which."""
