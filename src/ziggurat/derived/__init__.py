"""What follows from the log, kept on disk and made when it is first asked for: people, levels, standings, SQL."""

from __future__ import annotations

from ziggurat.derived import climbs, persons, sql
from ziggurat.derived.bounds import BOUNDS, Bounds
from ziggurat.derived.climbs import ByHand
from ziggurat.derived.store import Store

__all__ = ["BOUNDS", "Bounds", "ByHand", "Derived"]


class Derived(Store):
    """The derived tables of one workspace folder. Each method is a function of the room that it is taken from."""

    people = persons.people
    people_at = persons.people_at
    counts = persons.counts
    acted = persons.acted
    automatic = persons.automatic
    of_agents = persons.of_agents
    stopped = persons.stopped
    whose = persons.whose
    identity = persons.identity
    one = persons.one
    seen = persons.seen
    buckets = persons.buckets
    who_says = persons.who_says
    levels = climbs.levels
    standings = climbs.standings
    tried = climbs.tried
    beside = climbs.beside_of
    ladder_of = climbs.ladder_of
    answer = sql.run_query
