"""What is a workspace of a simulated community told in its `ziggurat.toml`?"""

from __future__ import annotations

from typing import Any

from ziggurat.simulate.words import OURS

NAME = "Fernhill"
TARGETS = {"chat": 2.0, "phone": 1.0, "forum": 24.0, "email": 24.0, "*": 48.0}  # hours


def settings() -> dict[str, Any]:
    """Return the settings, as TOML would read them."""
    return {
        "name": NAME,
        "currency": "EUR",
        "ladders": ("six-level", "five-level", "community"),
        "staff": {"domains": (OURS,), "rules": ({"trait": "role", "values": ("staff",)},)},
        "activities": {
            "Welcome mail": {"triggered": True},
            "Picks *": {"tailored": "person"},
            "Offer *": {"tailored": "segment"},
            "Trial *": {"tailored": "test"},
        },
        "targets": dict(TARGETS),
        "languages": {"*": "en"},
        "rates": {"hour": 20.0, "referred": 40.0},
    }
