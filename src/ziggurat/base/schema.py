"""Every table, declared once.

Logged tables hold time as UTC timestamps with microseconds. Derived tables hold it as int64
microseconds since 1970-01-01 UTC, because that is the one form in which every engine computes alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")
DIRECTIONS = ("in", "out", "among")
DEVICES = ("web", "mobile", "other")
OTHER_IDENTITIES = "ziggurat_identities"  # beside the cells that no field took: those of the row, a line each


def table(**columns: pa.DataType) -> pa.Schema:
    """Build a schema from names and types; every column may be null unless its reader says otherwise."""
    return pa.schema(list(columns.items()))


# ---- logged: what came in, append-only -------------------------------------------------------------------------

INTERACTIONS = table(
    interaction_id=pa.string(),  # unique within source; made from the content where the source has none
    source=pa.string(),
    at=INSTANT,
    received_at=INSTANT,
    actor=pa.string(),  # identity of who did it, namespace:value; of who got it, where the direction is out
    channel=pa.string(),
    kind=pa.string(),
    direction=pa.string(),  # in, out or among, where the row states it; null is settled by who did it towards whom
    activity=pa.string(),
    counterpart=pa.string(),  # identity at the other end
    object=pa.string(),
    in_reply_to=pa.string(),
    text=pa.string(),
    amount=pa.float64(),  # workspace currency
    minutes=pa.float64(),
    score=pa.float64(),
    device=pa.string(),  # web, mobile or other
    properties=pa.string(),  # JSON object: the columns of the row that no field took
)
REQUIRED = ("at", "actor", "channel", "kind")

EXPOSURES = table(
    activity=pa.string(),
    channel=pa.string(),
    day=pa.date32(),
    reach=pa.float64(),  # people, estimated
    impressions=pa.float64(),
    cost=pa.float64(),  # workspace currency
)

COSTS = table(
    activity=pa.string(),
    day=pa.date32(),
    money=pa.float64(),  # workspace currency
    staff_minutes=pa.float64(),
)

LINKS = table(
    a=pa.string(),  # identity
    b=pa.string(),  # identity
    evidence=pa.string(),  # why they are one person: 'same row', 'decided', …
    source=pa.string(),
    at=INSTANT,
)

TRAITS = table(
    identity=pa.string(),
    trait=pa.string(),  # name, company, city, …
    value=pa.string(),
    source=pa.string(),
    at=INSTANT,
)

REJECTED = table(
    source=pa.string(),
    file=pa.string(),
    line=pa.int64(),  # 1-based line (CSV, JSON Lines) or row (XLSX, Parquet), the header counted where there is one
    reason=pa.string(),
    row=pa.string(),  # JSON object: the original row, header → text
)

LOGGED = {
    "interactions": INTERACTIONS,
    "exposures": EXPOSURES,
    "costs": COSTS,
    "links": LINKS,
    "traits": TRAITS,
    "rejected": REJECTED,
}

# ---- declared: what a workspace is told, as the studies take it --------------------------------------------------

KINDS = table(
    kind=pa.string(),
    group=pa.string(),  # attention, conversation, …
    direction=pa.string(),  # the usual one: in, out or among
    like=pa.string(),  # the shipped kind that one of a workspace's own is like; itself where it is like none
    # what a kind means: docs/facts.md has a line on each of these
    sent=pa.bool_(),
    reacts=pa.bool_(),
    asks=pa.bool_(),
    may_ask=pa.bool_(),
    answers=pa.bool_(),
    speaks=pa.bool_(),
    begins=pa.bool_(),
    private=pa.bool_(),
    meets=pa.bool_(),
    hears=pa.bool_(),
    looks=pa.bool_(),
    exchanges=pa.bool_(),
    endorses=pa.bool_(),
    works=pa.bool_(),
    turns=pa.bool_(),
    spreads=pa.bool_(),
    returns=pa.bool_(),
    thanks=pa.bool_(),
    scores=pa.bool_(),
    publishes=pa.bool_(),
    assigns=pa.bool_(),
    takes_back=pa.bool_(),
    gives=pa.string(),  # the entry of the ledger on their side
    gets=pa.string(),  # the entry of the ledger on ours
    passes_on=pa.string(),  # the entry of the one towards whom a person does it
    role=pa.string(),
    evidence=pa.string(),
    consent=pa.string(),
)

ACTIVITIES = table(
    place=pa.int64(),  # order in which they are declared; the first that fits a name counts
    activity=pa.string(),  # name, in which * stands for any text
    tailored=pa.string(),  # person, segment, test, or null where all get the same
    triggered=pa.bool_(),  # sent because of something that the person did
    hears=pa.bool_(),  # whether it takes in what people do with it; null where nothing is said
)

TARGETS = table(
    place=pa.int64(),  # order in which they are declared; the first that fits a channel counts
    channel=pa.string(),  # name, in which * stands for any text
    hours=pa.float64(),  # in which people are to be answered there
)

LANGUAGES = table(
    place=pa.int64(),  # as above
    channel=pa.string(),  # name, in which * stands for any text
    language=pa.string(),  # ISO 639-1 code of what is written there; null where a row only has names
    names=pa.string(),  # of the organisation, its products, its staff, one a line: there they are no words
)

RATES = table(
    what=pa.string(),  # a kind of interaction, or an hour of hers or of ours
    money=pa.float64(),  # what one is worth, or costs, in workspace currency
)

ZONE = table(
    timezone=pa.string(),  # IANA name: hours of the day and weekdays are its clocks'; UTC where there is no row
)

QUESTIONNAIRE = table(
    indicator=pa.string(),  # what was asked about the organisation
    step=pa.int64(),  # 1 to 4: which of the answers, worst first
    at=pa.int64(),  # when it was answered
)

# ---- derived: what follows from the log ------------------------------------------------------------------------

PEOPLE = table(
    person_id=pa.string(),  # 'p' and 16 hex digits; stable when people merge
    name=pa.string(),
    identities=pa.list_(pa.string()),
    staff=pa.bool_(),
    agent=pa.bool_(),  # software that acts under an account of its own; of ours, where it is staff too
    anonymous=pa.bool_(),  # seen under throw-away identities alone; can't be contacted
    consent=pa.string(),  # subscribed, unsubscribed or null when never said
    traits=pa.string(),  # JSON object
    interactions=pa.int64(),  # count, any direction
    first_at=pa.int64(),
    last_at=pa.int64(),
)

# Who is in no figure of people: `facts.population`. COUNTS is the rule as SQL, the same for DuckDB and Spark.
CONSENT = ("subscribed", "unsubscribed")  # what is said of it in `PEOPLE`: given, withdrawn
APART = ("staff", "agent", "anonymous")
COUNTS = " AND ".join(f"NOT {flag}" for flag in APART)

LEVELS = table(
    person_id=pa.string(),
    ladder=pa.string(),
    level=pa.int16(),  # 0 = known, on no rule
    since=pa.int64(),
    until=pa.int64(),  # exclusive; null while it stands with no end in sight
    change=pa.string(),  # first, climb or slip: how this row began
    from_level=pa.int16(),  # level before; null on the first row
    rule=pa.string(),  # that tipped (climb) or lapsed (slip), in words behind its level's name
    cause=pa.string(),  # interaction_id that tipped it; null for a slip
    cause_source=pa.string(),
    cause_kind=pa.string(),
    cause_channel=pa.string(),
    cause_activity=pa.string(),
)

STANDINGS = table(
    person_id=pa.string(),
    ladder=pa.string(),
    level=pa.int16(),
    since=pa.int64(),  # when this level began
    first_level=pa.int16(),
    first_at=pa.int64(),  # first interaction of any direction
    last_at=pa.int64(),  # latest interaction by the person (in or among); null if there is none
    peak=pa.int16(),
    peak_at=pa.int64(),  # when the peak was first reached
    lapsed_at=pa.int64(),  # when no rule of this level held any longer (in grace since then); null if one holds
    slips_at=pa.int64(),  # when the level ends if nothing more happens; null if never
    next_level=pa.int16(),  # level + 1; null at the top
    next_rule=pa.string(),  # the rule of next_level that is nearest
    have=pa.float64(),  # in the rule's own unit: interactions, days, channels, money, minutes
    need=pa.float64(),
    nearness=pa.float64(),  # have / need, 0 to 1; half of that while the rule's conditions are not met
    lacks=pa.string(),  # the rule's conditions, in words, while they are not all met; null while they are
)


# ---- answered: how the columns of every study are named, so that each reader writes and draws them alike ---------

SHARES = re.compile(r"(.*_)?share(_.*)?|nearness|climbed_\d+|removal_effect|within|slower|gap|difference|confidence")


INSTANTS = ("at", "since", "until", "starts")  # and whatever ends in _at


def is_instant(name: str) -> bool:
    """Say whether a column of whole numbers holds instants, µs since 1970 (UTC).

    >>> is_instant("last_at"), is_instant("people")
    (True, False)
    """
    return name in INSTANTS or name.endswith("_at")


def with_times(table: pa.Table) -> pa.Table:
    """Return a table with its instants, which are int64 µs, as timestamps in UTC."""
    for place, field in enumerate(table.schema):
        if is_instant(field.name) and field.type == pa.int64():
            table = table.set_column(place, field.name, table[field.name].cast(INSTANT))
    return table


def is_share(name: str) -> bool:
    """Say whether a column holds fractions, or differences of fractions, which are read as percentages.

    >>> is_share("share_difference"), is_share("climbed_30"), is_share("mood")
    (True, True, False)
    """
    return SHARES.fullmatch(name) is not None


def bounds(names: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Return estimate → its low and high bound: the two columns right after it whose names it begins with.

    What merely stands beside an estimate, such as the range that chance would give, is no bound of it.

    >>> bounds(["people", "share", "low", "high", "median_hours", "median_low", "median_high"])
    {'share': ('low', 'high'), 'median_hours': ('median_low', 'median_high')}
    >>> bounds(["modularity", "chance_low", "chance_high"])
    {}
    """
    given = list(names)
    found = {}
    for name, low, high in zip(given, given[1:], given[2:], strict=False):
        stem, end = low.removesuffix("low"), low[-3:]
        if end == "low" and high == f"{stem}high" and name.startswith(stem.removesuffix("_")):
            found[name] = (low, high)
    return found
