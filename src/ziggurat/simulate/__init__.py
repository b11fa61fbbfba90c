"""A seeded community whose truth is known: for the demonstration, for tests of what is estimated, and for benchmarks."""

from ziggurat.simulate.community import Community, Customers, Organisation
from ziggurat.simulate.run import Simulated, simulate

__all__ = ["Community", "Customers", "Organisation", "Simulated", "simulate"]
