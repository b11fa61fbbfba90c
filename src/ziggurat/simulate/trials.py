"""What does the organisation find out by experiment, and what takes people from one to another?"""

from __future__ import annotations

import numpy as np

from ziggurat.base.instant import DAY, moment
from ziggurat.simulate.campaigns import Post
from ziggurat.simulate.community import Community
from ziggurat.simulate.draws import SECOND, Ints, daytime, stream
from ziggurat.simulate.people import People
from ziggurat.simulate.rows import Rows
from ziggurat.simulate.ties import Ties, spread

WINDOW = 14  # days in which a variant shows its effect
WEEKS = 8  # in which people are assigned
# Name → how often a person would take it up in a year unasked, and whether ties pass it on.
CHALLENGES = {"Balcony challenge": (0.06, True), "Autumn calendar": (0.5, False)}


def experiments(post: Post) -> None:
    """Assign people to variants; every first experiment of two has an effect."""
    ours = post.community.organisation
    for number in range(int(ours.experiments)):
        draw, people = stream(post.community, f"experiment {number}"), post.people
        begins = post.clock.start + int(post.community.days * (number + 1) / (ours.experiments + 2)) * DAY
        name = f"Trial {number + 1} ({'start page' if number % 2 == 0 else 'greeting'})"
        who = post.there(begins, 1)
        at = begins + draw.integers(0, WEEKS * 7, who.size) * DAY + daytime(draw, who.size)
        new = draw.random(who.size) < 0.5
        activity = post.rows.name("activity", name)
        variants = post.rows.names("object", ["control", "new"])
        post.rows.add(
            at, people.mail[who], "web", "assigned", "out", activity=activity, object=variants[new.astype(np.int64)]
        )
        lift = ours.lift if number % 2 == 0 else 0.0
        more = np.flatnonzero(new)
        more = np.repeat(more, draw.poisson(lift, more.size))
        later = at[more] + draw.integers(60, (WINDOW - 1) * 86_400, more.size) * SECOND
        post.rows.add(later, people.mail[who[more]], "web", "visited", device=0)
        post.sent.experiments.append(
            {
                "activity": name, "since": moment(begins), "control": int((~new).sum()), "new": int(new.sum()),
                "outcome": "visited", "measure": "times", "window_days": WINDOW, "lift": lift,
            }
        )  # fmt: skip


def take_up(
    community: Community, rows: Rows, people: People, known: Ties, name: str
) -> tuple[tuple[Ints, Ints, Ints], float]:
    """Let people take up a challenge, after those whom they know or of their own; return who, when and after whom; and
    how much each tie adds."""
    a_year, passes = CHALLENGES[name]
    influence = community.customers.peer_influence if passes else 0.0
    who, at, asked = spread(community, rows.clock, people, known, f"challenge {name}", a_year, influence)
    rows.add(at, people.mail[who], "web", "joined", activity=rows.name("activity", name), device=0)
    return (who, at, asked), influence
