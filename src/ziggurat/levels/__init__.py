"""Ladders: declare, history, moves, pace."""
