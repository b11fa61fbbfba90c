"""What does the organisation answer, how soon and who there; and whom does it thank, reward, teach and meet?"""

from __future__ import annotations

import numpy as np

from ziggurat.simulate import habits
from ziggurat.simulate.community import ASKED_ON, Community
from ziggurat.simulate.draws import Clock, Flags, Ints, after, stream
from ziggurat.simulate.people import People
from ziggurat.simulate.rows import Rows
from ziggurat.simulate.talk import ADDRESSED, Said, Talk, on, reply_to_answers
from ziggurat.simulate.texts import Texts
from ziggurat.simulate.words import KINDS

RESOLVED = 0.5  # share of answers that resolve what was asked
MINUTES = 7.0  # median of an answer
OTHERS = 0.15  # of what is posted or mentioned, the share answered, relative to what calls for an answer
MEETS = (0, 0, 0.003, 0.006, 0.03, 0.25, 0.25)  # talks in 30 days, by stage
TEACHES = (0, 0.01, 0.03, 0.03, 0.04, 0.03, 0.03)
CALLS = (0.005, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02)


def teams(community: Community, people: People) -> Ints:
    """Return those of the staff who answer people, as positions in `people.staff`."""
    return np.flatnonzero(people.department < community.organisation.answering_departments)


def answer(community: Community, rows: Rows, people: People, texts: Texts, said: Said, subject: str) -> Said:
    """Answer people where we listen. Return what was answered."""
    draw, ours, team = stream(community, subject), community.organisation, teams(community, people)
    listens = np.array([name in ours.listens_to for name in ASKED_ON])
    share = ours.answered_share * np.where(said.of(*ADDRESSED), 1.0, OTHERS)
    chosen: Flags = (draw.random(said.who.size) < share) & listens[said.channel] & (team.size > 0)
    to = said.some(chosen)
    median = np.array([ours.hours_to_answer.get(name, 24.0) for name in ASKED_ON])
    at = after(draw, to.at, median[to.channel], ours.spread_of_hours)
    by = team[draw.integers(0, max(1, team.size), to.who.size)] if team.size else np.empty(0, np.int64)
    forum = to.channel == 1
    staff = np.where(forum, people.staff_forum[by], people.staff[by])
    kind = kinds(draw, to)
    text = texts.write(draw, "response", to.topic, draw.integers(0, 2, to.who.size))
    threaded = draw.random(to.who.size) < ours.threaded_share
    number = rows.add(
        at, people.address(to.who, to.channel), on(to.channel), kind, "out", counterpart=staff, object=to.thread,
        reply_to=np.where(threaded, to.number, -1), text=text, minutes=long(draw, to.who.size, MINUTES),
    )  # fmt: skip
    found = Said(number, to.who, at, to.channel, to.thread, to.topic, kind)
    reply_to_answers(Talk(community, rows, people, texts), to, found, staff, f"staff {subject}")
    return to


def kinds(draw: np.random.Generator, to: Said) -> Ints:
    """Return how each is answered: by a call, a response or, half of what calls for it, a resolution."""
    resolved = to.of(*ADDRESSED) & (draw.random(to.who.size) < RESOLVED)
    written = np.where(resolved, KINDS.index("resolved"), KINDS.index("responded"))
    return np.where((to.channel == 3) & ~resolved, KINDS.index("called"), written)


def long(draw: np.random.Generator, size: int, median: float) -> np.ndarray:
    """Return minutes, log-normal around a median, at least one."""
    return np.maximum(1, np.rint(np.exp(draw.normal(np.log(median), 0.6, size))))


def attend_to(community: Community, rows: Rows, people: People, texts: Texts) -> None:
    """Meet, teach and call people, by how near they are."""
    ours = community.organisation
    if not people.staff.size:
        return
    for kind, channel, often, scale, median in (
        ("met", "event", MEETS, ours.meetings, 50.0),
        ("taught", "event", TEACHES, ours.teaching, 90.0),
        ("called", "phone", CALLS, ours.meetings, 9.0),
    ):
        draw = stream(community, kind)
        who, at = habits.there(people, *rows.clock.happen(draw, habits.rates(people, often, {}, scale), people.shift))
        staff = people.staff[draw.integers(0, people.staff.size, who.size)]
        activity = rows.name("activity", "Workshops") if kind == "taught" else -1
        rows.add(
            at, people.mail[who], channel, kind, "out", counterpart=staff, activity=activity,
            minutes=long(draw, who.size, median),
        )  # fmt: skip


def give_back(community: Community, rows: Rows, people: People, before: int) -> None:
    """Thank people for contributions and reward referrals. before: rows of that number and above are none of theirs."""
    draw, ours = stream(community, "giving back"), community.organisation
    kind, at, actor = (rows.gathered(name) for name in ("kind", "at", "actor"))
    wanted = {
        "thanked": (("contributed", "volunteered", "spoke", "donated", "sponsored", "organised"), ours.thanks_share),
        "rewarded": (("referred", "recommended", "reviewed"), ours.rewards_share),
    }
    for what, (kinds_of, share) in wanted.items():
        done = np.flatnonzero(np.isin(kind[:before], [KINDS.index(name) for name in kinds_of]))
        some = done[draw.random(done.size) < share]
        if not people.staff.size:
            continue
        staff = people.staff[draw.integers(0, people.staff.size, some.size)]
        more = {"amount": np.rint(draw.gamma(4, 2.5, some.size)) + 1} if what == "rewarded" else {}
        rows.add(
            after(draw, at[some], 30.0, 0.8), actor[some], "email", what, "out", counterpart=staff,
            minutes=long(draw, some.size, 2.0), **more,
        )  # fmt: skip


def work(community: Community, clock: Clock, rows: Rows, people: People) -> None:
    """Let the staff look at our own pages now and then."""
    draw = stream(community, "staff")
    who = np.repeat(people.staff, draw.poisson(1.5 * clock.periods, people.staff.size))
    at = clock.moments(draw, draw.integers(0, clock.periods, who.size))
    rows.add(at, who, "web", "visited", device=0)
