"""Which questions can be asked of what each side gives and gets?"""

from __future__ import annotations

from ziggurat.catalogue.study import Study

LISTED = (
    Study(
        "mutual-value",
        "Value given and received",
        "What do people give us, and what do they get from the relationship?",
        "value.mutual:mutual_value",
    ),
    Study(
        "one-sided",
        "One-sided relationships",
        "Who gives much and gets little, and who gets much and gives nothing back?",
        "value.one_sided:one_sided",
    ),
    Study(
        "balance",
        "Balance and retention",
        "Do people who give more than they get climb, slip or leave more often than those who get more?",
        "value.balance:balance",
    ),
    Study(
        "effort",
        "Effort by level",
        "How much time and money do we spend on the people of each level, and what do they bring and become?",
        "value.effort:effort",
    ),
    Study(
        "level-value",
        "Worth of a level",
        "What does a person of each level give in a year, what do they cost, and how many never go beyond?",
        "value.level_value:level_value",
    ),
    Study(
        "attention",
        "Allocation of time",
        "Do we give our time to the right people: the most valuable, those at the top, or only new ones?",
        "value.attention:attention",
    ),
    Study(
        "acquaintance",
        "Acquaintance",
        "How well do we know the people of each level, by name, address, likes, background, friends and a talk?",
        "value.acquaintance:acquaintance",
    ),
    Study(
        "strangers",
        "Valuable strangers",
        "Who gives us much and is little known, and what should we ask them next?",
        "value.strangers:strangers",
    ),
    Study(
        "referrals",
        "Referral tree",
        "Who brought whom, over how many generations, and what came through each advocate?",
        "value.referrals:referrals",
    ),
    Study(
        "lifetime",
        "Lifetime value",
        "How often will people come again, how much will they bring, and who is gone?",
        "value.lifetime:lifetime",
    ),
    Study(
        "valuable",
        "Most valuable people",
        "From whom is most to be expected, and whom are we about to lose?",
        "value.valuable:valuable",
    ),
)
