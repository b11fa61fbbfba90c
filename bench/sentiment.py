"""How many messages a second are scored, beside the package whose scores they are?

Two sets of texts: those of the simulated community, from templates, in which the same words come again and again; and
messages drawn word by word, with as many different words as a forum has, with capitals, punctuation and emoji, where
every other word is one that a rule of VADER looks at. Each contender gets them as it takes them, and the scores are
compared, text by text.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from vaderSentiment import vaderSentiment as published

from bench import apart
from bench.report import Row, ratio
from ziggurat.simulate import Community, simulate
from ziggurat.stats.vader import compound

MESSAGES = 50_000
OTHER_WORDS = 20_000
GOAL = 4.0


def simulated(messages: int) -> pa.Array:
    """Return what people of the simulated community wrote, in any order."""
    log = simulate(Community(people=6000, days=720, seed=1)).tables["interactions"]
    texts = log.filter(pc.field("direction") != "out")["text"].drop_null()
    order = np.random.default_rng(1).permutation(len(texts))[:messages]
    return texts.combine_chunks().take(pa.array(order))


def drawn(messages: int, seed: int = 1) -> pa.Array:
    """Return texts drawn word by word, some 15 words each."""
    draw = np.random.default_rng(seed)
    known = published.SentimentIntensityAnalyzer()
    ruled = [
        *published.NEGATE,
        *published.BOOSTER_DICT,
        *published.SPECIAL_CASES,
        *["but", "least", "no", "so", "this", "never"],
    ]
    emoji = [one for one in known.emojis if len(one) == 1]
    other = [f"w{number:x}" for number in range(OTHER_WORDS)]
    pools = (list(known.lexicon), ruled, other, emoji)
    size = draw.poisson(14, messages) + 1
    total = int(size.sum())
    pool = np.searchsorted(np.cumsum([0.2, 0.3, 0.48, 0.02]), draw.random(total))
    place = [np.minimum(draw.zipf(1.2, total) - 1, 10**9) % len(one) for one in pools]
    dress = draw.choice(["{}"] * 20 + ["{}!", "{}?", "{},", "{}.", "({})", "{}!!!"], total)
    shout = draw.random(total) < 0.05
    words = [
        form.format(word.upper() if loud else word)
        for form, loud, word in zip(
            dress, shout, (pools[one][place[one][nth]] for nth, one in enumerate(pool)), strict=True
        )
    ]
    ends = np.cumsum(size)
    return pa.array([" ".join(words[end - count : end]) for end, count in zip(ends, size, strict=True)])


TEXTS: dict[str, Callable[[int], pa.Array]] = {"simulated": simulated, "drawn": drawn}
SAID = {"simulated": "texts of the simulated community", "drawn": "texts drawn word by word"}


@cache
def analyzer() -> Any:
    """Return the package's own analyzer."""
    return published.SentimentIntensityAnalyzer()


def theirs(texts: pa.Array) -> npt.NDArray[np.float64]:
    """Score by the package."""
    score = analyzer().polarity_scores
    return np.array([score(text)["compound"] for text in texts.to_pylist()])


def ours(texts: pa.Array) -> npt.NDArray[np.float64]:
    """Score at once."""
    return np.nan_to_num(compound(texts))


def write_texts(folder: str, which: str, messages: str = str(MESSAGES)) -> dict[str, Any]:
    """Write a set of texts."""
    texts = TEXTS[which](int(messages))
    pq.write_table(pa.table({"text": texts}), Path(folder) / f"{which}.parquet")
    found = pc.count_distinct(pc.list_flatten(pc.utf8_split_whitespace(texts)))
    return {"messages": len(texts), "words": found.as_py()}


def score_texts(folder: str, which: str, contender: str) -> dict[str, Any]:
    """Let one contender score a set of texts; kernels and lexicon are loaded before."""
    texts = pq.read_table(Path(folder) / f"{which}.parquet")["text"].combine_chunks()
    run = {"theirs": theirs, "ours": ours}[contender]
    run(texts.slice(0, 10))
    started = time.perf_counter()
    scores = run(texts)
    took = time.perf_counter() - started
    np.save(Path(folder) / f"{which}-{contender}.npy", scores)
    return {"seconds": [took]}


def differ_in(folder: str, which: str) -> dict[str, Any]:
    """Count the texts that the two score differently."""
    one, other = (np.load(Path(folder) / f"{which}-{contender}.npy") for contender in ("theirs", "ours"))
    return {"differ": int(np.sum(one != other)), "texts": int(one.size)}


WORKS: dict[str, Callable[..., dict[str, Any]]] = {
    work.__name__: work for work in (write_texts, score_texts, differ_in)
}


def measured(folder: Path, rounds: int, say: Callable[[str], object]) -> list[Row]:
    """Measure both in turns on each set of texts, and check that they agree."""
    folder.mkdir(exist_ok=True)
    rows = []
    for which, what in SAID.items():
        size = apart.run("write_texts", folder, which)
        runs: dict[str, list[dict[str, Any]]] = {"theirs": [], "ours": []}
        for _ in range(rounds):
            for name, some in runs.items():
                some.append(apart.run("score_texts", folder, which, name))
        seconds = {name: [one["seconds"][0] for one in some] for name, some in runs.items()}
        memory = {name: max(one["memory"] for one in some) for name, some in runs.items()}
        same = apart.run("differ_in", folder, which)
        faster = ratio(seconds["theirs"], seconds["ours"])
        said = {name: f"{size['messages'] / np.median(some):,.0f} a second" for name, some in seconds.items()}
        say(
            f"\n{size['messages']:,} {what}, {size['words']:,} different words: vaderSentiment {said['theirs']}, here "
            f"{said['ours']}. Scored differently: {same['differ']} of {same['texts']:,}."
        )
        met = faster >= GOAL and not same["differ"]
        rows.append(Row(f"{what}, vaderSentiment", seconds["theirs"], memory["theirs"]))
        rows.append(
            Row(what, seconds["ours"], memory["ours"], "vaderSentiment, times faster", faster, f"≥ {GOAL:.0f} ×", met)
        )
    return rows
