"""Which words does a simulated log use: channels, kinds, departments, names of people and firms?

All addresses are below names that RFC 2606 reserves, so none can be anyone's.
"""

from __future__ import annotations

from ziggurat.base import kinds

CHANNELS = ("email", "web", "forum", "chat", "store", "event", "phone", "survey", "social")
KINDS = tuple(kinds.load().group_of)
DEPARTMENTS = ("care", "community", "product", "marketing", "sales", "finance", "logistics")
SOURCES = {
    "web": "site",
    "forum": "forum",
    "chat": "chat",
    "social": "network",
}  # the system that logs a channel; else OFFICE
OFFICE = "office"
OURS = "fernhill.example.com"
PRIVATE = ("mail.example", "post.example", "inbox.example")  # where private people have their mail
FIRMS = (
    *("harbour-works", "north-mill", "tidewater", "oakline", "stonebridge", "bluefield", "kestrel", "lowlands"),
    *("redgate", "silverbirch", "westwind", "fairlight", "greenway", "highmoor", "ironbridge", "juniper"),
)
FIRST = (
    *("Ada", "Amir", "Anouk", "Bela", "Bruno", "Carla", "Chidi", "Dana", "Dario", "Elif", "Emil", "Fanny", "Farid"),
    *("Greta", "Hana", "Hugo", "Ines", "Ivo", "Jana", "Jonas", "Kaia", "Kemal", "Lena", "Luca", "Mara", "Milo"),
    *("Nadia", "Nils", "Olga", "Omar", "Pia", "Quinn", "Rosa", "Ruben", "Sara", "Sven", "Tara", "Timo", "Uma", "Vera"),
)
LAST = (
    *("Adler", "Baker", "Berg", "Castro", "Dahl", "Ekman", "Farrow", "Gruber", "Haas", "Ibsen", "Jansen", "Keller"),
    *("Lind", "Marsh", "Moreau", "Novak", "Okoro", "Petit", "Quist", "Rossi", "Sato", "Thorne", "Ulrich", "Vance"),
    *("Weber", "Xavier", "Young", "Ziegler"),
)
