"""Which questions can be asked of activities and channels?"""

from __future__ import annotations

from ziggurat.catalogue.study import Study

LISTED = (
    Study(
        "journeys",
        "Conversion paths",
        "Which ways lead people to an outcome, and which lead nowhere?",
        "channels.journeys:journeys",
    ),
    Study(
        "attribution",
        "Attribution",
        "What is each channel credited with, and how far do the ways of crediting disagree?",
        "channels.attribution:attribution",
    ),
    Study(
        "reach-value",
        "Reach and value",
        "How many people does each activity reach, and how personal is its message when it arrives?",
        "channels.reach_value:reach_value",
    ),
    Study(
        "mix",
        "Activity mix",
        "How near does the mix come to reaching everyone with a dialogue of their own, and what does "
        "each activity add?",
        "channels.mix:mix",
    ),
    Study(
        "overlap",
        "Audience overlap",
        "Which activities reach the same people?",
        "channels.overlap:overlap",
    ),
    Study(
        "together",
        "Synergy",
        "Do two activities move people more together than each alone, and does it matter which comes first?",
        "channels.together:together",
    ),
    Study(
        "budget",
        "Budget",
        "Which activity reaches most new people per unit of cost, and how far does a budget go?",
        "channels.budget:budget",
    ),
    Study(
        "returns",
        "Return on spending",
        "What does each activity cost per person reached, per climber, and per person with an outcome?",
        "channels.returns:returns",
    ),
    Study(
        "acquisition",
        "Acquisition by campaign",
        "Which campaign brought people, and what became of them?",
        "channels.acquisition:acquisition",
    ),
    Study(
        "experiment",
        "Experiment",
        "Does a variant of an experiment make people do more, and how surely?",
        "channels.experiment:experiment",
    ),
    Study(
        "power",
        "Sample size",
        "How many people must an experiment have to find an effect?",
        "channels.power:power",
    ),
    Study(
        "influence",
        "Influence",
        "What is followed by more of what than it is preceded by, and where can't that be told?",
        "channels.influence:influence",
    ),
    Study(
        "mass-media",
        "Media mix model",
        "What did media bring of which nobody knows whom they reached, and where would the next money bring most?",
        "channels.mass_media:mass_media",
    ),
)
