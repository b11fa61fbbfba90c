"""Which questions can be asked of the social customer?"""

from __future__ import annotations

from ziggurat.catalogue.study import Study

LISTED = (
    Study(
        "consumption",
        "Participation roles",
        "How do people consume: who creates, converses, judges, collects, joins or only watches?",
        "roles.consumption:consumption",
    ),
    Study(
        "habits",
        "Times and places of activity",
        "When and where are people active: at which hours, on which channels, on which devices?",
        "roles.habits:habits",
    ),
    Study(
        "stance",
        "Advocates and detractors",
        "Who speaks for us, who against us, and who neither?",
        "roles.stance:stance",
    ),
    Study(
        "nps",
        "Net promoter score",
        "How likely are people to recommend us: what is the net promoter score?",
        "roles.nps:nps",
    ),
    Study(
        "mood",
        "Sentiment over time",
        "How does what people write about us sound, month by month and channel by channel?",
        "roles.mood:mood",
    ),
    Study(
        "anomalies",
        "Anomaly detection",
        "Which series left their usual band: when, and what changed?",
        "roles.anomalies:anomalies",
    ),
    Study(
        "answering",
        "Response time",
        "How fast are people answered, by channel and by level, against what is promised and what they are used to?",
        "roles.answering:answering",
    ),
    Study(
        "unanswered",
        "Open questions",
        "Which questions are still open, whose are they, and how long overdue is an answer?",
        "roles.unanswered:unanswered",
    ),
    Study(
        "accounts",
        "Organisations",
        "How do we stand with each organisation, and does all of it hang on one person?",
        "roles.accounts:accounts",
    ),
    Study(
        "service-dividend",
        "Service dividend",
        "Do people who are answered in time climb, slip, come back or buy more often afterwards than others?",
        "roles.dividend:dividend",
    ),
    Study(
        "topics",
        "Topics",
        "What do people ask and talk about, and do we publish about it?",
        "roles.topics:topics",
    ),
    Study(
        "conversation",
        "Conversation network",
        "Who is turned to in the conversation, and who joins those who would not meet otherwise?",
        "roles.conversation:conversation",
    ),
    Study(
        "friends-and-foes",
        "Friends and foes",
        "To whom do people turn most of those who speak against us and for us, and whose words are heard?",
        "roles.foes:foes",
    ),
    Study(
        "virality",
        "Virality",
        "Does what people pass on spread by itself: how many others pass on what one person did?",
        "roles.virality:virality",
    ),
    Study(
        "content",
        "Content",
        "What do people read and watch, and after what do silent ones speak and others climb?",
        "roles.content:content",
    ),
    Study(
        "likes",
        "Likes and dislikes",
        "What do people like and dislike: which themes, told by what they say, buy and bring back?",
        "roles.likes:likes",
    ),
    Study(
        "groups",
        "Communities",
        "Which groups do people form by turning to each other, and who joins them?",
        "roles.groups:groups",
    ),
    Study(
        "hosts",
        "Welcoming newcomers",
        "Who answers newcomers, and do those who are answered come back more?",
        "roles.hosts:hosts",
    ),
    Study(
        "adoption",
        "Peer adoption",
        "Do people take up a thing soon after those they are tied to, more than chance would have it?",
        "roles.adoption:adoption",
    ),
    Study(
        "places",
        "Channel presence",
        "Where are our people, and where are we?",
        "roles.places:places",
    ),
    Study(
        "expectations",
        "Expectation gaps",
        "Where do we fall short of what people expect, and how many of them does it concern?",
        "roles.expectations:expectations",
    ),
)
