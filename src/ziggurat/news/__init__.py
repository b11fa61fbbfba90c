"""What changed, in sentences that open to their figures? See `news.news.news`."""

from ziggurat.news.card import Card, Day, Who
from ziggurat.news.day import cards
from ziggurat.news.items import Item, Period, Phrase
from ziggurat.news.news import TOPICS, news

__all__ = ["TOPICS", "Card", "Day", "Item", "Period", "Phrase", "Who", "cards", "news"]
