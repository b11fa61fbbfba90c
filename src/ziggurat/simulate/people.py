"""Who is there: people with an address or several, their nature, how near they are to us over time; and our staff?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ziggurat.base import schema
from ziggurat.base.instant import DAY
from ziggurat.simulate.community import Community
from ziggurat.simulate.draws import Clock, Flags, Floats, Ints, pick, stream
from ziggurat.simulate.rows import words_of_codes
from ziggurat.simulate.words import DEPARTMENTS, FIRMS, FIRST, LAST, OFFICE, OURS, PRIVATE

STYLES = ("spectator", "joiner", "collector", "critic", "conversationalist", "creator")
STYLED = (0.38, 0.12, 0.13, 0.11, 0.15, 0.11)
MOODS = ("detractor", "passive", "advocate")
STAGES = ("gone", "observing", "following", "endorsing", "contributing", "owning", "leading")
FIRST_STAGE = (0.14, 0.32, 0.24, 0.11, 0.10, 0.05, 0.04)  # of those who are there from the beginning
CEILINGS = (0, 0, 0.12, 0.26, 0.36, 0.13, 0.13)  # how near a person may ever come, spectators aside
CLIMB = (0.02, 0.08, 0.07, 0.10, 0.09, 0.10, 0.0)  # chance in a period, from each stage to the next
SLIP = (0.0, 0.06, 0.05, 0.06, 0.05, 0.03, 0.03)
OLD_SHARE = 0.55  # of people, those who are there from the beginning
FORUM, CHAT, LINKED, TWO_GROUPS = 0.75, 0.45, 0.8, 0.06  # shares of people
GROUP = 45  # people


@dataclass(frozen=True)
class People:
    """Arrays by person, staff and strangers apart.

    arrive: when she is first there (µs). style, mood: positions in STYLES and MOODS. stage: people × periods, a
    position in STAGES, -1 before she arrives. ceiling: the nearest she will ever come. group, second: of people who
    know each other, second being -1 for most. account: position in `words.FIRMS`, -1 for none. shift: hours by which
    her day is earlier. mobile: chance that she uses a mobile. activity: how much she does of anything, 1 on average.
    mail, forum, chat, cookie, mobile_cookie: positions in `identities`, -1 for none; linked: whether cookies are known
    to be hers. strangers, staff, staff_forum: positions of theirs. department: of each of the staff.
    """

    identities: pa.Array
    name: pa.Array
    arrive: Ints
    style: Ints
    mood: Ints
    stage: Ints
    ceiling: Ints
    group: Ints
    second: Ints
    account: Ints
    shift: Ints
    mobile: Floats
    activity: Floats
    mail: Ints
    forum: Ints
    chat: Ints
    cookie: Ints
    mobile_cookie: Ints
    linked: Flags
    strangers: Ints
    staff: Ints
    staff_forum: Ints
    department: Ints
    staff_name: pa.Array

    @property
    def size(self) -> int:
        """How many people there are."""
        return int(self.arrive.size)

    def stage_at(self, clock: Clock, who: Ints, at: Ints) -> Ints:
        """Return the stage of each person at an instant, -1 before she arrives."""
        return np.where(at < self.arrive[who], -1, self.stage[who, clock.period(at)])

    def address(self, who: Ints, channel: Ints) -> Ints:
        """Return the identity under which people are seen on a channel: 0 mail, 1 forum, 2 chat, 3 phone."""
        own = np.choose(channel, (self.mail[who], self.forum[who], self.chat[who], self.mail[who]))
        return np.where(own >= 0, own, self.mail[who])


def people(community: Community, clock: Clock) -> People:
    """Make everyone."""
    draw, size = stream(community, "people"), community.people
    old = draw.random(size) < OLD_SHARE
    first = draw.integers(0, min(30, community.days), size)
    late = draw.integers(0, community.days, size)
    arrive = clock.start + np.where(old, first, late) * DAY + draw.integers(0, 6 * 3600, size) * 1_000_000
    style, group = pick(draw, STYLED, size), pick(draw, np.ones(max(1, size // GROUP)), size)
    mood = pick(draw, moods(community.customers.mood), size)
    ceiling = np.where(style == 0, 2, pick(draw, CEILINGS, size))
    other = pick(draw, np.ones(max(1, size // GROUP)), size)
    second = np.where((draw.random(size) < TWO_GROUPS) & (other != group), other, -1)
    account = np.where(draw.random(size) < community.accounts_share, pick(draw, np.arange(16, 0, -1), size), -1)
    names = (
        words_of_codes(draw.integers(0, len(FIRST), size), FIRST),
        words_of_codes(draw.integers(0, len(LAST), size), LAST),
    )
    book = addresses(community, draw, names, account)
    return People(
        **book,
        arrive=arrive,
        style=style,
        mood=mood,
        stage=stages(community, clock, old, arrive, ceiling),
        ceiling=ceiling,
        group=group,
        second=second,
        account=account,
        shift=draw.integers(-2, 3, size) + 8 * (draw.random(size) < 0.3),
        mobile=draw.beta(2, 2, size),
        activity=draw.gamma(3, 1 / 3, size),
        linked=draw.random(size) < LINKED,
    )


def moods(shift: float) -> Floats:
    """Return the shares of MOODS, `shift` from -1 to 1 taking them from all detractors to all advocates."""
    usual = np.array([0.18, 0.47, 0.35])
    found: Floats = usual * (1 - abs(shift)) + abs(shift) * np.eye(3)[2 if shift > 0 else 0]
    return found


def addresses(
    community: Community, draw: np.random.Generator, names: tuple[pa.Array, pa.Array], account: Ints
) -> dict[str, Any]:
    """Write everyone's identities, and say which is whose."""
    first, last = (array.to_pylist() for array in names)
    size, domain = len(first), draw.integers(0, len(PRIVATE), len(first))
    handles = [f"{one}.{two}{number}".lower() for number, (one, two) in enumerate(zip(first, last, strict=True))]
    hosts = [
        PRIVATE[domain[number]] if firm < 0 else f"{FIRMS[firm]}.example.com" for number, firm in enumerate(account)
    ]
    words = [f"email:{handle}@{host}" for handle, host in zip(handles, hosts, strict=True)]
    words += [f"forum:{handle}" for handle in handles] + [f"chat:{handle}" for handle in handles]
    cookies = draw.integers(0, 2**48, 2 * size + round(community.anonymous * size))
    words += [f"anon:{number:x}-{cookie:012x}" for number, cookie in enumerate(cookies.tolist())]
    staffed = community.organisation.staff
    staff = [(FIRST[(7 * number) % len(FIRST)], LAST[(3 * number) % len(LAST)]) for number in range(staffed)]
    own = [f"{one}.{two}{number // 7 or ''}".lower() for number, (one, two) in enumerate(staff)]
    words += [f"email:{handle}@{OURS}" for handle in own] + [f"forum:fernhill.{handle}" for handle in own]
    start = np.cumsum([0, size, size, size, size, size, cookies.size - 2 * size, staffed])
    place = np.arange(size)
    return {
        "identities": pa.array(words, pa.string()),
        "name": pa.array([f"{one} {two}" for one, two in zip(first, last, strict=True)], pa.string()),
        "mail": place,
        "forum": np.where(draw.random(size) < FORUM, start[1] + place, -1),
        "chat": np.where(draw.random(size) < CHAT, start[2] + place, -1),
        "cookie": start[3] + place,
        "mobile_cookie": start[4] + place,
        "strangers": np.arange(start[5], start[6]),
        "staff": start[6] + np.arange(staffed),
        "staff_forum": start[7] + np.arange(staffed),
        "department": np.arange(staffed) % community.organisation.departments,
        "staff_name": pa.array([f"{one} {two}" for one, two in staff], pa.string()),
    }


