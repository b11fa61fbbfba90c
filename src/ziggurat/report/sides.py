"""Page 5: what do people give and get, where does our effort go, and what is to come?"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ziggurat.report.pages import Figure, Page, Table
from ziggurat.report.scope import Scope
from ziggurat.report.wording import between, count, number, plain, share, whole
from ziggurat.report.wording import money as amount

TITLE = "What both sides give and get"
AHEAD = 365  # days
EVERYONE = 1_000_000_000  # people: no list is cut
CAVEATS = (
    "People on a high level bring more whether or not anyone turns to them: effort beside value is no effect of it.",
    "What is to come is foretold from what went before, for people who are here already: no cost is taken off.",
)
VALUABLE = "our time, with the most valuable"  # which of the questions of `attention`
NOTHING = "What people give and get can't be told."


def page(scope: Scope) -> Page:
    """Write the page."""
    ledger = scope.over("mutual-value")
    effort = scope.over("effort")
    ahead = scope.at_end("lifetime", horizon_days=AHEAD)
    expected = [row for row in ahead.rows() if row["alive"] is not None]
    if not ledger.rows() and not expected:
        return Page(TITLE, f"{NOTHING} {ledger.empty}", missing=True)
    answers = {row["of"]: row for row in scope.over("attention").rows()}
    first = answers.get(VALUABLE)
    told = first is not None and first["share"] is not None
    headline = str(first["answer"]) if first is not None and told else both(scope, ledger)
    sentences = (*one_sided(scope), *tell_effort(effort, answers), *coming(scope, expected))
    figures = draw_effort(ledger, effort, ahead, expected)
    return Page(
        TITLE,
        headline,
        (both(scope, ledger), *sentences) if told else sentences,
        figures,
        (table(scope, expected),) if expected else (),
        CAVEATS,
        beside=spends(effort) and len(figures) > 1,
    )


def spends(effort: Any) -> bool:
    """Tell whether anything is known of our time or money."""
    return any(row["hours_share"] is not None or row["money_share"] is not None for row in effort.rows())


def draw_effort(ledger: Any, effort: Any, ahead: Any, expected: list[dict[str, Any]]) -> tuple[Figure, ...]:
    """Draw effort and the ledger; what is to come in place of effort, where that is not known."""
    figures = []
    if spends(effort):
        figures.append(
            Figure(
                effort.chart(),
                "Level by level, its share of our hours, of our money and of the value that people bring, with bounds",
                "Each level's share of our hours and money, and of the money it brings. Lines: 95\u00a0% bounds.",
            )
        )
    if ledger.rows():
        figures.append(
            Figure(
                ledger.chart(),
                "What people gave and got, entries down and levels across, the acts in each cell",
                "Acts in this period by the level on which people stood: what they gave, and what they got.",
            )
        )
    if expected and len(figures) < 2:
        figures.append(
            Figure(
                ahead.chart(),
                "What the people of each level are expected to bring, with bounds",
                f"What each level is expected to bring over the next {AHEAD} days. Lines: 95\u00a0% bounds.",
            )
        )
    return tuple(figures)


def acts(ledger: Any, side: str) -> int:
    """Count what was given or got."""
    return sum(row["acts"] for row in ledger.rows() if row["side"] == side)


def both(scope: Scope, ledger: Any) -> str:
    """Say what people gave and got, in acts, money and hours."""
    rows = ledger.rows()
    if not rows:
        return str(ledger.empty)
    parts = []
    for side in ("gave", "got"):
        own = [row for row in rows if row["side"] == side]
        kinds: Counter[str] = Counter()
        for row in own:
            kinds[row["entry"]] += row["acts"]
        money, hours = (sum(row[name] or 0.0 for row in own) for name in ("money", "hours"))
        more = [amount(money, scope.currency)] if round(money) else []
        more += [f"{number(round(hours))} hours that are known"] if round(hours) else []
        most = f", mostly {kinds.most_common(1)[0][0]}" if kinds.total() else ""
        known = f" ({', '.join(more)})" if more else ""
        parts.append(f"{side} {count(acts(ledger, side), 'time', 'times')}{most}{known}")
    return f"Known people {parts[0]}, and {parts[1]}."


def one_sided(scope: Scope) -> list[str]:
    """Say how many give much and get little, or the other way round."""
    tilts = Counter(row["tilt"] for row in scope.over("one-sided", limit=EVERYONE).rows())
    if not tilts:
        return []
    return [
        f"Compared with others of their level, {count(tilts['gives'], 'person gives', 'people give')} much and "
        f"{'gets' if tilts['gives'] == 1 else 'get'} little, and {count(tilts['gets'], 'gets', 'get')} much and give "
        "little (one in twenty of these may be listed by chance)."
    ]


def tell_effort(effort: Any, answers: dict[str, dict[str, Any]]) -> list[str]:
    """Say what is known of new people's part in our effort."""
    if not any(row["hours"] or row["money"] for row in effort.rows()):
        return ["No time or money of ours is in the log for this period, so effort can't be told."]
    asked = ("our money, for new ones", "people at the top, with a talk begun")
    return [str(answers[one]["answer"]) for one in asked if one in answers and answers[one]["share"] is not None]


def coming(scope: Scope, expected: list[dict[str, Any]]) -> list[str]:
    """Say what is to come, all levels together."""
    paid = [row for row in expected if row["money"] is not None]
    if not expected:
        return ["What is to come can't be told: too few have bought or given more than once."]
    name, unit = ("money", f"{scope.currency} ") if paid else ("times", "")
    rows = paid or expected
    total, low, high = (sum(row[f"{name}{end}"] for row in rows) for end in ("", "_low", "_high"))
    after = "" if paid else " purchases or gifts"
    return [
        f"Over the next {AHEAD} days they are expected to bring {unit}{whole(total)}{after} (95\u00a0% bounds of all "
        f"levels added, {whole(low)} to {whole(high)}), if things go on as they did."
    ]


def table(scope: Scope, expected: list[dict[str, Any]]) -> Table:
    """List what is to come by level."""
    heads = ("Level", "Bought or gave", "Still active", "Times to come", f"{scope.currency} to come")
    rows = tuple(
        (
            plain(row["level_name"], 32),
            number(row["people"]),
            active(row),
            write_expected(row, "times"),
            write_expected(row, "money"),
        )
        for row in expected
    )
    return Table(f"Expected over the next {AHEAD} days, with 95\u00a0% bounds", heads, rows, frozenset(range(1, 5)))


def active(row: dict[str, Any]) -> str:
    """Write which share of some people is still active."""
    if not row["people"]:
        return "–"
    part, low, high = (row[name] / row["people"] for name in ("alive", "alive_low", "alive_high"))
    return f"{share(part)} ({between(low, high)})"


def write_expected(row: dict[str, Any], name: str) -> str:
    """Write an expectation with its bounds."""
    if row[name] is None:
        return "–"
    return f"{whole(row[name])} ({whole(row[f'{name}_low'])} to {whole(row[f'{name}_high'])})"
