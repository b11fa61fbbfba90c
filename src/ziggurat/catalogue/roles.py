"""Which questions can be asked of the social customer?"""

from __future__ import annotations

from ziggurat.catalogue.study import Study

LISTED: tuple[Study, ...] = ()
