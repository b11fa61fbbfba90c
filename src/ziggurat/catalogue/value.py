"""Which questions can be asked of what each side gives and gets?"""

from __future__ import annotations

from ziggurat.catalogue.study import Study

LISTED: tuple[Study, ...] = ()
