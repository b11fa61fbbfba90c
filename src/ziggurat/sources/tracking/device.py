"""On what was it done: in a computer's browser (web), on a phone or tablet (mobile), or on something else?"""

from __future__ import annotations

import re
from functools import lru_cache

TYPES = {
    "ios": "mobile", "android": "mobile", "mobile": "mobile", "tablet": "mobile", "phone": "mobile",
    "smartphone": "mobile",
    "iphone os": "mobile", "ipados": "mobile", "desktop": "web", "browser": "web", "tv": "other", "tvos": "other",
    "smart tv": "other", "watch": "other", "watchos": "other", "console": "other",
}  # fmt: skip
MOBILE_LIBRARY = re.compile(r"android|ios|swift|react-native|flutter|kotlin|-objc", re.I)
MOBILE = re.compile(r"mobi|android|iphone|ipad|ipod|silk/|opera mini|windows phone", re.I)
OTHER = re.compile(r"smart-?tv|appletv|googletv|hbbtv|tizen|web0s|playstation|xbox|nintendo|crkey|roku", re.I)
COMPUTER = re.compile(r"windows nt|macintosh|x11|cros |linux x86", re.I)
PROXY = re.compile(r"imageproxy|via ggpht|mailproxy", re.I)  # whose device it is, and not the person's


@lru_cache(maxsize=1_024)
def of_names(kind: str, system: str, library: str) -> str | None:
    """Return the device by what is said of it, of its system, or of the library that sent."""
    for name in (kind, system):
        if found := TYPES.get(name.strip().lower()):
            return found
    return "mobile" if MOBILE_LIBRARY.search(library) else None


@lru_cache(maxsize=4_096)
def of_agent(agent: str) -> str | None:
    """Return the device of a user agent.

    >>> of_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"), of_agent("Mozilla/5.0 (X11; Linux x86_64)")
    ('mobile', 'web')
    """
    if PROXY.search(agent):
        return None
    for form, found in ((OTHER, "other"), (MOBILE, "mobile"), (COMPUTER, "web")):
        if form.search(agent):
            return found
    return None
