"""By how much would one message more to one person bring the mix nearer to everyone in a dialogue of their own?

The mix and its distance to that corner are those of the study `mix`. A message of this kind is to one person alone, so
its addressing is 1; it reaches whoever was not reached before, and is one more of the messages of whoever was. Whether
somebody comes back on it is not foretold: the share who do stays what it is.

Distances are small, so they are told in people: the number of people known times the distance that is won. Several
messages are worth the sum of what each is worth by itself, as long as they are few beside everyone. Where hardly
anybody was reached yet, one message changes the mean of all; none counts for more than one person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ziggurat.channels.mix import distance
from ziggurat.channels.touches import Floats, Ints, Touched


@dataclass(frozen=True)
class Mixed:
    """The mix of a window, and what each person got in it.

    everyone: people known. back: share who came back, 0 to 1. person: hashes of those reached, sorted; touches: how
    many of each; worth: sums of addressing and responsiveness over these.
    """

    everyone: int
    back: float
    person: Ints
    touches: Floats
    worth: Floats

    @classmethod
    def of(cls, found: Touched) -> Mixed:
        """Add up what reached everyone."""
        person, place = np.unique(found.column("person"), return_inverse=True)
        touches, each, ripe, back = (
            np.bincount(place, column, person.size).astype(np.float64)
            for column in (
                found.column("touches"),
                found.column("addressing") + found.column("responsiveness"),
                found.column("ripe"),
                found.column("back"),
            )
        )
        due = int((ripe > 0).sum())
        return cls(found.everyone, float((back > 0).sum() / due) if due else 0.0, person, touches, each)

    def away(self, people: float, personal: float) -> float:
        """Return the distance to the corner. people: reached; personal: the sum of their means of addressing and
        responsiveness."""
        value = (personal / people + self.back) / 3 if people else 0.0
        return distance(people / self.everyone, value) if self.everyone else 1.0

    def by(self, person: int, responsiveness: float) -> float:
        """Return what one message more to one person wins, −1 to 1 people: below 0 where it is less personal than what
        they get. person: a hash. responsiveness: of the message, 0, ½ or 1."""
        place = int(np.searchsorted(self.person, person))
        there = place < self.person.size and self.person[place] == person
        touches, worth = (self.touches[place], self.worth[place]) if there else (0.0, 0.0)
        after = (worth + 1 + responsiveness) / (touches + 1) - (worth / touches if there else 0.0)
        size, personal = float(self.person.size), self.personal
        won = self.away(size, personal) - self.away(size + (not there), personal + after)
        return min(1.0, max(-1.0, self.everyone * won))

    @property
    def personal(self) -> float:
        """Return the sum over people of their means of addressing and responsiveness."""
        return float((self.worth / self.touches).sum())