def stages(community: Community, clock: Clock, old: Flags, arrive: Ints, ceiling: Ints) -> Ints:
    """Let people climb and slip, period by period: a Markov chain, of which each keeps to her ceiling."""
    draw, factor = stream(community, "stages"), np.exp(community.customers.drift)
    up, down = np.minimum(0.6, np.array(CLIMB) * factor), np.minimum(0.4, np.array(SLIP) / factor)
    begins = clock.period(arrive)
    first = np.minimum(ceiling, np.where(old, pick(draw, FIRST_STAGE, old.size), 1))
    path = np.full((old.size, clock.periods), -1, np.int64)
    now = first
    for period in range(clock.periods):
        chance = draw.random(old.size)
        climbs = (chance < up[now]) & (now < ceiling)
        slips = ~climbs & (chance > 1 - down[now])
        now = np.where(begins >= period, first, now + climbs - slips)
        path[:, period] = np.where(begins <= period, now, -1)
    return path


def links(crowd: People) -> pa.Table:
    """Return which identities are known to be one person's, from her arrival on."""
    parts = []
    for column in (crowd.forum, crowd.chat, crowd.cookie, crowd.mobile_cookie):
        throwaway = column is crowd.cookie or column is crowd.mobile_cookie
        who = np.flatnonzero((column >= 0) & (crowd.linked if throwaway else True))
        parts.append((crowd.mail[who], column[who], crowd.arrive[who]))
    start = np.full(crowd.staff.size, crowd.arrive.min(), np.int64)
    parts.append((crowd.staff, crowd.staff_forum, start))
    a, b, at = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    columns = [words_of_codes(a, crowd.identities), words_of_codes(b, crowd.identities)]
    same = pa.array(["same row"] * a.size, pa.string()), pa.array([OFFICE] * a.size, pa.string())
    return pa.table([*columns, *same, pa.array(at).cast(schema.INSTANT)], schema=schema.LINKS)


def traits(crowd: People) -> pa.Table:
    """Return what is told of people and staff: name, company, role and department."""
    firm = np.flatnonzero(crowd.account >= 0)
    firms = [name.replace("-", " ").title() for name in FIRMS]
    departments = [DEPARTMENTS[code] for code in crowd.department]
    start = np.full(crowd.staff.size, crowd.arrive.min(), np.int64)
    parts = [
        (crowd.mail, "name", crowd.name, crowd.arrive),
        (crowd.mail[firm], "company", words_of_codes(crowd.account[firm], firms), crowd.arrive[firm]),
        (crowd.staff, "name", crowd.staff_name, start),
        (crowd.staff, "role", pa.array(["staff"] * start.size, pa.string()), start),
        (crowd.staff, "department", pa.array(departments, pa.string()), start),
    ]
    told = [
        pa.table(
            [
                words_of_codes(identity, crowd.identities),
                pa.array([trait] * identity.size, pa.string()),
                value,
                pa.array([OFFICE] * identity.size, pa.string()),
                pa.array(at).cast(schema.INSTANT),
            ],
            schema=schema.TRAITS,
        )
        for identity, trait, value, at in parts
    ]
    return pa.concat_tables(told)
