"""What are the rows of an unknown file: people, what they did, exposures, or costs? By values as well as by names."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from typing import Literal

from ziggurat.sources import names
from ziggurat.sources.draft import MOST_NAMES, NUMERIC, Draft
from ziggurat.sources.events import kind_of
from ziggurat.sources.funds import find_funds
from ziggurat.sources.looks import (
    ENOUGH,
    is_e_mail,
    is_name,
    is_personal,
    is_phone,
    is_there,
    is_time,
)
from ziggurat.sources.occasions import AGAINST, FOR, YES
from ziggurat.sources.reasons import partly
from ziggurat.sources.statements import find_statement
from ziggurat.sources.when import OWN, RECORDED, find_clock, find_time, of_their_own
from ziggurat.sources.who import HALF, find_identities, staff_address

Target = Literal["interactions", "people", "exposures", "costs"]
RECOMMENDING = frozenset({  # in a question, how likely somebody is to
    "weiterempfehlen", "empfehlen", "recommander", "recommandiez", "recommanderiez", "recommanderais", "recomendar",
    "recomendaria", "recomendarias", "recomiende", "consiglieresti", "consigliare", "raccomandare", "aanbevelen",
    "aanbeveelt", "aanraden", "rekommendera", "rekommenderar", "anbefale", "polecisz", "polecil", "polecenia",
})  # fmt: skip
# Columns by which a row is the record of a thing, not of a person, and the kind where it says one.
KIND_OF_THING = {
    "commit": "contributed", "sha": "contributed", "commit_hash": "contributed", "ticket_number": "contacted",
    "ticket_id": "contacted", "case_number": "contacted", "issue_number": "contributed", "number": "",
    "post_id": "posted", "comment_id": "posted", "topic_title": "posted", "submission_id": "contacted",
    "loan_id": "", "checkout_date": "", "loan_date": "",
}  # fmt: skip
THINGS = "ticket_number ticket_no ticket_id case_id case_number case_no order_id order_number invoice_number subject"
THINGS += " " + " ".join(KIND_OF_THING)
PEOPLE = frozenset({  # words of files whose rows are people, although some name what happened, too
    "contact", "contacts", "subscriber", "subscribers", "follower", "followers", "member", "members", "attendee",
    "attendees", "sponsors", "volunteers", "leads", "audience", "users", "customers", "donors",
    "list", "lists", "liste",
})  # fmt: skip
# What tells how something came, or ended: `email` under Channel and `answered` under Result are no events of their own.
WAYS = frozenset({"channel", "medium", "method", "source", "via", "result", "outcome", "disposition"})
NOTED = frozenset({  # texts about somebody, not by them
    "note", "notes", "description", "comment", "comments", "remark", "remarks", "bemerkung", "bemerkungen", "anmerkung",
    "anmerkungen", "notiz", "notizen", "kommentar", "commentaire", "remarque", "remarques", "comentario", "comentarios",
    "observaciones", "opmerking", "opmerkingen", "uwagi", "poznamka",
})  # fmt: skip
SPOKEN = frozenset({
    "kind", "event", "event_name", "event_type", "action", "action_name", "activity_type", "interaction",
    "interaction_type", "evento", "evenement", "ereignis", "aktion",
})  # fmt: skip
CONSENT = ("subscribed", "unsubscribed")
# What a line of an order came to, where the whole stands beside each of its lines.
OF_LINES = "line_total line_amount line_item_total item_total item_subtotal line_subtotal zeilensumme positionssumme "
OF_LINES += "positionsbetrag gesamtpreis_position total_ligne montant_ligne total_linea importe_linea totale_riga"
ORDERS = "order_id order_number order_no invoice_number invoice_no bestellnummer auftragsnummer numero_de_commande"
PAID = "amount_paid paid_amount total_paid paid paid_to_date amount_received received total_received payments_received"
COSTS = frozenset({"price", "cost", "costs", "charge", "charges", "rate", "fee", "fees", "total_cost"})
PAGES = "path page_path page_url referrer"


def fill(draft: Draft) -> Target:
    """Decide what each column is, and what the rows are."""
    if draft.said.get("target") not in ("exposures", "costs"):
        find_identities(draft)
    has_people = "actor" in draft.given("fields") or draft.is_taken("actor", "identity")
    for target, heads, needed in (
        ("exposures", names.EXPOSURE_NAMES, {"reach", "impressions"}),
        ("costs", names.COST_NAMES, {"money", "staff_minutes"}),
    ):
        found = draft.measured(heads, HALF)
        fits = not has_people and {"activity", "day"} <= found.keys() and found.keys() & needed
        if draft.said.get("target", target if fits else "") == target:
            take_all(draft, found)
            return target  # type: ignore[return-value]
    fields = draft.measured(names.FIELD_NAMES)
    traits = find_traits(draft)
    find_time(draft, fields, traits)
    if find_statement(draft, fields):
        find_clock(draft, fields)
        take_all(draft, fields | traits)
        return "interactions"
    if "direction" in fields and COSTS & set(names.variants(fields.get("amount", ""))):
        del fields["amount"]  # what a message or a call cost us is no money of whom it was with
    if "in_reply_to" in fields:
        fields.pop("score", None)  # how others voted on what was said
    by_funds = find_funds(draft, fields, traits)
    find_amount(draft, fields)
    find_kind(draft, fields)
    find_clock(draft, fields)
    find_score(draft, fields)
    find_events(draft, fields, traits)
    one_event(draft, fields)
    target = draft.said.get("target") or ("people" if by_funds else decide(draft, fields, traits))
    if target == "people":
        for name, (what, _) in list(draft.taken.items()):
            if what in names.FIELD_NAMES and what not in ("at", "channel"):
                del draft.taken[name]
        take_all(draft, {name: column for name, column in fields.items() if name == "at"} | traits)
        return "people"
    take_all(draft, fields)
    looks = is_phone if draft.is_taken("actor phone") else is_e_mail
    if other := draft.named(names.COUNTERPART_NAMES, looks) or staff_address(draft):
        what = "phone numbers" if looks is is_phone else "e-mail addresses"
        draft.take(other, "counterpart", f"its name, and its values look like {what}")
    take_all(draft, traits)
    return "interactions"


def says_consent(draft: Draft, name: str, fields: Dict[str, str]) -> bool:
    """Say whether a column holds a status of the permission to write, `subscribed` and `unsubscribed`, and no event."""
    values = {value.strip().lower() for value in draft.columns[name].counts}
    free = name not in draft.taken and name not in (fields.get("kind"), fields.get("text"))
    dated = "at" in fields and not RECORDED & set(names.variants(fields["at"]))
    return free and not dated and bool(values & AGAINST) and values <= AGAINST | FOR


def one_event(draft: Draft, fields: dict[str, str]) -> None:
    """Where one column alone says when, and rows tell what it was about or became, it is their time, and their kind."""
    events = [(name, what) for name, (what, _) in draft.taken.items() if what.startswith("event ")]
    about = {"object", "activity", "amount", "text", "score", "minutes", "in_reply_to"} & fields.keys()
    became = "state" in fields and draft.says_kinds(fields["state"])  # whether they came, not only that they were to
    if "at" in fields or len(events) != 1 or not (about or became or comes_again(draft)):
        return
    name, what = events[0]
    kind = what.removeprefix("event ")
    if draft.kinds.group_of[kind] in OWN and kind not in CONSENT and is_time(draft.columns[name], draft.order):
        draft.take(name, "at", "its heading says what happened, and its values are dates")
        fields["at"] = name


def decide(draft: Draft, fields: Dict[str, str], traits: Dict[str, str]) -> Target:
    """Say whether the rows are people, or what they did: by what was said, by the values, and by the file's name."""
    said = {*draft.given("constants"), *draft.given("fields")}
    if {"kind", "amount", "score", "minutes", "channel"} & said or draft.given("kinds"):
        return "interactions"
    if draft.is_taken("wide "):
        return "people"
    if draft.is_taken("state"):
        return "interactions"
    kind = fields.get("kind", "")
    known = bool(kind) and draft.share_known(kind) >= HALF
    spoken = bool(kind and SPOKEN & set(names.variants(kind)))
    if "at" not in fields:
        return "interactions" if (known and spoken) or not draft.taken else "people"
    recorded = bool(RECORDED & set(names.variants(fields["at"])))
    in_all = recorded and "revenue" in names.variants(fields.get("amount", "")) and not comes_again(draft)
    if known or ("amount" in fields and not in_all):
        return "interactions"
    written = "text" in fields and not NOTED & set(names.variants(fields["text"]))
    if recorded:
        of_people = PEOPLE & set(names.words_of(draft.source))
        said_so = (source_kind(draft) and not of_people) or written
        return "interactions" if (kind and comes_again(draft)) or draft.headed(THINGS) or said_so else "people"
    if spoken or written or {"score", "minutes", "state", "channel"} & fields.keys() or source_kind(draft):
        return "interactions"
    thing = bool(draft.headed(" ".join(KIND_OF_THING)))
    return "people" if draft.taken and traits and not thing else "interactions"


