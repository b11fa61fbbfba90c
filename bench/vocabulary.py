"""Which kinds, channels and activities does the generated log hold, and how often does each kind of person do what?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SLOTS = 4096  # a draw is one look-up at a random slot, so shares are exact to 1/4096

# kind: (weights for a watcher, a follower, an endorser, a talker, a maker, a leader; its channels)
WEB, SOCIAL, TALK, SHOP = ("web", "app", "search"), ("mastodon", "video"), ("forum", "chat", "git"), ("web", "store")
KINDS: dict[str, tuple[tuple[float, ...], tuple[str, ...]]] = {
    "visited": ((30, 22, 16, 14, 12, 8), WEB),
    "opened": ((14, 14, 9, 7, 6, 4), ("email",)),
    "clicked": ((8, 9, 7, 5, 4, 3), ("email", "web")),
    "read": ((14, 12, 9, 9, 8, 5), WEB),
    "subscribed": ((0.6, 1.5, 0.8, 0.6, 0.4, 0.3), ("email", "web")),
    "unsubscribed": ((0.5, 0.5, 0.3, 0.2, 0.1, 0.1), ("email",)),
    "followed": ((0.4, 1.6, 1.0, 0.7, 0.4, 0.3), SOCIAL),
    "unfollowed": ((0.2, 0.3, 0.2, 0.1, 0.1, 0.1), SOCIAL),
    "joined": ((0.1, 0.4, 0.4, 0.6, 0.6, 0.6), ("forum", "chat")),
    "left": ((0.1, 0.1, 0.1, 0.2, 0.2, 0.1), ("forum", "chat")),
    "liked": ((1, 5, 14, 8, 6, 5), SOCIAL),
    "shared": ((0.2, 1, 8, 4, 3, 4), SOCIAL),
    "recommended": ((0.1, 0.4, 2, 1.5, 1.5, 2), SOCIAL),
    "posted": ((0.3, 0.8, 2, 11, 10, 10), TALK),
    "replied": ((0.2, 0.6, 2, 14, 14, 16), TALK),
    "asked": ((0.4, 0.8, 1.5, 6, 3, 2), TALK),
    "purchased": ((0.6, 1.2, 1.5, 1.6, 1.6, 1.6), SHOP),
    "donated": ((0.1, 0.2, 0.4, 0.5, 0.8, 1.0), ("web",)),
    "attended": ((0.1, 0.4, 0.8, 1.5, 3.5, 4), ("event",)),
    "contributed": ((0, 0.05, 0.2, 1.5, 9, 8), ("git",)),
    "reviewed": ((0, 0.05, 0.2, 0.8, 4, 5), ("git", "web")),
    "organised": ((0, 0, 0, 0.02, 0.3, 4), ("event",)),
    "mentored": ((0, 0, 0, 0.02, 0.4, 5), ("chat", "event")),
    "recruited": ((0, 0, 0.02, 0.05, 0.3, 3), ("forum", "event")),
    "emailed": ((24, 20, 16, 10, 8, 6), ("email",)),
    "responded": ((1, 1.5, 2, 5, 5, 5), (*TALK, "phone")),
    "invited": ((0.5, 1, 1.5, 1.5, 1.5, 1.5), ("email", "phone")),
    "thanked": ((0.1, 0.2, 0.4, 0.6, 1, 1.5), ("email", "chat")),
}
PERSONAS = (0.46, 0.26, 0.13, 0.10, 0.04, 0.01)  # share of people, watcher first
NAMES = tuple(KINDS)
CHANNELS = tuple(dict.fromkeys(channel for _, channels in KINDS.values() for channel in channels))
OUT = ("emailed", "responded", "invited", "thanked")
AMONG = ("replied", "mentored", "recruited")  # half of them between two people
PRICED = ("purchased", "donated")
ON_SCREEN = ("web", "app", "search", "email", "mastodon", "video", "forum", "chat")
DEVICES = ("web", "mobile", "other")
ACTIVITIES = tuple(
    f"{name} {number}" for name in ("newsletter", "meetup", "launch", "webinar") for number in range(1, 13)
)

Slots = npt.NDArray[np.int16]


def slots(weights: npt.ArrayLike) -> Slots:
    """Return SLOTS positions, each weight's position as often as its share says (largest remainders take the rest)."""
    exact = np.asarray(weights, np.float64)
    exact = exact / exact.sum() * SLOTS
    counts = np.floor(exact).astype(np.int64)
    counts[np.argsort(counts - exact, kind="stable")[: SLOTS - counts.sum()]] += 1
    return np.repeat(np.arange(len(counts), dtype=np.int16), counts)


def kind_slots() -> npt.NDArray[np.int16]:
    """Return (persona, slot) → position in NAMES."""
    return np.stack([slots([weights[persona] for weights, _ in KINDS.values()]) for persona in range(len(PERSONAS))])


def channel_slots() -> npt.NDArray[np.int16]:
    """Return (kind, slot) → position in CHANNELS."""
    return np.stack([slots([float(name in channels) for name in CHANNELS]) for _, channels in KINDS.values()])
