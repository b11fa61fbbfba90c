"""What do people and we write? Templates; every text names its topic by words that no other topic has."""

from __future__ import annotations

TOPICS = {
    "seeds": ("seeds", "seedlings", "tomatoes", "basil", "sowing", "sprouts"),
    "watering": ("hose", "irrigation", "sprinkler", "moisture", "drip line", "water butt"),
    "tools": ("spade", "secateurs", "fork", "rake", "shears", "trowel"),
    "compost": ("compost", "mulch", "worms", "leaf mould", "soil", "peat"),
    "delivery": ("parcel", "courier", "shipment", "tracking", "doorstep", "dispatch"),
    "billing": ("invoice", "payment", "receipt", "voucher", "statement", "instalment"),
    "app": ("app", "login", "password", "notification", "screen", "update"),
    "events": ("meetup", "workshop", "open day", "harvest day", "garden tour", "talk"),
}
ASKED = (0.09, 0.14, 0.10, 0.09, 0.22, 0.14, 0.15, 0.07)  # what people ask and talk about
PUBLISHED = (0.30, 0.06, 0.26, 0.12, 0.03, 0.02, 0.05, 0.16)  # what we publish when left to ourselves

# {a} and {b} are two words of the topic.
BODIES = {
    "question": (
        "How do I get the {a} to work with the {b}?",
        "Where can I find out about the {a}, and does it matter for the {b}?",
        "Which {a} would you choose, and what about the {b}?",
        "When should I look at the {a} again, before or after the {b}?",
        "Does anyone know whether the {a} goes together with the {b}?",
    ),
    "complaint": (
        "The {a} went wrong again, and so did the {b}.",
        "My {a} was late and the {b} is missing.",
        "For weeks I have been writing about the {a}, and the {b} is still the same.",
        "The {a} broke on the first day, and the {b} came without a word.",
    ),
    "post": (
        "This week I tried the {a} and then the {b}.",
        "A few notes on the {a} from my side, with a word on the {b}.",
        "Some pictures of the {a}, and of the {b} behind it.",
        "I changed the way I do the {a}; the {b} comes after it now.",
    ),
    "review": (
        "I have had the {a} for a month, and the {b} for two.",
        "The {a} does what the page says, the {b} too.",
    ),
    "answer": (
        "I begin with the {a} and turn to the {b} later.",
        "Look at the {a} first; the {b} comes after that.",
        "Here the {a} took two days, and then the {b} was done.",
        "Try it without the {a}, and put the {b} in its place.",
    ),
    "response": (
        "We looked at the {a}; the {b} will be with you tomorrow.",
        "Tell us which {a} it is, and we see to the {b}.",
        "The {a} is on its way, and the {b} is settled.",
        "You find the {a} on our page, next to the {b}.",
    ),
    "news": (
        "New this month: all about the {a}, and a page on the {b}.",
        "What our team does with the {a}, step by step, and with the {b} too.",
        "Now here: the {a}, and with it the {b}.",
    ),
}
TONES = {
    -1: (
        "I am really disappointed and angry.",
        "This is terrible.",
        "What an awful experience, it is a shame.",
        "Honestly, this was the worst.",
        "I hate how useless this is.",
    ),
    0: ("", "That is all.", "See above.", "More on Monday.", "I wrote it down."),
    1: (
        "I love it, thank you!",
        "Great work, I am very happy.",
        "Wonderful, exactly what I hoped for.",
        "Best decision this year :)",
        "This is excellent and so helpful.",
    ),
}
OUR_TONES = {
    -1: ("",),
    0: ("",),
    1: ("Thank you for writing!", "We are happy to help.", "Great to have you with us."),
}
FOREIGN = {
    "de": {
        "seeds": "den Samen",
        "watering": "der Bewässerung",
        "tools": "dem Werkzeug",
        "compost": "dem Kompost",
        "delivery": "der Lieferung",
        "billing": "der Rechnung",
        "app": "der Anmeldung",
        "events": "dem Treffen",
    },
    "es": {
        "seeds": "las semillas",
        "watering": "el riego",
        "tools": "las herramientas",
        "compost": "el abono",
        "delivery": "el envío",
        "billing": "la factura",
        "app": "la contraseña",
        "events": "el encuentro",
    },
}
FOREIGN_BODIES = {
    "de": ("Ich habe noch eine Frage zu {a} und weiß nicht, wie es weitergeht.", "Wie ist das mit {a} bei euch?"),
    "es": ("Tengo una pregunta sobre {a} y no sé cómo seguir.", "¿Qué pasa con {a} en la tienda?"),
}
