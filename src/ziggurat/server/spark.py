"""How is a series drawn in one line of text, without words or axes?"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 120, 28, 2


def spark(values: Sequence[float | None]) -> Markup:
    """Return a series as a small line, the oldest value at the left; nothing where there are fewer than two.

    It is hidden from who reads by ear: what it shows is said beside it.

    >>> spark([1.0]), str(spark([0.0, 2.0, 1.0])).count("<polyline")
    (Markup(''), 1)
    """
    there = [one for one in values if one is not None]
    if len(there) < 2:
        return Markup("")
    low, wide = min(there), (max(there) - min(there)) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    lines: list[list[str]] = [[]]
    last = (0.0, 0.0)
    for place, one in enumerate(values):
        if one is None:
            lines.append([])
            continue
        last = EDGE + step * place, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (one - low) / wide
        lines[-1].append(f"{last[0]:.1f},{last[1]:.1f}")
    drawn = "".join(f'<polyline points="{" ".join(line)}"/>' for line in lines if len(line) > 1)
    dot = f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.5"/>'
    return Markup(  # noqa: S704 - numbers alone
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{drawn}{dot}</svg>'
    )
