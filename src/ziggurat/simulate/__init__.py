"""A seeded community whose truth is known: for demonstrations, for tests of what is estimated, and for benches."""

from ziggurat.simulate.community import Community, Customers, Organisation
from ziggurat.simulate.run import Simulated, simulate

__all__ = ["Community", "Customers", "Organisation", "Simulated", "simulate"]
