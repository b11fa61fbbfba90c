"""One writer of numbers, shares, days, spans, counts and lists, for pages, paper, and the terminal."""
