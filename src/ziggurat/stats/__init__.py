"""Arithmetic: arrays or scalars in and out, no tables and no I/O."""
