"""What does the organisation send, what does each message trigger, and what does it cost?

A message brings purchases: on average `effect` of them, each after an exponential delay
of known half-life, on top of what people buy by themselves. Opens, clicks and the visits that follow come of it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ziggurat.base.instant import DAY, moment
from ziggurat.simulate.buying import Buyers, purchases
from ziggurat.simulate.community import Community
from ziggurat.simulate.draws import HOUR, SECOND, Clock, Ints, after, after_delays, stream
from ziggurat.simulate.habits import rates, there
from ziggurat.simulate.people import People
from ziggurat.simulate.rows import Rows
from ziggurat.simulate.texts import Texts, publication_topics, season

OPENS = (0.03, 0.22, 0.30, 0.38, 0.45, 0.50, 0.55)  # by stage
CLICKS = 0.25  # of those who open, for reciprocity 1
COMES = 0.7  # of those who click, those who look further
OPEN_HOURS, CLICK_HOURS = 5.0, 0.05  # medians
ATTENDS = (0, 0.01, 0.02, 0.05, 0.22, 0.25, 0.35)
SEES_BANNERS = (0.05, 0.20, 0.10, 0.05, 0.03, 0.03, 0.03)  # in 30 days
READ_POSTS = 20  # people before whom a post of ours comes
REDEEMS = 0.6  # share of purchases triggered by an offer in which its coupon is redeemed
STRENGTHS = (0.0, 0.5, 1.0, 1.5)  # of campaigns in turn, relative to the knob: some do nothing at all
FORMS = ("Offer", "Picks", "Flyer")  # to a segment, by person, alike to all


@dataclass
class Sent:
    """What was sent, as rows of tables that are written at the end."""

    campaigns: list[dict[str, Any]] = field(default_factory=list)
    costs: list[dict[str, Any]] = field(default_factory=list)
    exposures: list[dict[str, Any]] = field(default_factory=list)
    experiments: list[dict[str, Any]] = field(default_factory=list)

    def cost(self, activity: str, at: int, money: float | None, staff_minutes: float) -> None:
        """Note what an activity cost on a day."""
        day = moment(at).date()
        self.costs.append({"activity": activity, "day": day, "money": money, "staff_minutes": staff_minutes})


@dataclass(frozen=True)
class Post:
    """All that sending needs."""

    community: Community
    rows: Rows
    people: People
    buyers: Buyers
    texts: Texts
    sent: Sent

    @property
    def clock(self) -> Clock:
        """The time that is simulated."""
        return self.rows.clock

    def there(self, at: int, least: int) -> Ints:
        """Return the people who have arrived by an instant and are on a stage or beyond."""
        everyone = np.arange(self.people.size)
        stage = self.people.stage_at(self.clock, everyone, np.full(self.people.size, at))
        return np.flatnonzero((stage >= least) & (self.people.arrive < at))

    def news(self, draw: np.random.Generator, at: int) -> Ints:
        """Write a text of ours, and return its position, as the one of an array."""
        follows, moves = self.community.organisation.follows_expectations, self.community.customers.shift
        return self.texts.write(draw, "news", publication_topics(draw, follows, 1, season(self.clock, at), moves))

    def mail(self, draw: np.random.Generator, who: Ints, at: Ints, kind: str, channel: str, **more: Any) -> Ints:
        """Send a message to each, let them open it, click, and come; return the numbers of the messages."""
        people, rows, ready = self.people, self.rows, self.community.customers.reciprocity
        actor = people.address(who, np.full(who.size, 2 if channel == "chat" else 0))
        number = rows.add(at, actor, channel, kind, "out", **more)
        stage = people.stage_at(self.clock, who, at)
        opens = (draw.random(who.size) < np.minimum(0.95, np.array([*OPENS, 0.0])[stage] * ready)) & (number >= 0)
        same = {"activity": more["activity"]}
        opened = after(draw, at[opens], OPEN_HOURS, 1.2)
        mobile = (draw.random(opened.size) < people.mobile[who[opens]]).astype(np.int64)
        rows.add(opened, actor[opens], channel, "opened", reply_to=number[opens], device=mobile, **same)
        click = draw.random(opened.size) < np.minimum(0.9, CLICKS * ready)
        clicked, whose = after(draw, opened[click], CLICK_HOURS, 0.7), who[opens][click]
        by, to = actor[opens][click], number[opens][click]
        rows.add(clicked, by, channel, "clicked", reply_to=to, device=mobile[click], **same)
        comes = draw.random(whose.size) < COMES
        seen = np.where(people.linked[whose], people.cookie[whose], people.mail[whose])
        rows.add(clicked[comes] + SECOND, seen[comes], "web", "visited", device=mobile[click][comes], **same)
        return number


def run(post: Post) -> None:
    """Send everything, and note what it was and what it cost."""
    community = post.community
    newsletters(post)
    welcome(post)
    for number, day in enumerate(over_the_year(20, community.days, community.organisation.campaigns_a_year)):
        campaign(post, number, int(post.clock.start + day * DAY + 9 * HOUR))
    for number, day in enumerate(over_the_year(10, community.days, community.organisation.events_a_year)):
        meetup(post, number, int(post.clock.start + day * DAY + 18 * HOUR))
    announcements(post)
    posts(post)
    banners(post)
    radio(post)


def over_the_year(first: int, days: int, times: float) -> list[int]:
    """Return the days on which something falls that comes so many times a year."""
    return np.arange(first, days, 365 / times).astype(int).tolist() if times else []


def newsletters(post: Post) -> None:
    """Send every issue to those who follow, all alike."""
    draw, ours = stream(post.community, "newsletter"), post.community.organisation
    activity = post.rows.name("activity", "Newsletter")
    for number, day in enumerate(np.arange(7, post.community.days, ours.newsletter_days), 1):
        at = int(post.clock.start + int(day) * DAY + 8 * HOUR)
        who = post.there(at, 2)
        text, issue = post.news(draw, at), post.rows.name("object", f"issue {number}")
        times = at + draw.integers(0, 1800, who.size) * SECOND
        post.mail(draw, who, times, "emailed", "email", activity=activity, object=issue, text=text[0])
        post.sent.cost("Newsletter", at, 20.0 + 0.02 * who.size, 240.0)


def welcome(post: Post) -> None:
    """Greet everyone who comes near enough to register."""
    draw, people = stream(post.community, "welcome"), post.people
    begun = (people.stage >= 2).any(axis=1)
    who = np.flatnonzero(begun)
    at = np.maximum(
        people.arrive[who], post.clock.start + (people.stage[who] >= 2).argmax(axis=1) * 30 * DAY
    ) + 2 * DAY + draw.integers(0, 12 * 3600, who.size) * SECOND  # fmt: skip
    text = post.texts.write(draw, "news", np.zeros(1, np.int64))
    activity, page = post.rows.name("activity", "Welcome mail"), post.rows.name("object", "welcome")
    post.mail(draw, who, at, "emailed", "email", activity=activity, object=page, text=text[0])


def campaign(post: Post, number: int, at: int) -> None:
    """Send one campaign, and let its messages trigger purchases."""
    draw, ours = stream(post.community, f"campaign {number}"), post.community.organisation
    form = FORMS[int(draw.integers(0, 2))] if draw.random() < ours.tailored_share else FORMS[2]
    name = f"{form} {moment(at):%Y-%m} no. {number + 1}"
    who = post.there(at, 1)
    who = who[draw.random(who.size) < 0.45]
    chat = (number % 3 == 2) & (post.people.chat[who] >= 0)
    times = at + draw.integers(0, 3 * 3600, who.size) * SECOND
    activity = post.rows.name("activity", name)
    text = post.news(draw, at)[0]
    parts = post.rows.names("object", [f"{name} part {part}" for part in range(1, 5)])
    part = parts[post.people.group[who] % parts.size if form == "Offer" else np.zeros(who.size, np.int64)]
    sent = np.full(who.size, -1, np.int64)
    for channel, kind, to in (("email", "emailed", ~chat), ("chat", "messaged", chat)):
        sent[to] = post.mail(
            draw, who[to], times[to], kind, channel, object=part[to], activity=activity, text=text
        )  # fmt: skip
    effect = ours.campaign_effect * STRENGTHS[number % len(STRENGTHS)]
    bought = np.repeat(np.arange(who.size), draw.poisson(effect, who.size))
    later = after_delays(draw, times[bought], ours.half_life_days)
    purchases(draw, post.rows, post.people, post.buyers, who[bought], later, activity=activity)
    coupon = (
        (form == "Offer") & ~chat[bought] & (draw.random(bought.size) < REDEEMS)
    )  # one answers what its source sent
    post.rows.add(
        later[coupon], post.people.mail[who[bought[coupon]]], "store", "redeemed", activity=activity, amount=5.0,
        reply_to=sent[bought[coupon]],
    )  # fmt: skip
    post.sent.cost(name, at, 150.0 + 0.15 * who.size, 480.0)
    post.sent.campaigns.append(
        {
            "activity": name, "at": moment(at), "messages": int(who.size), "effect": effect,
            "half_life_days": ours.half_life_days, "triggered": int((later < post.clock.end).sum()),
        }
    )  # fmt: skip


def meetup(post: Post, number: int, at: int) -> None:
    """Invite those who are near, and let some of them come."""
    draw, people, rows = stream(post.community, f"meetup {number}"), post.people, post.rows
    name = f"Meetup {moment(at):%Y-%m} no. {number + 1}"
    activity, thing = rows.name("activity", name), rows.name("object", name.lower())
    invited_at = at - 14 * DAY
    who = post.there(invited_at, 2)
    who = who[draw.random(who.size) < 0.5]
    sent = np.full(who.size, invited_at) + draw.integers(0, 3600, who.size) * SECOND
    rows.add(sent, people.mail[who], "email", "invited", "out", activity=activity, object=thing)
    stage = people.stage_at(post.clock, who, np.full(who.size, at))
    style = np.array([0.4, 2, 0.8, 0.8, 1.1, 1.2])[people.style[who]]
    chance = np.array([*ATTENDS, 0.0])[stage] * style * post.community.customers.reciprocity
    came = who[draw.random(who.size) < np.minimum(0.95, chance)]
    minutes = np.rint(draw.gamma(9, 13, came.size)) + 15
    rows.add(
        np.full(came.size, at) + draw.integers(0, 1200, came.size) * SECOND, people.mail[came], "event", "attended",
        activity=activity, object=thing, minutes=minutes,
    )  # fmt: skip
    post.sent.cost(name, min(at, post.clock.end - 1), 200.0, 900.0)


def announcements(post: Post) -> None:
    """Publish in the forum to those who come there."""
    draw = stream(post.community, "announcements")
    activity = post.rows.name("activity", "Announcements")
    for number, day in enumerate(np.arange(15, post.community.days, 45), 1):
        at = int(post.clock.start + int(day) * DAY + 10 * HOUR)
        who = post.there(at, 3)
        who = who[post.people.forum[who] >= 0]
        text = post.news(draw, at)
        thing = post.rows.name("object", f"announcement {number}")
        post.rows.add(
            np.full(who.size, at), post.people.forum[who], "forum", "broadcast", "out", activity=activity,
            object=thing, text=text[0],
        )  # fmt: skip
        post.sent.cost("Announcements", at, None, 90.0)


def posts(post: Post) -> None:
    """Write in the forum, each time before a few of those who come there."""
    draw, often = stream(post.community, "posts"), post.community.organisation.posts_a_week
    members = np.flatnonzero(post.people.forum >= 0)
    for number, day in enumerate(over_the_year(0, post.community.days, often * 365 / 7)):
        at = int(post.clock.start + day * DAY + 11 * HOUR)
        who = draw.choice(members, min(members.size, READ_POSTS), replace=False)
        who = who[post.people.arrive[who] <= at]
        post.rows.add(
            np.full(who.size, at), post.people.forum[who], "forum", "broadcast", "out", text=post.news(draw, at)[0],
            activity=post.rows.name("activity", "Posts"), object=post.rows.name("object", f"our post {number}"),
        )  # fmt: skip


def banners(post: Post) -> None:
    """Show advertisements to people on the web, whoever they are to us."""
    draw, people = stream(post.community, "banners"), post.people
    often = rates(people, SEES_BANNERS, {}, post.community.organisation.advertising)
    who, at = there(people, *post.clock.happen(draw, often, people.shift))
    mobile = (draw.random(who.size) < people.mobile[who]).astype(np.int64)
    activity = post.rows.name("activity", "Banners")
    post.rows.add(at, people.mail[who], "web", "advertised", "out", activity=activity, device=mobile)
    for number in range(0, post.community.days, 30):
        shown = int(((at - post.clock.start) // (30 * DAY) == number // 30).sum())
        post.sent.cost("Banners", post.clock.start + number * DAY, round(0.4 * shown, 2), 30.0)


def radio(post: Post) -> None:
    """Speak on the radio in some weeks, to nobody knows whom."""
    draw, scale = stream(post.community, "radio"), post.community.organisation.advertising
    for week in range(post.community.days // 7):
        heard, reach = draw.random() < 0.4, float(np.rint(post.people.size * scale * draw.uniform(2, 6)))
        if heard and reach:
            post.sent.exposures.append(
                {
                    "activity": "Radio", "channel": "radio", "day": moment(post.clock.start + week * 7 * DAY).date(),
                    "reach": reach, "impressions": 2 * reach, "cost": float(np.rint(reach * 0.02)),
                }
            )  # fmt: skip