def comes_again(draft: Draft) -> bool:
    """Say whether the rows name the same people again and again, as no list of people does."""
    actor = next((name for name, (what, _) in draft.taken.items() if what.startswith("actor")), "")
    seen = draft.columns.get(actor)
    return seen is not None and seen.filled > 1.1 * len(seen.counts)


def source_kind(draft: Draft) -> str:
    """Return the kind that the name of the file or the source says, such as `donations`; nothing where it says none."""
    words = names.words_of(draft.source)
    found = dict.fromkeys(kind for word in words if (kind := kind_of(word, draft.kinds)))
    return next(iter(found)) if len(found) == 1 else ""


def find_amount(draft: Draft, fields: dict[str, str]) -> None:
    """Take what a line came to where an order has several, and what was paid where it stands beside a promise."""
    if draft.recipe or draft.is_taken("amount") or "amount" in draft.given("fields"):
        return
    several = any(draft.columns[name].double for name in draft.headed(ORDERS))
    of_lines = [name for name in draft.headed(OF_LINES) if draft.share(name, "amount") == 1.0] if several else []
    if of_lines:
        fields["amount"] = of_lines[0]
    promised = fields.get("amount", "")
    if names.PROMISED & set(names.variants(promised)):
        paid = [name for name in draft.headed(PAID) if draft.share(name, "amount") == 1.0]
        if paid:
            why = f"its name; '{promised}' beside it is a promise, which counts as far as it is paid"
            draft.take(paid[0], "amount", why)
            fields["amount"] = paid[0]


