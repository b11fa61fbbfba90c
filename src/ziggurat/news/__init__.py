"""What changed, in sentences that open to their figures? See `news.news.news`."""

from ziggurat.news.items import Item, Period, Phrase
from ziggurat.news.news import TOPICS, news

__all__ = ["TOPICS", "Item", "Period", "Phrase", "news"]
