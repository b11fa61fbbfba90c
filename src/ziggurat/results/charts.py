"""How is an answer drawn?

Small functions from rows to Altair charts. They set marks, scales and tooltips, never fonts, backgrounds or text
colours: those come from a theme, so that one chart serves a light page, a dark page and a printed one. Fill colours are
mid-toned, which reads on both; they follow Okabe & Ito's palette, which people with colour-blindness can tell apart;
and no chart says by colour alone what its text or place does not say too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ziggurat.base.heavy import alt
from ziggurat.base.schema import bounds, is_share
from ziggurat.base.words import numbers

Rows = Sequence[Mapping[str, Any]]

BLUE, ORANGE, GREEN, PINK, SKY, YELLOW, GREY = (
    "#3d8fcf",
    "#e08a2e",
    "#1fa187",
    "#c978ab",
    "#56b4e9",
    "#d9b93b",
    "#8b93a1",
)
PALETTE = (BLUE, ORANGE, GREEN, PINK, YELLOW, GREY, SKY)
DASHES = ([1, 0], [8, 3], [3, 3], [10, 3, 3, 3], [6, 6], [2, 5], [12, 2])
MARKS = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
DIRECTIONS = {"climbed": GREEN, "slipped": ORANGE, "stayed": GREY, "new": BLUE}
REASONS = {
    "climbed": GREEN,
    "near": BLUE,
    "picking up": SKY,
    "in grace": YELLOW,
    "slipped": ORANGE,
    "below peak": GREY,
    "gone quiet": PINK,
}
FORMATS = {"float": ",.1~f", "share": ".1%", "int": ",.0f"}
BARE = {"domain": False, "ticks": False, "grid": False, "labelPadding": 8}
ACROSS = 46  # signs that stand beside each other on a phone
NARROW = {"expr": "containerSize()[0] < 480 ? 150 : 260"}  # pixels of a label: on a phone a chart needs the room more
PERCENT = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
ROW = 34  # pixels per row of a chart with one row per thing


def column_words(name: str) -> str:
    """Return a column's name in words."""
    words = name.removesuffix("_name").replace("_", " ")
    return words[:1].upper() + words[1:]


