"""What can be set: how large the community is, how the organisation behaves, and how its customers do?

The two sides are set apart, and every subject draws its own numbers: changing the organisation leaves what customers
do by themselves as it is, row by row, and changing one habit of customers leaves their other habits as they are.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import msgspec

from ziggurat.base.errors import DeclarationError
from ziggurat.simulate.words import DEPARTMENTS

ASKED_ON = ("email", "forum", "chat", "phone")  # where people turn to us
HOURS = {"email": 14.0, "forum": 9.0, "chat": 0.7, "phone": 0.2}
MOST_PEOPLE, MOST_DAYS = 10_000_000, 20_000


def within(where: str, knobs: msgspec.Struct, low: float, high: float, *names: str) -> None:
    """Check some knobs. Raises: DeclarationError naming the one that is out of bounds."""
    for name in names:
        value = getattr(knobs, name)
        if not (math.isfinite(value) and low <= value <= high):
            raise DeclarationError(f"{where}: {name} = {value} must be from {low:,} to {high:,}.")


class Organisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the organisation does.

    staff: how many people work there. departments: how many of them there are; answering_departments: how many of
    those answer people. listens_to: channels on which it answers at all. answered_share: of the questions, complaints
    and requests there. hours_to_answer: median by channel; answers are spread log-normally around it by
    `spread_of_hours`, the standard deviation of the logarithm. threaded_share: of answers, those that name what they
    answer. newsletter_days: between two newsletters. campaigns_a_year; of them tailored_share go to people by what
    they did or to a segment, and the others alike to all. campaign_effect: purchases that one campaign message
    triggers on average; half_life_days: of the time to them. experiments: how many there are, every second of them
    without effect; lift: visits that a variant adds per person. posts_a_week: of its own in the forum.
    follows_expectations: 0 to 1, how far what it publishes is about what people asked a season (45 days) before.
    thanks_share, rewards_share: of contributions and of referrals. teaching, meetings, advertising: workshops,
    personal talks, and banners and radio, relative to the usual. events_a_year: meetups.
    """

    staff: int = 14
    departments: int = 5
    answering_departments: int = 3
    listens_to: tuple[str, ...] = ASKED_ON
    answered_share: float = 0.75
    hours_to_answer: Mapping[str, float] = msgspec.field(default_factory=lambda: dict(HOURS))
    spread_of_hours: float = 1.0
    threaded_share: float = 0.9
    newsletter_days: float = 21.0
    campaigns_a_year: float = 8.0
    tailored_share: float = 0.6
    campaign_effect: float = 0.05
    half_life_days: float = 3.0
    experiments: int = 2
    lift: float = 0.35
    posts_a_week: float = 0.0
    follows_expectations: float = 0.3
    thanks_share: float = 0.4
    rewards_share: float = 0.3
    teaching: float = 1.0
    meetings: float = 1.0
    events_a_year: float = 10.0
    advertising: float = 1.0

    def __post_init__(self) -> None:
        within("organisation", self, 0, 1, "answered_share", "threaded_share", "tailored_share", "thanks_share")
        within("organisation", self, 0, 1, "follows_expectations", "rewards_share")
        within("organisation", self, 0, 5, "campaign_effect", "lift", "spread_of_hours")
        within("organisation", self, 0, 400, "campaigns_a_year", "events_a_year")
        within("organisation", self, 0, 100, "teaching", "meetings", "advertising", "experiments", "posts_a_week")
        within("organisation", self, 0.1, 10_000, "newsletter_days", "half_life_days")
        within("organisation", self, 0, 10_000, "staff")
        within("organisation", self, 1, len(DEPARTMENTS), "departments")
        within("organisation", self, 0, self.departments, "answering_departments")
        for channel in (*self.listens_to, *self.hours_to_answer):
            if channel not in ASKED_ON:
                raise DeclarationError(
                    f"organisation: people ask nothing on '{channel}'; they do on: {', '.join(ASKED_ON)}."
                )
        for channel, hours in self.hours_to_answer.items():
            if not 0 < hours <= 10_000:
                raise DeclarationError(f"organisation: {hours} hours to answer on {channel}; give more than 0.")


class Customers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What customers do; all relative to the usual, 1, unless said otherwise.

    starts: how often they begin a conversation with us. reciprocity: how readily they open, click and come. returns:
    share, 0 to 1, of answers after which the person answered comes back. asks_again: share, 0 to 1, of those whom
    nobody answered who ask again. among: how many answers they get from each other. advocacy: how often they
    recommend, refer and share. mood: shifts how many are content, from -1 to 1, 0 being the usual. drift: above 0 more
    climb than slip, below 0 the other way, each unit by a factor of e. buying: share of people, 0 to 1, who ever buy.
    shift: how far, 0 to 1, what people ask about moves on from season to season. peer_influence: how much more likely
    each day a person takes up the challenge for each tie that has, against doing so unasked. passing_on: how many of
    those who know them pass on what somebody shared, on average, 0 to 0.9. gratitude: share, 0 to 1, of buyers answered
    within what is promised who buy once more for it. onlooking: share, 0 to 1, of members who read the answer of ours
    that goes round.
    """

    starts: float = 1.0
    reciprocity: float = 1.0
    returns: float = 0.35
    asks_again: float = 0.3
    among: float = 1.0
    advocacy: float = 1.0
    mood: float = 0.0
    drift: float = 0.0
    buying: float = 0.5
    shift: float = 0.0
    peer_influence: float = 200.0
    passing_on: float = 0.35
    onlooking: float = 0.12
    gratitude: float = 0.15

    def __post_init__(self) -> None:
        within("customers", self, 0, 1, "returns", "asks_again", "buying", "shift", "gratitude", "onlooking")
        within("customers", self, 0, 0.9, "passing_on")
        within("customers", self, -1, 1, "mood")
        within("customers", self, -5, 5, "drift")
        within("customers", self, 0, 50, "starts", "among", "advocacy")
        within("customers", self, 0, 3, "reciprocity")
        within("customers", self, 0, 1000, "peer_influence")


class Community(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A community to be simulated.

    people: known ones, by the end. days: from the beginning of `start`, UTC. seed: the same seed gives the same
    community. accounts_share: of people, those who come for a company. anonymous: visitors who never say who they
    are, for each known person. organisation, customers: what the two sides do.

    Raises: DeclarationError if a number is out of bounds.
    """

    people: int = 2000
    days: int = 730
    seed: int = 7
    start: dt.date = dt.date(2024, 1, 1)
    accounts_share: float = 0.12
    anonymous: float = 0.4
    organisation: Organisation = Organisation()
    customers: Customers = Customers()

    def __post_init__(self) -> None:
        within("community", self, 1, MOST_PEOPLE, "people")
        within("community", self, 1, MOST_DAYS, "days")
        within("community", self, 0, 2**63 - 1, "seed")
        within("community", self, 0, 1, "accounts_share")
        within("community", self, 0, 20, "anonymous")
