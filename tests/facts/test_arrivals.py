"""Who arrived, by what, and when they were there again: counted by hand, and by a loop over every row."""

from __future__ import annotations

from tests.channels import lives
from tests.written import interactions
from ziggurat.base.instant import DAY, instant
from ziggurat.facts.arrivals import BROUGHT_DAYS, NEVER, arrivals
from ziggurat.people.ids import people_of

END = instant("2026-06-30")


def found(log):
    tables = lives.tables(log)
    buckets = tables["buckets"]
    came = arrivals(buckets, 0, END)
    people = tables["people"]
    names = dict(
        zip(people_of(people["person_id"].combine_chunks()).tolist(), people["identities"].to_pylist(), strict=True)
    )
    activities, channels = buckets.codes["activity"], buckets.codes["channel"]
    return {
        names[person][0]: (at, activities[activity] if activity >= 0 else None, channels[channel], again)
        for person, at, activity, channel, again in zip(*(one.tolist() for one in came), strict=True)
    }


def test_what_brought_somebody_is_named_by_their_first_act_or_came_shortly_before():
    log = interactions("""
        actor      at     kind     channel  activity    direction
        email:ana  01-05  emailed  email    Letter      out
        email:ana  01-20  visited  web      Search      in
        email:bea  01-05  emailed  email    Letter      out
        email:bea  02-01  visited  web      -           in
        email:bea  02-01  posted   forum    Fair        in
        email:cy   01-05  emailed  email    Letter      out
        email:cy   02-10  visited  web      -           in
        email:dan  01-05  emailed  email    Letter      out
    """)
    assert {who: row[1:3] for who, row in found(log).items()} == {
        "email:ana": ("Search", "web"),
        "email:bea": ("Letter", "web"),
        "email:cy": (None, "web"),
    }


def test_it_is_what_a_loop_over_all_rows_finds():
    log = lives.log()
    rows = sorted(
        (row | {"at": round(row["at"].timestamp() * 1e6)} for row in log.to_pylist()),
        key=lambda row: (row["actor"], row["at"], row["interaction_id"]),
    )
    assert {row["actor"] for row in rows} > {lives.STAFF}
    told = {}
    for row in rows:
        if row["actor"] == lives.STAFF or row["at"] > END:
            continue
        before = [
            one
            for one in rows
            if one["actor"] == row["actor"] and (one["at"], one["interaction_id"]) <= (row["at"], row["interaction_id"])
        ]
        if row["direction"] == "out":
            continue
        if row["actor"] not in told:
            named = [one for one in before if one["activity"] and row["at"] - one["at"] <= BROUGHT_DAYS * DAY]
            told[row["actor"]] = [row["at"], named[-1]["activity"] if named else None, row["channel"], NEVER]
        elif told[row["actor"]][3] == NEVER and row["at"] > told[row["actor"]][0] + DAY:
            told[row["actor"]][3] = row["at"]
    assert {who: tuple(one) for who, one in told.items()} == found(log)
