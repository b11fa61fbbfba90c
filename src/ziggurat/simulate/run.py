"""How does a community come to be? Its people first, what they do by themselves, then what we do, then what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ziggurat.base import schema
from ziggurat.simulate import buying, campaigns, habits, people, service, stories, talk, ties, trials, truth
from ziggurat.simulate.community import Community
from ziggurat.simulate.draws import Clock
from ziggurat.simulate.rows import Rows
from ziggurat.simulate.settings import settings
from ziggurat.simulate.texts import Texts


@dataclass(frozen=True)
class Simulated:
    """A community's log, and what is true of it.

    tables: interactions, links, traits, exposures and costs, each as `schema.LOGGED` has it. truth: see `truth`.
    settings: what a workspace's `ziggurat.toml` holds for it.
    """

    tables: Mapping[str, pa.Table]
    truth: Mapping[str, pa.Table]
    settings: Mapping[str, Any]


def simulate(community: Community) -> Simulated:
    """Simulate a community: the same one, byte by byte, whenever and wherever the same is asked for."""
    clock = Clock.of(community)
    crowd = people.people(community, clock)
    known = ties.ties(community, crowd)
    rows, texts = Rows(clock), Texts()
    habits.live(community, rows, crowd, texts)
    habits.visitors(community, rows, crowd)
    tales = stories.Stories(community, rows, crowd, known)
    tales.share()
    tales.refer()
    talk.mentor(community, rows, crowd, known)
    buyers = buying.buy(community, rows, crowd, buying.buyers(community, crowd))
    taken_up = {name: trials.take_up(community, rows, crowd, known, name) for name in trials.CHALLENGES}
    said = talk.start(community, rows, crowd, texts)
    helped = talk.help_each_other(community, rows, crowd, known, texts, said)
    tales.speak_against(texts)
    theirs = rows.count
    answered = service.answer(community, rows, crowd, texts, said, "answering")
    heard = np.concatenate([helped, answered.number])
    again = talk.ask_again(community, rows, crowd, texts, said, heard)
    late = service.answer(community, rows, crowd, texts, again, "answering again")
    tales.go_round(answered)
    tales.be_grateful(buyers)
    service.attend_to(community, rows, crowd, texts)
    service.give_back(community, rows, crowd, theirs)
    service.work(community, clock, rows, crowd)
    post = campaigns.Post(community, rows, crowd, buyers, texts, campaigns.Sent())
    campaigns.run(post)
    trials.experiments(post)
    tales.sponsor()
    interactions, numbers = rows.table(crowd.identities, texts.all())
    tables = {
        "interactions": interactions,
        "links": people.links(crowd),
        "traits": people.traits(crowd),
        "exposures": pa.Table.from_pylist(post.sent.exposures, schema=schema.EXPOSURES),
        "costs": pa.Table.from_pylist(post.sent.costs, schema=schema.COSTS),
    }
    everything = talk.join_talks([said, again]), talk.join_talks([answered, late])
    told = truth.Known(community, clock, rows, crowd, known, buyers, texts, *everything, taken_up, post.sent, tales)
    return Simulated(tables, told.tables(interactions, numbers), settings())