def find_score(draft: Draft, fields: dict[str, str]) -> None:
    """Take the answers to a question such as `How likely are you to recommend us?` for scores."""
    if "score" in fields or draft.is_taken("score"):
        return
    for name in draft.free():
        words = names.plain(name).split("_")
        english = "likely" in words and {"recommend", "recommending"} & set(words)
        if (english or (RECOMMENDING & set(words) and len(words) > 3)) and draft.share(name, "score") == 1.0:
            fields["score"] = name
            return


def find_traits(draft: Draft) -> dict[str, str]:
    """Return `trait name` → column for what is said of people."""
    found = {}
    of_page = bool(draft.headed(PAGES))  # then `name` is that of the page
    for trait, heads in names.TRAIT_NAMES.items():
        fits = is_name if trait == "name" else is_there
        named = " ".join(head for head in heads.split() if not (of_page and head == "name"))
        if name := draft.named(named, fits):
            found[f"trait {trait}"] = name
    unnamed = (name for name in draft.free() if re.fullmatch(r"column \d+", name) and is_personal(draft.columns[name]))
    if not {"trait name", "trait first_name"} & found.keys() and (name := next(unnamed, None)):
        found["trait name"] = name
    return found


def find_kind(draft: Draft, fields: dict[str, str]) -> None:
    """Where values of a column that is named for what happened are mostly unknown, prefer one whose values say it.

    Only in rows that say when: a list of people has columns, such as their status, whose words name events too.
    """
    if "kind" in draft.given("fields") or "kind" in draft.given("constants"):
        return
    named = fields.get("kind")
    share = draft.share_known(named) if named else 0.0
    if "at" not in fields or share >= HALF:
        return
    free = [
        name
        for name in draft.free()
        if name not in fields.values()
        and not names.OTHERWISE & set(names.variants(name))
        and not (NOTED | WAYS) & set(names.plain(name).split("_"))
        and not says_consent(draft, name, fields)
    ]
    found = next((name for name in free if draft.share_known(name, MOST_NAMES) >= ENOUGH), None)
    if found:
        draft.take(found, "kind", "its values are known event names")
        fields["kind"] = found
        if named and "object" not in fields:
            fields["object"] = named
    elif named and holds_titles(draft, fields, named, share):
        fields.setdefault("object", fields.pop("kind"))
    elif named and (share or SPOKEN & set(names.variants(named))):
        draft.take(named, "kind", partly("kind", share))
    elif named:
        del fields["kind"]


def holds_titles(draft: Draft, fields: Dict[str, str], named: str, share: float) -> bool:
    """Say whether a column called `Event` holds the titles of meetings: no value is an event name, and other columns
    say what the rows are.
    """
    says = {"amount", "score", "minutes"} & fields.keys() or ("state" in fields and draft.says_kinds(fields["state"]))
    return bool(not share and "event" in names.variants(named) and says)


