"""The indicators counted the obvious way: a loop over interactions, one thought a line."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from typing import Any

from tests.meaning import having

DAY = 86_400_000_000
MARK = r"[?？؟]['\"”’»)\]\s]*$"
BARE = having("answers") | (having("meets") & having("speaks"))
SPOKEN = having("speaks") - having("asks")
GOES_ON = having("speaks") - having("begins")
VOICE = having("speaks", "endorses")
MORE = having("speaks", "endorses", "works")
REPLIES = GOES_ON - having("private")


class Naive:
    """Interactions as dicts, and whose each identity is."""

    def __init__(self, log, people, targets, since: int, until: int) -> None:
        self.owner = {identity: row for row in people.to_pylist() for identity in row["identities"]}
        self.since, self.until = since, until
        rows = [row | {"us": micros(row["at"])} for row in log.to_pylist()]
        self.past = [row for row in rows if row["us"] <= until]
        self.rows = sorted((row for row in self.past if row["us"] > since), key=lambda row: row["us"])
        self.targets = targets

    def who(self, identity: str | None) -> dict[str, Any] | None:
        return self.owner.get(identity)

    def known(self, row) -> bool:
        person = self.who(row["actor"])
        return not person["staff"] and not person["anonymous"]

    def staff(self, identity) -> bool:
        person = self.who(identity)
        return bool(person and person["staff"])

    def own(self, row) -> bool:
        """Done by a known person herself."""
        return row["direction"] != "out" and self.known(row)

    def people(self, test) -> set[str]:
        return {self.who(row["actor"])["person_id"] for row in self.rows if test(row)}

    def active(self) -> set[str]:
        return self.people(self.own)

    # ---- what was asked, and who answered

    def asked(self) -> list[dict[str, Any]]:
        found = []
        for row in self.rows:
            asks = row["kind"] in having("asks") or (
                row["kind"] in having("may_ask") and re.search(MARK, row["text"] or "")
            )
            if asks and row["direction"] != "out" and not self.staff(row["actor"]):
                found.append(row | {"answers": self.answers(row)})
        return found

    def answers(self, asked) -> list[tuple[int, bool, str | None]]:
        """When, by staff, and who: of all answers."""
        me = self.who(asked["actor"])["person_id"]
        found = []
        for row in self.rows:
            out = row["direction"] == "out" and not self.staff(row["actor"])
            acts_as_staff = self.staff(row["actor"])
            doer = row["counterpart"] if out else row["actor"]
            mine = self.who(row["actor"])["person_id"] == me
            if mine and not out:
                continue
            same_thread = row["object"] and (row["channel"], row["object"]) == (asked["channel"], asked["object"])
            later = row["us"] > asked["us"]
            replies = row["source"] == asked["source"] and row["in_reply_to"] == asked["interaction_id"]
            reply = replies and row["us"] >= asked["us"] and (row["kind"] in (having("sent") if out else SPOKEN))
            to_her = out and mine and same_thread and later and row["kind"] in GOES_ON
            to_all = not out and same_thread and later and (
                row["kind"] in having("answers") or (acts_as_staff and row["kind"] in REPLIES)
            )  # fmt: skip
            bare = (
                out and mine and later and row["channel"] == asked["channel"] and row["kind"] in BARE
                and not row["object"] and not row["in_reply_to"] and row["us"] - asked["us"] <= 14 * DAY
            )  # fmt: skip
            if reply or to_her or to_all or bare:
                found.append((row["us"], out or acts_as_staff, doer))
        return sorted(found, key=lambda one: one[0])

    def first(self, asked, *, staff: bool) -> float:
        return next((at for at, ours, _ in asked["answers"] if ours or not staff), math.inf)

    # ---- the measures: hits and cases

    def answered(self, *, staff: bool) -> tuple[int, int]:
        hits = cases = 0
        for asked in self.asked():
            if asked["us"] + 14 * DAY <= self.until:
                cases += 1
                hits += self.first(asked, staff=staff) - asked["us"] <= 14 * DAY
        return hits, cases

    def on_target(self) -> tuple[int, int]:
        hits = cases = 0
        for asked in self.asked():
            hours = self.targets.get(asked["channel"], self.targets.get("*"))
            if hours is None or asked["us"] + hours * DAY / 24 > self.until:
                continue
            cases += 1
            hits += self.first(asked, staff=True) - asked["us"] <= hours * DAY / 24
        return hits, cases

    def answerers(self, department: bool = False) -> Counter:
        found: Counter = Counter()
        for asked in self.asked():
            if asked["answers"] and asked["answers"][0][1]:
                person = self.who(asked["answers"][0][2])
                word = person and (
                    json.loads(person["traits"] or "{}").get("department") if department else person["person_id"]
                )
                found.update([word] if word else [])
        return found

    def again(self) -> tuple[int, int]:
        hits = cases = 0
        mine = defaultdict(list)
        for asked in self.asked():
            mine[self.who(asked["actor"])["person_id"]].append(asked)
        for all_of_hers in mine.values():
            for place, asked in enumerate(all_of_hers):
                if asked["us"] + 7 * DAY > self.until:
                    continue
                answered = self.first(asked, staff=False)
                later = all_of_hers[place + 1]["us"] if place + 1 < len(all_of_hers) else math.inf
                again = later - asked["us"] <= 7 * DAY and later < answered
                hits += again
                cases += 1
        return hits, cases

    def come_back(self) -> tuple[int, int]:
        back, everyone = set(), set()
        for asked in self.asked():
            answered, me = self.first(asked, staff=False), self.who(asked["actor"])["person_id"]
            if answered - asked["us"] <= 14 * DAY and answered + 30 * DAY <= self.until:
                everyone.add(me)
                for row in self.past:
                    hers = row["direction"] != "out" and self.who(row["actor"])["person_id"] == me
                    if hers and 0 < row["us"] - answered <= 30 * DAY:
                        back.add(me)
        return len(back), len(everyone)

    def reciprocity(self) -> tuple[int, int]:
        reached, reacted = set(), set()
        for sent in self.rows:
            message = sent["direction"] == "out" and sent["kind"] in having("sent")
            if not message or not self.known(sent) or sent["us"] + 14 * DAY > self.until:
                continue
            me = self.who(sent["actor"])["person_id"]
            reached.add(me)
            for row in self.rows:
                if row["direction"] == "out" or self.who(row["actor"])["person_id"] != me:
                    continue
                if not 0 < row["us"] - sent["us"] <= 14 * DAY or row["kind"] not in having("reacts"):
                    continue
                activity = sent["activity"] and row["activity"] == sent["activity"]
                thread = sent["object"] and (row["channel"], row["object"]) == (sent["channel"], sent["object"])
                reply = row["source"] == sent["source"] and row["in_reply_to"] == sent["interaction_id"]
                if activity or thread or reply:
                    reacted.add(me)
        return len(reacted), len(reached)

    def among(self) -> tuple[int, int]:
        """Replies and answers to people: by people, who don't speak to us, and by us."""
        by_people = sum(self.own(row) and row["kind"] in REPLIES and row["direction"] == "among" for row in self.rows)
        by_us = sum(
            (row["direction"] == "out" and self.known(row) and row["kind"] in having("answers"))
            or (row["direction"] != "out" and self.staff(row["actor"]) and row["kind"] in REPLIES | having("answers"))
            for row in self.rows
        )
        return by_people, by_people + by_us

    def of_active(self, test) -> tuple[int, int]:
        active = self.active()
        return len(self.people(test) & active), len(active)

    def records(self) -> tuple[int, int]:
        spoke = self.people(lambda row: self.own(row) and row["kind"] in VOICE)
        bought = {
            self.who(row["actor"])["person_id"]
            for row in self.past
            if self.own(row) and row["kind"] in having("exchanges")
        }
        told = {
            row["person_id"] for row in self.owner.values()
            if set(json.loads(row["traits"] or "{}")) & {"account", "company", "customer", "customer_id", "segment"}
        }  # fmt: skip
        return len(spoke & (bought | told)), len(spoke)


def micros(at) -> int:
    return round(at.timestamp() * 1_000_000)
