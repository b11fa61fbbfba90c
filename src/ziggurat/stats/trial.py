"""How much do the variants of an experiment differ, with what was known of people before taken into account?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Moments:
    """Sums over the people of one variant: of the outcome y, of what was measured before x, and of their products."""

    people: float = 0.0
    y: float = 0.0
    yy: float = 0.0
    x: float = 0.0
    xx: float = 0.0
    xy: float = 0.0

    def __add__(self, other: Moments) -> Moments:
        return Moments(*(mine + its for mine, its in zip(self.sums, other.sums, strict=True)))

    @property
    def sums(self) -> tuple[float, ...]:
        """Return the sums in order of the fields."""
        return self.people, self.y, self.yy, self.x, self.xx, self.xy

    @property
    def mean(self) -> float:
        """Return the mean outcome."""
        return self.y / self.people

    @property
    def before(self) -> float:
        """Return the mean of what was measured before."""
        return self.x / self.people

    def spread(self, slope: float = 0.0) -> float:
        """Return the variance of y - slope · x, at least 0."""
        squares = self.yy - self.y**2 / self.people
        if slope:
            squares += slope**2 * (self.xx - self.x**2 / self.people) - 2 * slope * (
                self.xy - self.x * self.y / self.people
            )
        return max(0.0, squares / (self.people - 1))


@dataclass(frozen=True)
class Difference:
    """A variant's mean outcome minus the control's. variance: of that difference."""

    effect: float
    variance: float


def difference(one: Moments, control: Moments, slope: float = 0.0) -> Difference:
    """Return how much a variant's mean outcome lies above the control's; each needs at least two people.

    slope: with a slope, of y - slope · x instead: since nobody's past depends on where she is assigned, it estimates
    the same effect.
    """
    effect = one.mean - control.mean - slope * (one.before - control.before)
    return Difference(effect, one.spread(slope) / one.people + control.spread(slope) / control.people)


def slope(one: Moments, control: Moments) -> float:
    """Return the slope by which the past tells the outcome best within variants; 0 where it tells nothing.

    Source: Deng, Xu, Kohavi & Walker (2013), Improving the sensitivity of online controlled experiments by utilizing
    pre-experiment data (CUPED), WSDM, 123-132, with deviations from each variant's own mean.

    >>> slope(Moments(2, 6, 20, 3, 5, 10), Moments(2, 2, 4, 3, 5, 4))
    2.0
    """
    both = (one, control)
    together = sum(each.xy - each.x * each.y / each.people for each in both)
    alone = sum(each.xx - each.x**2 / each.people for each in both)
    return together / alone if alone > 1e-9 * sum(each.xx for each in both) else 0.0
