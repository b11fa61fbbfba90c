"""Who asks, posts and complains, where, about what; and what do members answer each other?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ziggurat.base.instant import DAY
from ziggurat.simulate import habits
from ziggurat.simulate.community import ASKED_ON, Community
from ziggurat.simulate.draws import Flags, Floats, Ints, after, pick, stream
from ziggurat.simulate.people import People
from ziggurat.simulate.rows import Rows
from ziggurat.simulate.texts import Texts, question_topics, season, text_tones
from ziggurat.simulate.ties import Ties
from ziggurat.simulate.words import CHANNELS, KINDS

# by stage:     gone   obs.  foll. end.  contr. own. lead.
STARTS = {
    "asked": (0.01, 0.05, 0.07, 0.12, 0.35, 0.30, 0.30),
    "posted": (0, 0.003, 0.02, 0.08, 0.80, 0.70, 0.90),
    "complained": (0.01, 0.02, 0.03, 0.03, 0.05, 0.05, 0.05),
    "contacted": (0.01, 0.04, 0.04, 0.03, 0.04, 0.04, 0.04),
    "mentioned": (0, 0.003, 0.01, 0.05, 0.06, 0.06, 0.08),
}
STYLED: dict[str, dict[str, float]] = {
    "asked": {"conversationalist": 1.6, "spectator": 0.4},
    "posted": {"creator": 4.0, "conversationalist": 1.5, "spectator": 0.1, "critic": 0.5},
    "complained": {"critic": 2.0},
    "contacted": {},
    "mentioned": {"conversationalist": 2.0, "spectator": 0.2},
}
MOODED = {"complained": (3.0, 0.7, 0.1), "mentioned": (0.6, 0.8, 1.5)}  # by mood
PURPOSE = {"asked": "question", "complained": "complaint", "contacted": "question"}  # the others are posts
ADDRESSED = ("asked", "complained", "contacted")  # what calls for an answer of ours
HELPS = {"asked": 14.0, "posted": 6.0, "mentioned": 1.5, "complained": 5.0, "contacted": 0.0}  # members who see it
READY = (0.0, 0.02, 0.12, 0.4, 1.0, 0.8, 1.0)  # chance by stage that a member who sees it answers
HELPFUL = (0.2, 0.6, 0.6, 0.7, 1.0, 1.0)  # the same by style
ACROSS = 0.12  # chance that it is a regular of any group
KNOWN_TO_HER = 0.6  # share of answers that come from ties
REGULAR = 4  # the ceiling from which members look after the forum
MEMBER_HOURS, MEMBER_SPREAD = 7.0, 1.2
NEWCOMER_DAYS, HOSTED = 90, 0.7
AGAIN_HOURS = 90.0
COMES_BACK_HOURS, COMES_BACK_SPREAD = 10.0, 1.0
FOREIGN = 0.18  # share of texts on the chat that are not in English


@dataclass(frozen=True)
class Said:
    """What can be answered, a row each: its number in the log, who said it (position in people), and where."""

    number: Ints
    who: Ints
    at: Ints
    channel: Ints  # position in ASKED_ON
    thread: Ints  # code of the object; -1 where it is no thread
    topic: Ints
    kind: Ints  # position in KINDS

    def some(self, which: Any) -> Said:
        """Return some of the rows."""
        columns = (self.number, self.who, self.at, self.channel, self.thread, self.topic, self.kind)
        return Said(*(column[which] for column in columns))

    def of(self, *kinds: str) -> Flags:
        """Tell which are of some kinds."""
        return np.isin(self.kind, [KINDS.index(kind) for kind in kinds])


def join_talks(parts: list[Said]) -> Said:
    """Put several together."""
    names = ("number", "who", "at", "channel", "thread", "topic", "kind")
    return Said(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def start(community: Community, rows: Rows, people: People, texts: Texts) -> Said:
    """Let people begin conversations."""
    parts, moves = [], community.customers.shift
    for kind, often in STARTS.items():
        draw = stream(community, f"starts {kind}")
        rates = habits.rates(people, often, STYLED[kind], community.customers.starts)
        rates *= np.array(MOODED.get(kind, (1, 1, 1)))[people.mood][:, None]
        who, at = habits.there(people, *rows.clock.happen(draw, rates, people.shift))
        channel = places(draw, people, who, kind)
        topic, purpose = (
            question_topics(draw, people.group[who], season(rows.clock, at), moves),
            PURPOSE.get(kind, "post"),
        )
        tone = np.full(who.size, -1) if kind == "complained" else text_tones(draw, people.mood[who])
        text = np.where(channel == 2, texts.write(draw, purpose, topic, tone, FOREIGN), -1)
        text = np.where(channel == 2, text, texts.write(draw, purpose, topic, tone))
        thread = threads(rows, kind, channel == 1)
        number = rows.add(
            at, people.address(who, channel), on(channel), kind, text=text, object=thread,
            device=np.where(channel == 1, (draw.random(who.size) < people.mobile[who]).astype(int), -1),
        )  # fmt: skip
        parts.append(Said(number, who, at, channel, thread, topic, np.full(who.size, KINDS.index(kind))))
    found = join_talks(parts)
    return found.some(found.number >= 0)


def places(draw: np.random.Generator, people: People, who: Ints, kind: str) -> Ints:
    """Return where each says it: posts in the forum, the others where the person has an address and likes to be."""
    if kind in ("posted", "mentioned"):
        return np.full(who.size, 1)
    wish = pick(draw, (0.26, 0.38, 0.24, 0.12), who.size)
    missing = ((wish == 1) & (people.forum[who] < 0)) | ((wish == 2) & (people.chat[who] < 0))
    return np.where(missing, 0, wish)


def threads(rows: Rows, kind: str, wanted: Flags) -> Ints:
    """Open a thread for each row that is in the forum."""
    found = np.full(wanted.size, -1, np.int64)
    found[wanted] = rows.names("object", [f"{kind} {number}" for number in range(1, int(wanted.sum()) + 1)])
    return found


def on(channel: Ints) -> Ints:
    """Return positions in CHANNELS of positions in ASKED_ON."""
    found: Ints = np.array([CHANNELS.index(name) for name in ASKED_ON])[channel]
    return found


def ask_again(community: Community, rows: Rows, people: People, texts: Texts, said: Said, answered: Ints) -> Said:
    """Let a share of those whom nobody answered ask again, in the same place. answered: numbers of rows that were."""
    draw = stream(community, "asking again")
    waits = said.of(*ADDRESSED) & ~np.isin(said.number, answered)
    again = said.some(waits & (draw.random(said.who.size) < community.customers.asks_again))
    at = after(draw, again.at, AGAIN_HOURS, COMES_BACK_SPREAD)
    text = texts.write(draw, "question", again.topic, np.minimum(0, text_tones(draw, people.mood[again.who])))
    number = rows.add(
        at, people.address(again.who, again.channel), on(again.channel), "asked", object=again.thread, text=text
    )
    kind = np.full(number.size, KINDS.index("asked"))
    found = Said(number, again.who, at, again.channel, again.thread, again.topic, kind)
    return found.some(number >= 0)


def help_each_other(community: Community, rows: Rows, people: People, known: Ties, texts: Texts, said: Said) -> Ints:
    """Let members answer what is said in the forum; newcomers are answered by a host. Return the
    numbers of what was answered."""
    draw, among = stream(community, "helping"), community.customers.among
    wanted: Floats = np.zeros(len(KINDS))
    for helped, often in HELPS.items():
        wanted[KINDS.index(helped)] = often
    forum = said.some(said.channel == 1)
    times = draw.poisson(wanted[forum.kind] * among)
    asked_again = forum.some(np.repeat(np.arange(times.size), times))
    tie = known.one_of(draw, asked_again.who)
    regular = regular_of(draw, people, asked_again.who)
    helper = np.where((draw.random(tie.size) < KNOWN_TO_HER) & (tie >= 0), tie, regular)
    stage = people.stage_at(rows.clock, helper, asked_again.at)
    ready = np.array([*READY, 0.0])[stage] * np.array(HELPFUL)[people.style[helper]]
    kept = (draw.random(tie.size) < ready) & (helper != asked_again.who) & (people.forum[helper] >= 0)
    hosted, host = hosts(draw, rows, people, forum, among)
    to, by = join_talks([asked_again.some(kept), hosted]), np.concatenate([helper[kept], host])
    at = after(draw, to.at, MEMBER_HOURS, MEMBER_SPREAD)
    text = texts.write(draw, "answer", to.topic, np.maximum(0, text_tones(draw, people.mood[by])))
    kind = np.where(to.of("asked", "complained"), KINDS.index("answered"), KINDS.index("replied"))
    number = rows.add(
        at, people.forum[by], "forum", kind, "among", counterpart=people.address(to.who, to.channel),
        object=to.thread, reply_to=to.number, text=text,
    )  # fmt: skip
    found = Said(number, by, at, to.channel, to.thread, to.topic, kind)
    reply_to_answers(Talk(community, rows, people, texts), to, found, people.forum[by], "members")
    return to.number[number >= 0]


def regular_of(draw: np.random.Generator, people: People, who: Ints) -> Ints:
    """Return for each person one of her group who looks after the forum; now and then of any group, or if it has none.

    Returns herself where there is no such member at all.
    """
    regular = np.flatnonzero((people.ceiling >= REGULAR) & (people.forum >= 0))
    regular = regular[np.argsort(people.group[regular], kind="stable")]
    low, high = (np.searchsorted(people.group[regular], people.group[who], side=side) for side in ("left", "right"))
    anyone = (draw.random(who.size) < ACROSS) | (low == high)
    low, high = np.where(anyone, 0, low), np.where(anyone, regular.size, high)
    place = low + (draw.random(who.size) * (high - low)).astype(np.int64)
    return regular[place] if regular.size else who


def host_of(people: People) -> Ints:
    """Return the host of each group: of those who could come nearest, the most active; -1 for a group of nobody."""
    order = np.lexsort((people.activity, (people.ceiling >= REGULAR) & (people.forum >= 0), people.group))
    last = np.append(np.flatnonzero(np.diff(people.group[order])), people.size - 1)
    host = np.full(int(people.group.max()) + 1, -1, np.int64)
    host[people.group[order[last]]] = order[last]
    return host


def hosts(draw: np.random.Generator, rows: Rows, people: People, forum: Said, among: float) -> tuple[Said, Ints]:
    """Return what newcomers said first that the host of their group answers, and the hosts."""
    sequence = np.lexsort((forum.at, forum.who))
    first = sequence[np.unique(forum.who[sequence], return_index=True)[1]]
    fresh = forum.at[first] - people.arrive[forum.who[first]] <= NEWCOMER_DAYS * DAY
    new = people.arrive[forum.who[first]] > rows.clock.start + 30 * DAY
    chosen = first[fresh & new & (draw.random(first.size) < HOSTED * min(1.0, among))]
    by = host_of(people)[people.group[forum.who[chosen]]]
    there = (by != forum.who[chosen]) & (people.forum[by] >= 0) & (people.arrive[by] <= forum.at[chosen])
    return forum.some(chosen[there]), by[there]


@dataclass(frozen=True)
class Talk:
    """Where something is said, and by whom."""

    community: Community
    rows: Rows
    people: People
    texts: Texts


def reply_to_answers(talk: Talk, to: Said, answer: Said, by: Ints, subject: str) -> None:
    """Let a share of those who were answered reply to the answer. by: identities of those who answered."""
    community, rows, people, texts = talk.community, talk.rows, talk.people, talk.texts
    draw = stream(community, f"coming back to {subject}")
    back = (draw.random(to.who.size) < community.customers.returns) & (answer.number >= 0)
    who, topic = to.who[back], to.topic[back]
    at = after(draw, answer.at[back], COMES_BACK_HOURS, COMES_BACK_SPREAD)
    text = texts.write(draw, "post", topic, text_tones(draw, people.mood[who]))
    rows.add(
        at, people.address(who, to.channel[back]), on(to.channel[back]), "replied",
        "among" if subject == "members" else "in", counterpart=by[back], object=to.thread[back],
        reply_to=answer.number[back], text=text,
    )  # fmt: skip


def mentor(community: Community, rows: Rows, people: People, known: Ties) -> None:
    """Let leaders mentor and recruit those whom they know."""
    for kind, often in habits.AMONG.items():
        draw = stream(community, kind)
        who, at = habits.there(people, *rows.clock.happen(draw, habits.rates(people, often, {}), people.shift))
        other = known.one_of(draw, who)
        some = (other >= 0) & (people.arrive[other] <= at)
        rows.add(
            at[some], people.mail[who[some]], "event", kind, "among", counterpart=people.mail[other[some]],
            minutes=np.rint(draw.gamma(4, 15, some.sum())) + 1,
        )  # fmt: skip
