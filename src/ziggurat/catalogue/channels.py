"""Which questions can be asked of activities and channels?"""

from __future__ import annotations

from ziggurat.catalogue.study import AT, LIMIT, LIVES, SINCE, UNTIL, YEAR, Study, optional
from ziggurat.channels import media_model
from ziggurat.channels.attribution import Attribution, attribution
from ziggurat.channels.budget import Budget, budget
from ziggurat.channels.doings import BY as TYPED
from ziggurat.channels.experiment import Experiment, experiment
from ziggurat.channels.influence import EFFECTS, SHOWN, Influence, influence
from ziggurat.channels.influence_model import ESTIMATORS
from ziggurat.channels.journeys import Ways, journeys
from ziggurat.channels.mass_media import MassMedia, mass_media
from ziggurat.channels.mix import Mix, mix
from ziggurat.channels.outcomes import MEASURES
from ziggurat.channels.overlap import Overlap, overlap
from ziggurat.channels.paths import BY
from ziggurat.channels.power import Power, power
from ziggurat.channels.reach_value import ReachValue, reach_value
from ziggurat.channels.returns import Returns, returns
from ziggurat.channels.weeks import MEASURES as COUNTED
from ziggurat.channels.weeks import SPENDING as SPENT

TOUCHES = ("buckets", "people", "kinds", "activities")
SPENDING = ("buckets", "people", "exposures", "costs", "kinds", "activities")
EACH = optional("by", "choice", "what is told apart", "activity", ("activity", "channel"))
BACK = optional("days", "days", "how long after a message she may come back on it", 14)
HABITS = optional("baseline_days", "number", "days in which a person's habits stay the same; 0 for always", 182)
JOURNEY = (
    SINCE,
    UNTIL,
    optional("outcome", "text", "kinds of interaction parted by commas, or a level; level 2 if left out", None),
    optional("amount", "number", "the least amount of an interaction that is the outcome", 0.0),
    optional("by", "choice", "what names a touch", "channel", BY),
    optional("touches", "text", "kinds or directions parted by commas that count as touches; all if left out", ""),
    optional("window_days", "days", "how long before the outcome a touch counts", 30.0),
    optional("collapse_hours", "number", "the same label again in less than this is the same touch", 1.0),
)
TRIAL = (
    optional("outcome", "text", "kinds of interaction parted by commas, or a level; level 2 if left out", None),
    optional("measure", "choice", "whether she did it, how many times, or its amount", "did", MEASURES),
    optional("window_days", "days", "how long after being assigned an outcome counts", 14.0),
    optional("before_days", "days", "how long before it counts as what she did before", 28.0),
)

