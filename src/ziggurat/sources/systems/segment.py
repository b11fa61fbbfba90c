"""What do client libraries of the Segment and PostHog protocols send? A collector takes it in; nothing is pulled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from ziggurat.base.errors import SourceError
from ziggurat.base.kinds import Kinds
from ziggurat.sources.batch import Batch
from ziggurat.sources.source import Part, Pull, Source
from ziggurat.sources.tracking import meaning, tracked


class Segment(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type", tag="segment"
):
    """What the calls of a source mean.

    kinds: event name → kind, or 'skip'; of names that are not here, what is usual. channel: of what happened where
    neither a link nor the page before nor the event says one. rates: ISO code of a currency → what one of it is worth
    in the workspace's.
    """

    kinds: dict[str, str] = {}
    channel: str = "web"
    rates: dict[str, float] = {}


def read(settings: Segment, pull: Pull) -> Iterator[Part]:
    """Raises: SourceError, since nothing is fetched from client libraries: what they sent waits in the inbox."""
    raise SourceError(
        f"[sources.{pull.source}] is not pulled: client libraries send to it, and `ziggurat serve` or "
        "`ziggurat collect` takes it in."
    )


def read_records(
    records: Iterable[bytes], settings: Segment, source: str, kinds: Kinds, currency: str
) -> Iterator[Batch]:
    """Yield batches of what records of the inbox say. Raises: DeclarationError if the settings name an unknown kind."""
    meaning.check(settings.kinds, kinds, f"[sources.{source}.kinds]")
    meant = meaning.Meaning(source, kinds, settings.kinds, meaning.Money(currency, settings.rates))
    return tracked.read(records, meant, settings.channel)


SOURCE = Source(Segment, lambda _: ("interaction_id",), read, lambda _: False, "machines")