def find_events(draft: Draft, fields: dict[str, str], traits: Dict[str, str]) -> None:
    """Take the columns that tell of an event of their own: dates and marks under `Joined`, marks under a day."""
    find_attendance(draft, fields)
    find_replies(draft, fields)
    used = {*fields.values(), *traits.values()}
    for kind, heads in names.EVENT_NAMES.items():
        for name in draft.headed(heads):
            beside = kind == "attended" and {"at", "state"} <= fields.keys()
            dated = kind in CONSENT or beside or not draft.is_marked(name)  # a mark does not say when somebody came
            if dated and name not in used and name not in draft.taken and draft.share_marks(name) >= ENOUGH:
                draft.take(name, f"event {kind}", "its name, and its values are dates or marks")
    opted = not draft.is_taken("event unsubscribed")
    name = next((name for name in draft.columns if opted and says_consent(draft, name, fields)), "")
    if name:
        draft.take(name, "event unsubscribed", "its values say who is subscribed and who is not")
    for name, kind in of_their_own(draft).items():
        if name not in used and name not in draft.taken:
            draft.take(name, f"event {kind}", "its heading says what happened, and its values are dates")
    days = [name for name in draft.free() if name not in used and draft.is_day(name)]
    wide = [name for name in days if draft.share_marks(name) >= ENOUGH or not draft.columns[name].filled]
    kind = wide_kind(draft, wide)
    years = all(name.strip().isdecimal() for name in wide)
    if len(wide) > 1 and kind and (not years or kind != "attended"):
        for name in wide:
            draft.take(name, f"wide {kind}", "its heading is a date, and its values are marks")


def find_attendance(draft: Draft, fields: dict[str, str]) -> None:
    """Where rows say when, take a column such as `Attended` with yes and no for what became of them.

    What happened is then said by it, and a column that was named for it, such as `Event` with titles, is about what.
    """
    known = "kind" in fields and draft.share_known(fields["kind"]) >= HALF
    recorded = "at" in fields and RECORDED & set(names.variants(fields["at"]))
    if "at" not in fields or recorded or known or "state" in fields or "kind" in draft.given("constants"):
        return
    name = next((name for name in draft.headed(names.EVENT_NAMES["attended"]) if draft.is_marked(name)), "")
    if name:
        draft.marked = "attended"
        came = [one for one, kind in of_their_own(draft).items() if kind == "attended" and one != fields["at"]]
        if came:  # when they came has a column of its own, and the row is of when they said so
            draft.ways = dict.fromkeys(YES, "registered")
        draft.take(name, "state", "its name, and its values are yes and no")
        take_titles(draft, fields)


def take_titles(draft: Draft, fields: dict[str, str]) -> None:
    """Take a column that was named for what happened, such as `Event` with titles, for what it was about."""
    titles = fields.pop("kind", "")
    if titles:
        draft.taken.pop(titles, None)
        fields.setdefault("object", titles)


def find_replies(draft: Draft, fields: dict[str, str]) -> None:
    """Take a column such as `RSVP` with yes, no and maybe for what became of an invitation: who says yes registered."""
    if "at" not in fields or "state" in fields or draft.marked or "kind" in draft.given("constants"):
        return
    name = next((name for name in draft.headed(names.REPLY_NAMES) if draft.is_reply(name)), "")
    if name:
        draft.marked = "registered"
        draft.take(name, "state", "its name, and its values are yes and no")
        take_titles(draft, fields)
        replied = next((one for one in draft.headed(names.REPLIED_NAMES) if draft.fits(one, "at", ENOUGH)), "")
        if replied and fields["at"] != replied:  # the day of the event, on which nobody replied
            draft.taken.pop(fields["at"], None)
            fields["at"] = replied


def wide_kind(draft: Draft, wide: list[str]) -> str:
    """Return the kind of what is marked under days: what the source's name says, else attended where they are marks."""
    if found := source_kind(draft):
        return found
    if {"hours", "stunden", "heures", "horas"} & set(names.words_of(draft.source)):
        return "volunteered"
    return "attended" if all(draft.is_marked(name) for name in wide if draft.columns[name].filled) else ""


def take_all(draft: Draft, fields: Dict[str, str]) -> None:
    """Take columns for fields, where they are not taken yet."""
    looks = {"at": ", and its values look like dates", "day": ", and its values look like dates"}
    looks |= dict.fromkeys(NUMERIC, ", and its values are numbers")
    for what, name in fields.items():
        if name not in draft.taken:
            share = draft.share(name, what) if what in NUMERIC else None
            partial = share is not None and share < ENOUGH
            draft.take(name, what, partly(what, share or 0.0) if partial else f"its name{looks.get(what, '')}")
