"""Who buys, how often, until when, and for how much? BG/NBD and gamma-gamma, so that a fit can be held to the truth.

Sources: Fader, Hardie and Lee (2005), Marketing Science 24(2); Fader and Hardie (2013), "The Gamma-Gamma Model of
Monetary Value". What campaigns trigger comes on top, and is told apart in `campaigns.triggered`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ziggurat.base.instant import DAY
from ziggurat.simulate.community import Community
from ziggurat.simulate.draws import SECOND, Flags, Floats, Ints, pick, stream
from ziggurat.simulate.people import People
from ziggurat.simulate.rows import Rows
from ziggurat.simulate.words import CHANNELS

RATE = (0.9, 32.0)  # gamma shape and days: repeat purchases a day, 0.028 on average
DROPOUT = (0.8, 6.0)  # beta: chance to be gone after a repeat purchase
SPEND = (6.0, 4.0, 15.0)  # gamma-gamma p, q, and gamma in euros: 30 on average
REFUNDED = 0.02
STORE = 0.7  # share bought there, the others on the web


@dataclass(frozen=True)
class Buyers:
    """Arrays by person. ever: whether she buys at all; rate: repeat purchases a day; dropout: chance to be gone after
    each; spend: mean amount in euros; gone: when she dropped out (µs), the far future where she did not."""

    ever: Flags
    rate: Floats
    dropout: Floats
    spend: Floats
    gone: Ints


def buyers(community: Community, people: People) -> Buyers:
    """Draw everyone's habits; those who come nearer to us tend to buy more often, the spread over all being gamma."""
    draw, size = stream(community, "buyers"), people.size
    rate = np.sort(draw.gamma(RATE[0], 1 / RATE[1], size))
    order = np.argsort(np.argsort(people.stage.max(axis=1) / 2 + draw.normal(0, 1, size), kind="stable"))
    spend = SPEND[0] * SPEND[2] / draw.gamma(SPEND[1], 1.0, size)
    far = np.full(size, np.iinfo(np.int64).max)
    ever = draw.random(size) < community.customers.buying
    return Buyers(ever, rate[order], draw.beta(*DROPOUT, size), spend, far)


def buy(community: Community, rows: Rows, people: People, who: Buyers) -> Buyers:
    """Let them buy until they drop out; return them with the times at which they did."""
    draw, end = stream(community, "buying"), rows.clock.end
    mine = np.flatnonzero(who.ever)
    first = people.arrive[mine] + np.rint(draw.exponential(20 * 86_400, mine.size)).astype(np.int64) * SECOND
    at, gone = first, who.gone.copy()
    bought, times = [mine[at < end]], [at[at < end]]
    alive = at < end
    while alive.any():
        mine, at = mine[alive], at[alive]
        gap = np.rint(draw.exponential(1 / who.rate[mine]) * 86_400)
        at = at + np.maximum(60, np.minimum(gap, 1e9)).astype(np.int64) * SECOND
        inside = at < end
        mine, at = mine[inside], at[inside]
        bought.append(mine)
        times.append(at)
        alive = draw.random(mine.size) >= who.dropout[mine]
        gone[mine[~alive]] = at[~alive]
    purchases(draw, rows, people, who, np.concatenate(bought), np.concatenate(times))
    return Buyers(who.ever, who.rate, who.dropout, who.spend, gone)


def purchases(
    draw: np.random.Generator, rows: Rows, people: People, who: Buyers, one: Ints, at: Ints, **more: Any
) -> Ints:
    """Add purchases, and a refund of the whole amount after a few of them."""
    amount = np.maximum(1.0, np.round(draw.gamma(SPEND[0], who.spend[one] / SPEND[0]), 2))
    store = draw.random(one.size) < STORE
    channel = np.where(store, CHANNELS.index("store"), CHANNELS.index("web"))
    product = rows.names("object", [f"product {number}" for number in range(1, 41)])
    mobile = np.where(store, -1, (draw.random(one.size) < people.mobile[one]).astype(np.int64))
    thing = product[pick(draw, 1 / np.arange(1, 41), one.size)]
    added = rows.add(
        at, people.mail[one], channel, "purchased", object=thing, amount=amount, device=mobile, **more
    )  # fmt: skip
    back = np.flatnonzero(draw.random(one.size) < REFUNDED)
    later = at[back] + draw.integers(1, 15, back.size) * DAY
    rows.add(later, people.mail[one[back]], channel[back], "refunded", object=thing[back], amount=amount[back])
    return added
