"""What is true of a simulated community, that a log alone does not tell?

Every table names people by their e-mail identity, and rows of the log by source and interaction_id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base import schema
from ziggurat.base.instant import DAY
from ziggurat.simulate.buying import Buyers
from ziggurat.simulate.campaigns import Sent
from ziggurat.simulate.community import ASKED_ON, Community
from ziggurat.simulate.draws import PERIOD, Clock, Ints
from ziggurat.simulate.people import MOODS, STAGES, STYLES, People
from ziggurat.simulate.rows import Rows, words_of_codes
from ziggurat.simulate.stories import STORIES, Stories
from ziggurat.simulate.talk import ADDRESSED, Said, host_of
from ziggurat.simulate.texts import LANGUAGES, NAMES, Texts
from ziggurat.simulate.ties import Ties
from ziggurat.simulate.words import FIRMS

INSTANT = schema.INSTANT
TABLES: Mapping[str, pa.Schema] = {
    "people": schema.table(
        identity=pa.string(),
        style=pa.string(),  # spectator, joiner, collector, critic, conversationalist or creator
        mood=pa.string(),  # detractor, passive or advocate
        ceiling=pa.string(),  # the stage beyond which she never comes
        activity=pa.float64(),  # how much she does of anything; 1 on average
        arrived=INSTANT,
        group=pa.int64(),
        second_group=pa.int64(),  # null for most
        account=pa.string(),  # firm, null for private people
        buys=pa.bool_(),
        purchases_a_day=pa.float64(),  # BG/NBD lambda; null for those who never buy
        dropout=pa.float64(),  # BG/NBD p
        spend=pa.float64(),  # mean amount of a purchase, euros
        gone_at=INSTANT,  # when she dropped out as a buyer; null where she has not
    ),
    "stages": schema.table(identity=pa.string(), stage=pa.string(), since=INSTANT, until=INSTANT),
    "groups": schema.table(group=pa.int64(), people=pa.int64(), host=pa.string()),
    "ties": schema.table(a=pa.string(), b=pa.string()),
    "adoption": schema.table(
        activity=pa.string(),
        identity=pa.string(),
        at=INSTANT,
        after=pa.string(),  # whom she knows and took it up from; null where nobody
        influence=pa.float64(),  # each tie's addition to the chance of a day, relative to that unasked
    ),
    "campaigns": schema.table(
        activity=pa.string(),
        at=INSTANT,
        messages=pa.int64(),
        effect=pa.float64(),  # purchases that a message triggers on average
        half_life_days=pa.float64(),
        triggered=pa.int64(),  # purchases within the time simulated
    ),
    "experiments": schema.table(
        activity=pa.string(),
        since=INSTANT,
        control=pa.int64(),
        new=pa.int64(),
        outcome=pa.string(),
        measure=pa.string(),
        window_days=pa.int64(),
        lift=pa.float64(),  # of the outcome per person, in the measure
    ),
    "answering": schema.table(
        channel=pa.string(),
        addressed=pa.int64(),  # questions, complaints and requests
        answered=pa.int64(),  # of these by us, within the time simulated or after it
        answered_share=pa.float64(),  # that was meant
        median_hours=pa.float64(),
        spread=pa.float64(),  # standard deviation of the logarithm of hours
    ),
    "topics": schema.table(
        source=pa.string(),
        interaction_id=pa.string(),
        topic=pa.string(),
        tone=pa.int64(),  # -1, 0 or 1
        language=pa.string(),
    ),
    **STORIES,
}


@dataclass(frozen=True)
class Known:
    """All that was drawn."""

    community: Community
    clock: Clock
    rows: Rows
    people: People
    ties: Ties
    buyers: Buyers
    texts: Texts
    said: Said
    answered: Said
    taken_up: Mapping[str, tuple[tuple[Ints, Ints, Ints], float]]
    sent: Sent
    tales: Stories

    def tables(self, interactions: pa.Table, numbers: Ints) -> dict[str, pa.Table]:
        """Return the tables of TABLES. numbers: of the rows, in order."""
        return {
            "people": self.of_people(),
            "stages": self.of_stages(),
            "groups": self.of_groups(),
            "ties": self.of_ties(),
            "adoption": self.of_adoption(),
            "campaigns": pa.Table.from_pylist(self.sent.campaigns, schema=TABLES["campaigns"]),
            "experiments": pa.Table.from_pylist(self.sent.experiments, schema=TABLES["experiments"]),
            "answering": self.of_answering(),
            "topics": self.of_topics(interactions, numbers),
            **self.tales.tables(),
        }

    def who(self, people: Ints) -> pa.Array:
        """Return the e-mail identities of people, null for -1."""
        return words_of_codes(np.where(people >= 0, self.people.mail[people], -1), self.people.identities)

    def of_people(self) -> pa.Table:
        """Return one row a person."""
        people, buyers = self.people, self.buyers
        never = ~buyers.ever
        gone = np.where(buyers.gone < self.clock.end, buyers.gone, -1)
        columns = [
            self.who(np.arange(people.size)),
            words_of_codes(people.style, STYLES),
            words_of_codes(people.mood, MOODS),
            words_of_codes(people.ceiling, STAGES),
            people.activity,
            instants(people.arrive),
            people.group,
            pa.array(people.second, mask=people.second < 0),
            words_of_codes(people.account, FIRMS),
            buyers.ever,
            *(pa.array(values, mask=never) for values in (buyers.rate, buyers.dropout, buyers.spend)),
            pa.array(gone, mask=gone < 0).cast(INSTANT),
        ]
        return pa.table(columns, schema=TABLES["people"])

    def of_stages(self) -> pa.Table:
        """Return one row for each stretch of time that a person stood on a stage."""
        stage = self.people.stage
        begins = np.ones(stage.shape, np.bool_)
        begins[:, 1:] = stage[:, 1:] != stage[:, :-1]
        who, period = np.nonzero(begins & (stage >= 0))
        since = np.maximum(self.clock.start + period * PERIOD * DAY, self.people.arrive[who])
        last = np.append(who[1:] != who[:-1], True) if who.size else np.empty(0, np.bool_)
        until = np.where(last, self.clock.end, np.append(since[1:], 0)) if who.size else since
        columns = [self.who(who), words_of_codes(stage[who, period], STAGES), instants(since), instants(until)]
        return pa.table(columns, schema=TABLES["stages"])

    def of_groups(self) -> pa.Table:
        """Return one row a group: how many are in it in the first place, and who greets its newcomers."""
        host = host_of(self.people)
        people = np.bincount(self.people.group, minlength=host.size)
        return pa.table([np.arange(host.size), people, self.who(host)], schema=TABLES["groups"])

    def of_ties(self) -> pa.Table:
        """Return each tie once."""
        a, b = np.repeat(np.arange(self.people.size), np.diff(self.ties.start)), self.ties.other
        return pa.table([self.who(a[a < b]), self.who(b[a < b])], schema=TABLES["ties"])

    def of_adoption(self) -> pa.Table:
        """Return who took up what, when, and after whom."""
        parts = [
            pa.table(
                [
                    pa.array([name] * who.size, pa.string()),
                    self.who(who),
                    instants(at),
                    self.who(after),
                    np.full(who.size, influence),
                ],
                schema=TABLES["adoption"],
            )
            for name, ((who, at, after), influence) in self.taken_up.items()
        ]
        return pa.concat_tables(parts)

    def of_answering(self) -> pa.Table:
        """Return how each channel is answered."""
        ours, to = self.community.organisation, self.answered
        rows = []
        for place, channel in enumerate(ASKED_ON):
            listens = channel in ours.listens_to and ours.answering_departments > 0 and ours.staff > 0
            rows.append(
                {
                    "channel": channel,
                    "addressed": int(((self.said.channel == place) & self.said.of(*ADDRESSED)).sum()),
                    "answered": int(((to.channel == place) & to.of(*ADDRESSED)).sum()),
                    "answered_share": ours.answered_share if listens else 0.0,
                    "median_hours": ours.hours_to_answer.get(channel, 24.0),
                    "spread": ours.spread_of_hours,
                }
            )
        return pa.Table.from_pylist(rows, schema=TABLES["answering"])

    def of_topics(self, interactions: pa.Table, numbers: Ints) -> pa.Table:
        """Return what every row with a text is about, in the order of the log."""
        at = np.empty(self.rows.count, np.int64)
        at[self.rows.gathered("number")] = self.rows.gathered("text")
        text = at[numbers]
        some = np.flatnonzero(text >= 0)
        named = interactions.select(["source", "interaction_id"]).take(pa.array(some))
        codes = text[some]
        columns = [
            *named.columns,
            words_of_codes(self.texts.of("topic")[codes], NAMES),
            pa.array(self.texts.of("tone")[codes]),
            words_of_codes(self.texts.of("language")[codes], LANGUAGES),
        ]
        return pa.table(columns, schema=TABLES["topics"])


def instants(at: Ints) -> pa.Array:
    """Return µs as the log has instants."""
    return pc.cast(pa.array(at, pa.int64()), INSTANT)
