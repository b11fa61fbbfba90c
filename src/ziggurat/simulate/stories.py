"""Which stories does a community tell: what goes round, who brings whom, who is heard, and what good service brings?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ziggurat.base import schema
from ziggurat.base.instant import DAY, moment
from ziggurat.simulate import habits
from ziggurat.simulate.buying import Buyers, purchases
from ziggurat.simulate.community import Community
from ziggurat.simulate.draws import Flags, Floats, Ints, after, stream
from ziggurat.simulate.people import People
from ziggurat.simulate.rows import Rows
from ziggurat.simulate.settings import TARGETS
from ziggurat.simulate.talk import Said
from ziggurat.simulate.texts import Texts, question_topics, season
from ziggurat.simulate.ties import Ties
from ziggurat.simulate.words import CHANNELS, KINDS

SHARES = (0, 0, 0.02, 0.16, 0.15, 0.15, 0.20)  # of one's own accord, in 30 days, by stage; see `habits.HABITS`
REFERS = (0, 0, 0.002, 0.03, 0.04, 0.05, 0.07)
MOODS = (0.02, 0.6, 1.8)  # factor by mood
NAMES = 0.7  # share of what is passed on that says from whom
PASSES_HOURS, PASSES_SPREAD = 20.0, 0.8
BRINGS_DAYS = 25  # within which somebody comes who was referred
READ_DAYS = 20
LOUD = 400  # people, of whom one is a detractor whom all hear
LOUD_DAYS, LOUD_REPLIES = 14, 5.0
SPONSORS = 0.12  # share of guests who endorsed us before that sponsor a next meetup
GRATEFUL_DAYS = 60
STORIES = {
    "cascades": schema.table(identity=pa.string(), object=pa.string(), at=schema.INSTANT, after=pa.string()),
    "referrals": schema.table(identity=pa.string(), at=schema.INSTANT, brought=pa.string()),
    "viral": schema.table(object=pa.string(), readers=pa.int64()),
    "loud": schema.table(identity=pa.string(), posts=pa.int64(), replies=pa.int64()),
    "sponsors": schema.table(identity=pa.string(), at=schema.INSTANT),
    "service": schema.table(identity=pa.string(), answered_at=schema.INSTANT, purchased_at=schema.INSTANT),
}


@dataclass
class Stories:
    """What is true of the stories, as lists of rows by table of STORIES."""

    community: Community
    rows: Rows
    people: People
    known: Ties
    told: dict[str, list[dict[str, object]]] = field(default_factory=lambda: {name: [] for name in STORIES})

    def tables(self) -> dict[str, pa.Table]:
        """Return the tables of STORIES."""
        return {name: pa.Table.from_pylist(rows, schema=STORIES[name]) for name, rows in self.told.items()}

    def mail(self, who: Ints) -> list[str | None]:
        """Return the e-mail identities of people, null for -1."""
        known = self.people.identities
        found: list[str | None] = known.take(pa.array(self.people.mail[who], mask=who < 0)).to_pylist()
        return found

    def tell(self, name: str, **columns: Sequence[object]) -> None:
        """Note rows of a table."""
        self.told[name] += [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ]  # fmt: skip

    def often(self, by_stage: tuple[float, ...], by: dict[str, float]) -> Floats:
        """Return how often people do what advocates do."""
        found = habits.rates(self.people, by_stage, by, self.community.customers.advocacy)
        often: Floats = found * np.array(MOODS)[self.people.mood][:, None]
        return often

    def inside(self, at: Ints) -> Flags:
        """Tell what lies within the time that is simulated."""
        found: Flags = (at >= self.rows.clock.start) & (at < self.rows.clock.end)
        return found

    def share(self) -> None:
        """Let people share guides, and those who know them pass these on, and so on."""
        draw, rows, people = stream(self.community, "habit shared"), self.rows, self.people
        passing = self.community.customers.passing_on
        rates = self.often(SHARES, {"collector": 2.0}) * (1 - passing)  # so that as many are shared in all
        who, at = habits.there(people, *rows.clock.happen(draw, rates, people.shift))
        thing = habits.guides(rows)[habits.lately(draw, rows, at)]
        leader, named = np.full(who.size, -1), np.zeros(who.size, np.bool_)
        while who.size:
            mobile = (draw.random(who.size) < people.mobile[who]).astype(np.int64)
            whom = np.where(named, people.mail[leader], -1)
            rows.add(at, people.mail[who], "social", "shared", counterpart=whom, object=thing, device=mobile)
            names = [rows.words["object"][code] for code in thing.tolist()]
            told = zip(self.mail(who), names, [moment(one) for one in at.tolist()], self.mail(leader), strict=True)
            self.told["cascades"] += [
                {"identity": one, "object": name, "at": when, "after": above}
                for inside, (one, name, when, above) in zip(self.inside(at), told, strict=True) if inside
            ]  # fmt: skip
            each = np.repeat(np.arange(who.size), draw.poisson(passing, who.size))
            other, later = self.known.one_of(draw, who[each]), after(draw, at[each], PASSES_HOURS, PASSES_SPREAD)
            some = (other >= 0) & (people.arrive[other] < later) & (later < rows.clock.end)
            leader, who, at, thing = who[each[some]], other[some], later[some], thing[each[some]]
            named = draw.random(who.size) < NAMES

    def refer(self) -> None:
        """Let people refer others, naming who comes soon after, where somebody of their group does."""
        draw, rows, people = stream(self.community, "habit referred"), self.rows, self.people
        who, at = habits.there(people, *rows.clock.happen(draw, self.often(REFERS, {}), people.shift))
        whom, taken = np.full(who.size, -1), np.zeros(people.size, np.bool_)
        for place in np.argsort(at, kind="stable").tolist():
            wait = people.arrive - at[place]
            fresh = (wait > 0) & (wait < BRINGS_DAYS * DAY) & ~taken & (people.group == people.group[who[place]])
            if fresh.any():
                whom[place] = int(np.flatnonzero(fresh)[draw.integers(fresh.sum())])
                taken[whom[place]] = True
        rows.add(at, people.mail[who], "email", "referred", counterpart=np.where(whom >= 0, people.mail[whom], -1))
        some = np.flatnonzero((whom >= 0) & self.inside(at))
        self.tell("referrals", identity=self.mail(who[some]), at=[moment(one) for one in at[some].tolist()],
                  brought=self.mail(whom[some]))  # fmt: skip

    def go_round(self, answered: Said) -> None:
        """Let one answer of ours in the forum be read by many who took no part. answered: what we answered."""
        draw, rows, people = stream(self.community, "viral"), self.rows, self.people
        there = np.flatnonzero((answered.channel == 1) & (answered.thread >= 0))
        members = np.flatnonzero(people.forum >= 0)
        share = self.community.customers.onlooking
        if not there.size or not members.size or not share:
            return
        chosen = there[np.argsort(answered.at[there], kind="stable")[there.size // 2]]
        who = draw.choice(members, max(1, int(share * members.size)), replace=False)
        at = answered.at[chosen] + draw.integers(5 * DAY, (5 + READ_DAYS) * DAY, who.size)
        who, at = habits.there(people, who, at)
        thread = int(answered.thread[chosen])
        rows.add(at, people.forum[who], "forum", "read", object=thread)
        self.told["viral"].append({"object": rows.words["object"][thread], "readers": int(sum(self.inside(at)))})

    def speak_against(self, texts: Texts) -> None:
        """Let one detractor in so many people post again and again, and be answered by many."""
        draw, rows, people = stream(self.community, "loud"), self.rows, self.people
        members = np.flatnonzero((people.forum >= 0) & (people.ceiling >= habits.LIKELY))
        against = members[people.mood[members] == 0]
        order = against[np.lexsort((against, -people.activity[against]))]
        for who in order[: max(1, people.size // LOUD)].tolist():
            at = np.arange(max(people.arrive[who], rows.clock.start) + DAY, rows.clock.end, LOUD_DAYS * DAY)
            at = at + draw.integers(0, DAY // 2, at.size)
            topic = question_topics(draw, np.full(at.size, people.group[who]), season(rows.clock, at), 0)
            text = texts.write(draw, "post", topic, np.full(at.size, -1))
            first = len(rows.words["object"])
            thread = rows.names("object", [f"against {first + number}" for number in range(at.size)])
            number = rows.add(at, np.full(at.size, people.forum[who]), "forum", "posted", object=thread, text=text)
            each = np.repeat(np.arange(at.size), draw.poisson(LOUD_REPLIES, at.size))
            other = members[draw.integers(0, members.size, each.size)]
            later = after(draw, at[each], 9.0, 1.0)
            some = (other != who) & (people.arrive[other] < later) & (number[each] >= 0)
            each, other, later = each[some], other[some], later[some]
            rows.add(
                later, people.forum[other], "forum", "replied", "among", object=thread[each], reply_to=number[each],
                counterpart=np.full(each.size, people.forum[who]),
                text=texts.write(draw, "post", topic[each], np.zeros(each.size, np.int64)),
            )  # fmt: skip
            told = {"posts": int((number >= 0).sum()), "replies": int(sum(self.inside(later)))}
            self.told["loud"].append({"identity": self.mail(np.array([who]))[0], **told})

    def be_grateful(self, buyers: Buyers) -> None:
        """Let some who buy, and were answered within what is promised, buy once more for it."""
        draw, rows, people = stream(self.community, "gratitude"), self.rows, self.people
        kind, at, reply, channel, actor = (
            rows.gathered(name) for name in ("kind", "at", "reply_to", "channel", "actor")
        )
        answers = np.flatnonzero(np.isin(kind, [KINDS.index("responded"), KINDS.index("resolved")]) & (reply >= 0))
        promised = np.array([TARGETS.get(name, TARGETS["*"]) for name in CHANNELS])[channel[answers]] * DAY / 24
        begun = np.empty(rows.count, np.int64)
        begun[rows.gathered("number")] = at
        soon = answers[at[answers] - begun[reply[answers]] <= promised]
        owner = np.full(len(people.identities), -1, np.int64)
        for own in (people.mail, people.forum, people.chat):
            owner[own[own >= 0]] = np.flatnonzero(own >= 0)
        who, when = owner[actor[soon]], at[soon]
        some = (who >= 0) & buyers.ever[who] & (draw.random(who.size) < self.community.customers.gratitude)
        who, when = who[some], when[some]
        later = when + draw.integers(DAY, GRATEFUL_DAYS * DAY, who.size)
        activity = rows.name("activity", "Ordered again")
        purchases(draw, rows, people, buyers, who, later, activity=activity)
        kept = np.flatnonzero(self.inside(later))
        self.tell("service", identity=self.mail(who[kept]), answered_at=[moment(one) for one in when[kept].tolist()],
                  purchased_at=[moment(one) for one in later[kept].tolist()])  # fmt: skip

    def sponsor(self) -> None:
        """Let some who endorsed us, and then were guests, sponsor a next meetup."""
        draw, rows, people = stream(self.community, "sponsors"), self.rows, self.people
        kind, at, actor = (rows.gathered(name) for name in ("kind", "at", "actor"))
        owner = np.full(len(people.identities), -1, np.int64)
        for own in (people.mail, people.forum):
            owner[own[own >= 0]] = np.flatnonzero(own >= 0)
        far = np.iinfo(np.int64).max
        first = {}
        for name, kinds in (("endorsed", ("liked", "shared", "recommended", "referred")), ("guest", ("attended",))):
            chosen = np.isin(kind, [KINDS.index(one) for one in kinds]) & (owner[actor] >= 0)
            first[name] = np.full(people.size, far)
            late = chosen & (at > first["endorsed"][owner[actor]]) if name == "guest" else chosen
            np.minimum.at(first[name], owner[actor[late]], at[late])
        guests = np.flatnonzero(first["guest"] < far)
        who = guests[draw.random(guests.size) < SPONSORS]
        later = first["guest"][who] + draw.integers(10 * DAY, 60 * DAY, who.size)
        amount = np.rint(np.exp(draw.normal(np.log(250), 0.5, who.size))) + 1
        rows.add(later, people.mail[who], "event", "sponsored", amount=amount)
        kept = np.flatnonzero(self.inside(later))
        self.tell("sponsors", identity=self.mail(who[kept]), at=[moment(one) for one in later[kept].tolist()])