LISTED = (
    Study(
        "journeys",
        "Which ways lead people to an outcome, and which lead nowhere?",
        journeys,
        Ways,
        LIVES,
        (*JOURNEY, optional("longest", "count", "of a longer path so many last touches are shown", 8), LIMIT),
        days=YEAR,
    ),
    Study(
        "attribution",
        "What is each channel credited with, and how far do the ways of crediting disagree?",
        attribution,
        Attribution,
        LIVES,
        (
            *JOURNEY,
            optional("worth", "choice", "what is shared out", "conversions", ("conversions", "amount")),
            optional("direct", "text", "labels parted by commas that last non-direct passes over", "direct"),
            optional("half_life_days", "days", "days in which time decay halves", 7.0),
            optional("order", "count", "how many touches the longest Markov chain remembers, 1 to 3", 2),
            optional("labels", "count", "how many of the commonest labels are told apart, 1 to 15", 10),
            optional(
                "incremental", "choice", "whether hawkes, what is above habit, is among them", "yes", ("yes", "no")
            ),
            HABITS,
            optional("draws", "count", "how often people are drawn anew for the bounds", 200),
            optional("seed", "count", "where the draws begin", 1),
        ),
        days=YEAR,
    ),
    Study(
        "reach-value",
        "How many people does each activity reach, and how personal is its message when it arrives?",
        reach_value,
        ReachValue,
        SPENDING,
        (SINCE, UNTIL, EACH, BACK, LIMIT),
        days=YEAR,
    ),
    Study(
        "mix",
        "How near does the mix come to reaching everyone with a dialogue of their own, "
        "and what does each activity add?",
        mix,
        Mix,
        TOUCHES,
        (SINCE, UNTIL, EACH, BACK),
        days=YEAR,
    ),
    Study(
        "overlap",
        "Which activities reach the same people?",
        overlap,
        Overlap,
        TOUCHES[:2],
        (SINCE, UNTIL, EACH, LIMIT),
        days=YEAR,
    ),
    Study(
        "budget",
        "Which activity reaches most new people per unit of cost, and how far does a budget go?",
        budget,
        Budget,
        SPENDING[:4],
        (
            SINCE,
            UNTIL,
            EACH,
            optional("money", "number", "the budget; everything in order of its worth if left out", None),
        ),
        days=YEAR,
    ),
    Study(
        "returns",
        "What does each activity cost per person reached, per climber, and per person with an outcome?",
        returns,
        Returns,
        ("buckets", "people", "levels", *SPENDING[2:]),
        (
            SINCE,
            UNTIL,
            EACH,
            optional("outcome", "text", "the kind of interaction that is the outcome", "purchased"),
            optional("days", "days", "how long after a message the outcome may follow", 14),
            optional("hourly", "number", "money that an hour of staff time costs", 0),
        ),
        days=YEAR,
    ),
    Study(
        "experiment",
        "Does a variant of an experiment make people do more, and how surely?",
        experiment,
        Experiment,
        LIVES,
        (
            AT,
            optional("experiment", "text", "its activity; the one that assigned someone last if left out", None),
            *TRIAL,
            optional("control", "text", "a variant; the one called control, or the first by name, if left out", None),
            optional("split", "text", "who was meant for what, as `control=9, new=1`; all alike if left out", ""),
            optional("planned", "count", "people at which bounds are to be tightest, chosen before the start", 2000),
        ),
    ),
    Study(
        "power",
        "How many people must an experiment have to find an effect?",
        power,
        Power,
        LIVES,
        (
            AT,
            *TRIAL,
            optional("power", "share", "the chance of finding the effect if it is there", 0.8),
            optional("variants", "count", "how many variants, the control included", 2),
        ),
    ),
    Study(
        "influence",
        "Which activity drives which, by how much, and how surely?",
        influence,
        Influence,
        ("buckets",),
        (
            AT,
            optional("days", "days", "how far back events are to be explained; all of them if left out", None),
            optional("by", "choice", "what makes a type of event", "kind", TYPED),
            optional("types", "count", "how many types at most, 1 to 30; all others are one more", 10),
            optional("effects", "choice", "what is explained: what people do, or also what is sent", "people", EFFECTS),
            optional("estimator", "choice", "how habits are told from influence", "least-squares", ESTIMATORS),
            optional("half_life_days", "number", "of the influence; chosen by what fits best if left out", None),
            HABITS,
            optional("seed", "count", "of the placebo", 1),
            optional("shown", "choice", "what the chart shows", "matrix", SHOWN),
        ),
    ),
    Study(
        "mass-media",
        "What did media bring of which nobody knows whom they reached, and where would the next money bring most?",
        mass_media,
        MassMedia,
        ("buckets", "exposures", "costs"),
        (
            AT,
            optional("outcome", "text", "kinds of interaction parted by commas", "purchased"),
            optional("measure", "choice", "how many times, or the sum of amounts", "times", COUNTED),
            optional("by", "choice", "what is spent: money, or impressions", "money", SPENT),
            optional("weeks", "count", "how many whole weeks to read", 104),
            optional("held_out", "count", "how many of them, the last, the model must foretell", 8),
            optional("money", "number", "to be handed out a week; what was spent on average if left out", None),
            optional("lifts", "text", "what experiments found, as `Radio=0/500/120/30`; none if left out", ""),
            optional("experiments", "choice", "whether the log's own experiments count too", "yes", ("yes", "no")),
            optional("draws", "count", "from each of two chains", 500),
            optional("seed", "count", "where the draws begin", 1),
        ),
        check=media_model.check,
    ),
)
