"""Who are our people, when their interactions are spread over a Spark cluster? As `people.people` says, in Spark's SQL.

Only links come to the driver. Whoever is in no link is the person of her own hash, worked out where her rows lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.engine import spark as engine
from ziggurat.base.schema import CONSENT
from ziggurat.log.histories import COLUMNS
from ziggurat.people.called import FULLNESS
from ziggurat.people.lived import Ints, consents
from ziggurat.people.people import Rules, Who
from ziggurat.people.resolve import hash_of, resolve
from ziggurat.people.staff import Staff, identity_test, trait_test

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

PERSON_ID = "concat('p', lpad(lower(hex(person)), 16, '0')) AS person_id"  # as people.ids.person_id


def merge_links(links: pa.Table, who: Who) -> dict[int, int]:
    """Return the person of each linked identity's hash where it is another than that hash."""
    ends = pa.chunked_array([*links["a"].chunks, *links["b"].chunks], pa.string())
    names = pc.drop_null(pc.unique(ends))
    hashes = pa.array([hash_of(name) for name in names.to_pylist()], pa.int64())
    seen = pa.table({"identity": names, "person": hashes, "first": pa.array(np.ones(len(names), np.int64))})
    found = resolve(
        seen, links, most_links=who.most_links, most_names=who.most_names, throwaway=who.anonymous
    ).identities
    own = hashes.take(pc.index_in(found["identity"], value_set=names).combine_chunks())
    pairs = zip(own.to_pylist(), found["person"].to_pylist(), strict=True)
    return {one: person for one, person in pairs if one != person}


def with_person(rows: DataFrame, identity: str, same: Mapping[int, int]) -> DataFrame:
    """Add the person who has an identity: its hash, unless links say otherwise."""
    own = rows.withColumn("person", engine.hash_identities(identity))
    if not same:
        return own
    pairs = pa.table({"person": pa.array(same.keys(), pa.int64()), "same": pa.array(same.values(), pa.int64())})
    joined = own.join(rows.sparkSession.createDataFrame(pairs), on="person", how="left")
    return joined.withColumn("person", engine.sql("coalesce(same, person)")).drop("same")


def merely_known(told: DataFrame) -> DataFrame:
    """Return a history row of kind -1 for each person with a trait or link: from then on she is known.

    told: person, identity, trait, value and at of every trait; identity and at alone for both sides of every link.
    """
    given = {"person": "person", "at": "min(at)", "actor": "min(identity)", "interaction_id": "'known'"}
    given |= {"kind": "-1", "channel": "-1", "activity": "-1", "source": "-1", "direction": "0", "import_no": "1"}
    types = engine.types(COLUMNS)
    columns = [
        engine.sql(given.get(name, "NULL")).cast(types[name].dataType).alias(name)
        for name in COLUMNS.names
        if name != "person"
    ]
    return told.groupBy("person").agg(*columns).select(*COLUMNS.names)


def describe_people(histories: DataFrame, told: DataFrame, kinds: list[str], rules: Rules) -> DataFrame:
    """Return one row a person: the columns of `schema.PEOPLE`, and `person`. told: as for `merely_known`."""
    latest = engine.sql(f"max_by(value, struct({FULLNESS}, at, value)) FILTER (WHERE value IS NOT NULL) AS value")
    several = f"count(DISTINCT CASE WHEN trait = 'name' THEN lower(value) END) > {int(rules.who.most_names)} AS several"
    nobodys = told.groupBy("identity").agg(engine.sql(several)).filter("several").drop("several")
    names = told.filter("trait = 'name'").join(nobodys, on="identity", how="left_anti")
    own = told.filter("trait <> 'name'").unionByName(names)
    about = own.groupBy("person", "trait").agg(latest).groupBy("person")
    texts = about.agg(
        engine.sql("max(value) FILTER (WHERE trait = 'name') AS name"),
        engine.sql("to_json(map_from_entries(sort_array(collect_list(struct(trait, value))))) AS traits"),
    )
    lives = sum_histories(histories, consents(kinds, rules.says)).join(
        describe_identities(histories, told, rules), on="person"
    )
    return lives.join(texts, on="person", how="left").selectExpr("*", PERSON_ID)


def describe_identities(histories: DataFrame, told: DataFrame, rules: Rules) -> DataFrame:
    """Return each person's identities, and whether they are staff, an agent or anonymous."""
    acted = histories.selectExpr("person", "actor AS identity", "NULL AS trait", "NULL AS value")
    rows = acted.unionByName(told.select("person", "identity", "trait", "value"))
    rows = rows.select(
        "person",
        "identity",
        *(of_rule(rule).alias(name) for name, rule in (("staff", rules.staff), ("agent", rules.agents))),
        engine.sql("split_part(identity, ':', 1) AS space"),
    )
    return (
        rows.withColumn("anonymous", rows["space"].isin(*rules.who.anonymous))
        .groupBy("person")
        .agg(
            engine.sql("sort_array(collect_set(identity)) AS identities"),
            engine.sql("coalesce(bool_or(staff), false) AS staff"),
            engine.sql("coalesce(bool_or(agent), false) AS agent"),
            engine.sql("bool_and(anonymous) AS anonymous"),
        )
    )


def of_rule(rule: Staff) -> Column:
    """Tell whether an identity, or a trait of it, is one that a rule tells; null where there is no trait to tell by."""
    return engine.sql(f"{identity_test(rule, engine.text)} OR {trait_test(rule, engine.text)}")


def sum_histories(histories: DataFrame, means: Ints) -> DataFrame:
    """Return each person's number of interactions, the first and last instant, and what she said of consent last."""
    yes, no = (", ".join(map(str, [-9, *np.flatnonzero(means == word).tolist()])) for word in range(len(CONSENT)))
    said = f"max_by(kind, struct(at, interaction_id, source)) FILTER (WHERE kind IN ({yes}, {no}))"
    return histories.groupBy("person").agg(
        engine.sql("count_if(kind >= 0) AS interactions"),
        engine.sql("min(at) AS first_at"),
        engine.sql("max(at) FILTER (WHERE kind >= 0) AS last_at"),
        engine.sql(
            f"CASE WHEN {said} IN ({yes}) THEN '{CONSENT[0]}' WHEN {said} IN ({no}) THEN '{CONSENT[1]}' END AS consent"
        ),
    )