def data(rows: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows as inline data, times as ISO text."""
    plain = [
        {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()} for row in rows
    ]
    return alt.InlineData(values=plain)


def tips(rows: Rows, unsaid: Collection[str] = ()) -> list[alt.Tooltip]:
    """Return a tooltip with every column that has a value, numbers written for people; bounds as what they bound.

    unsaid: columns that the marks have for another reason, such as those by which they open to their people.
    """
    found = []
    names = [name for name in (rows[0] if rows else ()) if name not in unsaid]
    bounded = {bound: name for name, pair in bounds(names).items() for bound in pair}
    for name in names:
        value = next((row[name] for row in rows if row[name] is not None), None)
        if value is None:
            continue
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            share = isinstance(value, float) and is_share(bounded.get(name, name))
            style = "share" if share else type(value).__name__
            found.append(alt.Tooltip(field=name, type="quantitative", title=column_words(name), format=FORMATS[style]))
        else:
            found.append(alt.Tooltip(field=name, type="nominal", title=column_words(name)))
    return found


def fitted(chart: alt.Chart | alt.LayerChart, rows: float, title: str = "") -> alt.TopLevelMixin:
    """Let a chart fill the width it is given, with a height for so many rows."""
    sized: alt.Chart | alt.LayerChart = chart.properties(width="container", height=max(1.0, rows) * ROW)
    return sized.properties(title=title) if title else sized


def nothing() -> alt.TopLevelMixin:
    """Say that there is nothing to draw: axes that span nothing would be drawn without end."""
    return fitted(alt.Chart(data([{}])).mark_text(text="There is nothing to draw yet."), 1)


def aside(room: int) -> tuple[alt.ExprRef, alt.ExprRef]:
    """Return where marks end that have words at their right, `room` pixels wide, and how opaque those words are.

    Where there is no room for both, as on a phone, the marks get all of it: the words are in the table too.
    """
    narrow = f"width < {room + 90}"
    return alt.ExprRef(f"{narrow} ? width : width - {room}"), alt.ExprRef(f"{narrow} ? 0 : 1")


def inside(base: alt.Chart, rows: Rows, text: str, across: int, size: int = 11) -> alt.Chart:
    """Write a text into each cell of a chart, so many of them across, where they are wide enough for it."""
    longest = max((len(str(row[text])) for row in rows), default=1)
    least = across * (0.62 * size * longest + 2)
    words: alt.Chart = base.mark_text(fontSize=size, opacity=alt.ExprRef(f"width < {least:.0f} ? 0 : 1")).encode(
        text=alt.Text(text, type="nominal")
    )
    return words


def distinct(rows: Rows, name: str) -> list[Any]:
    """Return the values of a column in order of appearance."""
    return list(dict.fromkeys(row[name] for row in rows))


def steps(rows: Rows, *, y: str, x: str, share: str, apart: str) -> alt.TopLevelMixin:
    """Draw centred steps, one per row from top to bottom; the row named `apart` is drawn pale, as no part of them."""
    widest = max([row[x] for row in rows] + [1])
    drawn = [
        dict(row) | {"_left": -row[x] / 2, "_right": row[x] / 2, "_said": write_count(row, x, share)} for row in rows
    ]
    base = alt.Chart(data(drawn)).encode(y=alt.Y(f"{y}:N", sort=None, title=None, axis=BARE))
    room = 185 if any(row.get("change") for row in rows) else 125
    scale = alt.Scale(domain=[-widest / 2, widest / 2], nice=False, range=[0, alt.ExprRef(f"max(width - {room}, 40)")])
    bars = base.mark_bar(color=BLUE, cornerRadius=2, height=alt.RelativeBandSize(0.9)).encode(
        x=alt.X("_left:Q", axis=None, scale=scale),
        x2="_right:Q",
        opacity=alt.condition(alt.FieldEqualPredicate(field=y, equal=apart), alt.value(0.35), alt.value(1)),
        tooltip=tips(rows),
    )
    labels = base.mark_text(align="right").encode(x=alt.value(alt.ExprRef("width")), text="_said:N")
    return fitted(bars + labels, len(rows))


def write_count(row: Mapping[str, Any], count: str, share: str) -> str:
    """Write a count with its share, and its change where there is one."""
    text = numbers.number(row[count]) + ("" if row[share] is None else f" · {numbers.share(row[share])}")
    return text + ("" if not row.get("change") else f" · {numbers.change(row['change'])}")


def bars(rows: Rows, *, y: str, x: str, unsaid: Collection[str] = ()) -> alt.TopLevelMixin:
    """Draw one bar per row, in the order of the rows, with its count written beside it.

    unsaid: columns that its tooltips leave out.
    """
    base = alt.Chart(data(rows)).encode(y=alt.Y(f"{y}:N", sort=None, title=None, axis=BARE))
    bar = base.mark_bar(color=BLUE, height=alt.RelativeBandSize(0.66), cornerRadius=2).encode(
        x=count_axis(x), tooltip=tips(rows, unsaid)
    )
    labels = base.mark_text(align="left", dx=5).encode(x=f"{x}:Q", text=alt.Text(f"{x}:Q", format=FORMATS["int"]))
    return fitted(bar + labels, len(rows))


def rank_bars(rows: Rows, *, label: str, x: str, colour: str) -> alt.TopLevelMixin:
    """Draw one bar per row, in the order of the rows, with a label too long for an axis written above it."""
    drawn = [dict(row) | {"_rank": rank} for rank, row in enumerate(rows)]
    base = alt.Chart(data(drawn)).encode(y=alt.Y("_rank:O", title=None, axis=None))
    legend = alt.Legend(orient="bottom", columns=3)
    bar = base.mark_bar(height=10, yOffset=9, cornerRadius=2).encode(
        x=count_axis(x),
        color=alt.Color(f"{colour}:N", title=column_words(colour), scale=alt.Scale(range=PALETTE), legend=legend),
        tooltip=tips(rows),
    )
    words = base.mark_text(align="left", dy=-7, limit=alt.ExprRef("width")).encode(x=alt.value(0), text=f"{label}:N")
    counts = base.mark_text(align="left", dx=5, dy=9).encode(x=f"{x}:Q", text=alt.Text(f"{x}:Q", format=FORMATS["int"]))
    return fitted(bar + words + counts, len(rows) * 1.25)


def count_axis(name: str) -> alt.X:
    """Return an axis of counts from 0 that leaves room for a number beside the longest bar."""
    axis = alt.Axis(format=FORMATS["int"], tickCount=4, tickMinStep=1)
    scale = alt.Scale(range=[0, alt.ExprRef("max(width - 60, 40)")])
    return alt.X(f"{name}:Q", title=column_words(name), axis=axis, scale=scale)


def shares(rows: Rows, *, y: str, x: str = "share", title: str = "", unsaid: Collection[str] = ()) -> alt.TopLevelMixin:
    """Draw one bar per row from 0 to 1, with a line for its bounds, `low` to `high`, and how many `people` beside it.

    unsaid: columns that its tooltips leave out.
    """
    drawn = [dict(row) | {"_said": write_count(row, "people", x)} for row in rows]
    base = alt.Chart(data(drawn)).encode(y=alt.Y(f"{y}:N", sort=None, title=None, axis=BARE))
    end, seen = aside(110)
    scale = alt.Scale(domain=[0, 1], range=[0, end])
    bar = base.mark_bar(color=BLUE, height=alt.RelativeBandSize(0.66), cornerRadius=2).encode(
        x=alt.X(f"{x}:Q", title=column_words(x), scale=scale, axis=PERCENT), tooltip=tips(rows, unsaid)
    )
    rule = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q")
    labels = base.mark_text(align="right", opacity=seen).encode(x=alt.value(alt.ExprRef("width")), text="_said:N")
    return fitted(bar + rule + labels, len(rows), title)


def stacks(rows: Rows, *, y: str, colour: str, order: str) -> alt.TopLevelMixin:
    """Draw how many rows there are for each value of `y`, stacked by reason."""
    reasons = [reason for reason in REASONS if reason in distinct(rows, colour)]
    return fitted(
        alt.Chart(data(dict(row) | {"_rank": reasons.index(row[colour])} for row in rows))
        .mark_bar(height=alt.RelativeBandSize(0.7))
        .encode(
            y=alt.Y(f"{y}:N", sort=alt.EncodingSortField(order, op="max", order="descending"), title=None),
            x=alt.X("count()", title="People", axis=alt.Axis(tickMinStep=1, tickCount=5)),
            color=reason_colour(colour, reasons),
            detail=f"{order}:Q",  # by which a bar opens to its people
            order=alt.Order("_rank:Q"),
            tooltip=[
                alt.Tooltip(f"{y}:N", title=column_words(y)),
                alt.Tooltip(f"{colour}:N", title=column_words(colour)),
                alt.Tooltip("count()", title="People"),
            ],
        ),
        len(distinct(rows, y)),
    )


def reason_colour(name: str, found: Sequence[str]) -> alt.Color:
    """Return the colour scale of why a person is listed or which way she went, with its legend beneath."""
    known = REASONS | DIRECTIONS
    scale = alt.Scale(domain=list(found), range=[known[word] for word in found])
    return alt.Color(f"{name}:N", title=None, scale=scale, legend=alt.Legend(orient="bottom"))


def matrix(rows: Rows, *, y: str, x: str, value: str, kind: str) -> alt.TopLevelMixin:
    """Draw a flow as a matrix: from (down) to (across), coloured by way, stronger for more, the number in each cell."""
    most = max([row[value] for row in rows] + [1])
    ways = [way for way in DIRECTIONS if way in distinct(rows, kind)]
    down = distinct(sorted(rows, key=lambda row: -row["from_level"]), y)
    across = distinct(sorted(rows, key=lambda row: row["to_level"]), x)
    drawn = [dict(row) | {"_said": short(row[value])} for row in rows]
    gap = alt.Scale(paddingInner=0.06)
    slanted = alt.Axis(orient="top", labelAngle=-40, domain=False, ticks=False, labelOverlap=False)
    base = alt.Chart(data(drawn)).encode(
        y=alt.Y(f"{y}:N", sort=down, title="From", axis=BARE, scale=gap),
        x=alt.X(f"{x}:N", sort=across, title="To", axis=slanted, scale=gap),
    )
    strength = alt.Scale(type="sqrt", domain=[0, most], range=[0.2, 0.85])
    cells = base.mark_rect(cornerRadius=3).encode(
        color=reason_colour(kind, ways),
        opacity=alt.Opacity(f"{value}:Q", scale=strength, legend=None),
        tooltip=tips(rows),
    )
    return fitted(cells + inside(base, drawn, "_said", len(across)), len(down))


def short(count: int) -> str:
    """Write a count in at most five characters, so that it fits a cell.

    >>> short(950), short(9_818), short(45_087), short(1_250_000)
    ('950', '9,818', '45k', '1.2M')
    """
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1e3:.0f}k" if count < 1_000_000 else f"{count / 1e6:.1f}M"


def heatmap(rows: Rows, *, y: str, x: str, value: str, across: str) -> alt.TopLevelMixin:
    """Draw shares as cells, stronger for more, the percentage in each."""
    gap = alt.Scale(paddingInner=0.06)
    drawn = [dict(row) | {"_percent": round(100 * row[value])} for row in rows]
    heads = [str(head) for head in distinct(rows, x)]
    angle = -40 if len(heads) * max(map(len, heads), default=0) > ACROSS else 0  # else they would touch on a phone
    axis = alt.Axis(orient="top", labelAngle=angle, domain=False, ticks=False)
    base = alt.Chart(data(drawn)).encode(
        y=alt.Y(f"{y}:O", sort=distinct(rows, y), title=column_words(y), axis=BARE, scale=gap),
        x=alt.X(f"{x}:O", sort=distinct(rows, x), title=across, axis=axis, scale=gap),
    )
    cells = base.mark_rect(color=GREEN, cornerRadius=2).encode(
        opacity=alt.Opacity(f"{value}:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 0.85]), legend=None),
        tooltip=tips(rows),
    )
    return fitted(cells + inside(base, drawn, "_percent", len(distinct(rows, x))), len(distinct(rows, y)) * 0.8)


def curves(rows: Rows, *, x: str, y: str, low: str, high: str, each: str) -> alt.TopLevelMixin:
    """Draw one stepped curve with its band per value of `each`, told apart by colour and by dash."""
    names = distinct(rows, each)
    scale = alt.Scale(domain=names, range=PALETTE)
    legend = alt.Legend(orient="bottom", columns=2, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1)
    base = alt.Chart(data(rows)).encode(
        x=alt.X(f"{x}:Q", title=column_words(x), axis=alt.Axis(tickCount=6)),
        color=alt.Color(f"{each}:N", scale=scale, title=None, legend=legend),
    )
    shares = alt.Scale(domain=[0, 1])
    band = base.mark_area(opacity=0.13, interpolate="step-after").encode(
        y=alt.Y(f"{low}:Q", title=column_words(y), scale=shares, axis=alt.Axis(format=".0%", tickCount=5)),
        y2=f"{high}:Q",
    )
    dash = alt.StrokeDash(f"{each}:N", scale=alt.Scale(domain=names, range=DASHES), title=None, legend=legend)
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(
        y=alt.Y(f"{y}:Q", scale=shares), strokeDash=dash, tooltip=tips(rows)
    )
    return fitted(band + line, 8)


def spreads(
    rows: Rows, *, y: str, x: str, low: str, high: str, each: str, unsaid: Collection[str] = ()
) -> alt.TopLevelMixin:
    """Draw, for each value of `y`, what every `each` says of it: a mark, with its bounds if it has any, on its line.

    unsaid: columns that its tooltips leave out.
    """
    if not rows:
        return nothing()
    bounded = [row for row in rows if row[low] is not None]
    names = distinct(rows, each)
    legend = alt.Legend(orient="bottom", columns=alt.ExprRef("containerSize()[0] < 480 ? 1 : 3"), symbolOpacity=1)
    shape = alt.Scale(domain=names, range=[MARKS[place % len(MARKS)] for place in range(len(names))])
    colour = alt.Scale(domain=names, range=[PALETTE[place % len(PALETTE)] for place in range(len(names))])
    base = alt.Chart(data(rows)).encode(
        y=alt.Y(f"{y}:N", sort=distinct(rows, y), title=None, axis=BARE, scale=alt.Scale(paddingInner=0.25)),
        yOffset=alt.YOffset(f"{each}:N", sort=names),
        color=alt.Color(f"{each}:N", scale=colour, title=None, legend=legend),
    )
    across = alt.Axis(format=".0%", tickCount=5)
    rule = base.properties(data=data(bounded)).mark_rule(strokeWidth=1.5, opacity=0.6)
    rule = rule.encode(x=alt.X(f"{low}:Q", title=column_words(x), axis=across), x2=f"{high}:Q")
    marks = base.mark_point(filled=True, size=46, opacity=1).encode(
        x=alt.X(f"{x}:Q", title=column_words(x), axis=across),
        shape=alt.Shape(f"{each}:N", scale=shape, title=None, legend=legend),
        tooltip=tips(rows, unsaid),
    )
    tall = len(distinct(rows, y)) * max(0.65, len(names) * 0.3)  # less is too little for the names of the rows
    return fitted(rule + marks if bounded else alt.LayerChart(layer=[marks]), tall)


def strip(rows: Rows, *, y: str, x: str, colour: str) -> alt.TopLevelMixin:
    """Draw, for each value of `y`, how many rows lie where from 0 to 1; rows without a value are left out."""
    placed = [row for row in rows if row[x] is not None]
    levels = distinct(sorted(placed, key=lambda row: -row["level"]), y)
    reasons = [reason for reason in REASONS if reason in distinct(placed, colour)]
    area = alt.Scale(type="sqrt", range=[25, 420])
    dots = (
        alt.Chart(data(placed))
        .mark_circle(opacity=0.85, clip=False)
        .encode(
            y=alt.Y(f"{y}:N", sort=levels, title=None, axis=BARE),
            yOffset=alt.YOffset(f"{colour}:N", sort=reasons),
            x=alt.X(f"{x}:Q", title=column_words(x), scale=alt.Scale(domain=[0, 1]), axis=PERCENT),
            size=alt.Size("count()", title="People", scale=area, legend=None),
            color=reason_colour(colour, reasons),
            tooltip=[
                alt.Tooltip(f"{y}:N", title=column_words(y)),
                alt.Tooltip(f"{colour}:N", title=column_words(colour)),
                alt.Tooltip("count()", title="People"),
            ],
        )
    )
    return fitted(dots, len(levels) * 1.3)


def when(at: Any) -> str:
    """Write an instant (UTC) as text, because a chart would write it in the time zone of whoever looks."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{at.day} {months[at.month - 1]} {at.year}, {at:%H:%M}"


def time_axis(name: str, instants: Sequence[Any]) -> alt.X:
    """Return an axis of time in UTC that says the year at every mark, and the day where it spans less than a year."""
    days = (max(instants) - min(instants)).days if instants else 0
    style = "%Y" if days > 5 * 365 else "%b %Y" if days > 300 else "%-d %b %Y"
    axis = alt.Axis(format=style, tickCount="day" if days < 8 else 5, labelOverlap=True)
    return alt.X(f"{name}:T", title=None, scale=alt.Scale(type="utc"), axis=axis)
