"""On which levels was everyone, and how do they stand at an instant?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.engine import layered
from ziggurat.base.engine.layered import Layers
from ziggurat.base.instant import instant
from ziggurat.base.schema import COUNTS, LEVELS, STANDINGS
from ziggurat.derived import files, persons
from ziggurat.derived.files import write
from ziggurat.derived.store import Store
from ziggurat.levels import history as folds
from ziggurat.levels.ladder import Ladder
from ziggurat.levels.lives import Raises
from ziggurat.levels.readings import Beside, asks
from ziggurat.log.histories import Manifest

ByHand = Sequence[Mapping[str, Any]]
Part = Callable[..., pa.Table]
Ints = npt.NDArray[np.int64]


def levels(store: Store, ladder: Ladder, raises: ByHand) -> str:
    """Return an SQL table expression: `schema.LEVELS` and `person`."""
    folder, layers = climb_all(store, ladder, raises)
    size = sum((folder / file).stat().st_size for file in layers.files)
    return store.held.table(layers.query(folder), size, store.ready().turn)


def levels_on_disk(store: Store, ladder: Ladder, raises: ByHand) -> str:
    """Return an SQL table expression of the same for any connection."""
    folder, layers = climb_all(store, ladder, raises)
    return layers.query(folder)


def climb_all(store: Store, ladder: Ladder, raises: ByHand) -> tuple[Path, Layers]:
    """Fold the level history unless that is done: of those people only of whom the last refresh brought anything,
    where the one before was folded."""
    manifest = store.ready()
    name, folder = f"levels-{digest(store, ladder, raises)}", store.turned(manifest)

    def fresh(path: Path, people: Ints | None = None) -> None:
        fold = partial(folds.levels, ladder=ladder, kinds=store.kinds, beside=beside)
        read = partial(store.sidecars.read, manifest, columns=folds.columns_needed(ladder, folds.READ))
        write(path, parts(store, manifest, fold, read, ladder, raises, people), folds.empty(LEVELS))

    layers = layered.load(folder, name)
    if layers is not None:
        return folder, layers
    with store.climbing:
        layers = layered.load(folder, name)
        if layers is None:
            beside = beside_of(store, manifest, ladder)
        if layers is None and "touched" in manifest.tables:
            touched = store.folder / manifest.tables["touched"]
            people = pq.read_table(touched)["person"].combine_chunks().to_numpy()
            below = store.results / f"turn-{manifest.turn - 1:06}"
            changed = store.sidecars.touched(ladder, people, folder, below)
            if changed is not None and changed.size > people.size:
                touched = folder / f"{name}.people.parquet"
                pq.write_table(pa.table({"person": changed}), touched)
            if changed is not None:
                layers = layered.add(folder, name, below, touched, partial(fresh, people=changed))
        if layers is None:
            layers = layered.begin(folder, name, fresh)
    return folder, layers


def beside_of(store: Store, manifest: Manifest, ladder: Ladder) -> Beside:
    """Return what a ladder asks for beside people's lives."""
    return store.sidecars.of(manifest, ladder, store.connect(), store.source("identities"), store.turned(manifest))


def digest(store: Store, ladder: Ladder, raises: ByHand) -> str:
    """Return a short hash of all that levels depend on beside the log, kinds of one's own among it."""
    like = {kind: other for kind, other in store.kinds.like_of.items() if kind != other}
    more = [*([store.sidecars.words] if asks(ladder) else []), *([like] if like else [])]
    return files.digest(ladder, raises, *more)


def standings(store: Store, ladder: Ladder, raises: ByHand, at: int) -> str:
    """Return an SQL table expression: `schema.STANDINGS` at an instant (µs), and `person`."""
    manifest = store.ready()
    path = store.turned(manifest) / f"standings-{digest(store, ladder, raises)}-{at}.parquet"
    with store.standing:
        if not path.exists():
            store.tidy(manifest.turn)
            write(path, standing_parts(store, ladder, raises, at), folds.empty(STANDINGS))
    return engine.scan_file(path)


def standing_parts(store: Store, ladder: Ladder, raises: ByHand, at: int) -> Iterator[pa.Table]:
    """Fold everyone's standing at an instant (µs), bucket by bucket; call with the lock `standing` held."""
    manifest = store.ready()
    beside = beside_of(store, manifest, ladder)
    fold = partial(folds.standings, ladder=ladder, kinds=store.kinds, at=at, beside=beside)
    lives = store.kept.reader(manifest, folds.codes_needed(ladder), partial(store.sidecars.read, manifest))
    return parts(store, manifest, fold, lives, ladder, raises)


def tried(store: Store, ladder: Ladder, raises: ByHand, at: int) -> pa.Table:
    """Return where everyone would stand on a ladder at an instant (µs), as person_id and level; nothing is kept."""
    with store.standing:
        found = [part.select(["person_id", "level"]) for part in standing_parts(store, ladder, raises, at)]
    return pa.concat_tables(found or [folds.empty(STANDINGS).select(["person_id", "level"])])


def parts(
    store: Store,
    manifest: Manifest,
    fold: Part,
    read: Callable[..., Any],
    ladder: Ladder,
    raises: ByHand,
    people: Ints | None = None,
) -> Iterator[pa.Table]:
    """Fold bucket by bucket; some people only, where they are given, sorted.

    read: gives what the fold takes of a bucket, and of those people in it.
    """
    lifted, everyone = raises_on(store, ladder, raises), store.source("people")  # asked once, so not held
    out = store.connect().sql(f"SELECT person FROM {everyone} WHERE NOT ({COUNTS}) ORDER BY person")
    leave_out = out.to_arrow_table()["person"].combine_chunks().to_numpy()
    codes = {name: list(values) for name, values in manifest.codes.items()}
    some = None if people is None else np.split(people, np.flatnonzero(np.diff(people >> (63 - manifest.bits))) + 1)
    chosen = dict.fromkeys(manifest.buckets())
    if some is not None:
        chosen = {manifest.bucket(int(few[0])): few for few in some if few.size}

    def one(bucket: int) -> pa.Table:
        few = chosen[bucket]
        lives = read(bucket) if few is None else read(bucket, people=few)
        return fold(lives, codes, raises=lifted, leave_out=leave_out)

    return engine.fold(chosen, one)


def raises_on(store: Store, ladder: Ladder, raises: ByHand) -> Raises:
    """Return the manual raises on a ladder as arrays."""
    return raises_of(partial(persons.whose, store), ladder, raises)


def ladder_of(
    store: Store, person: int, history: pa.Table, ladder: Ladder, raises: ByHand, at: int
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return one person's standing at an instant, and her levels up to it."""
    codes = {name: list(values) for name, values in store.ready().codes.items()}
    lifted = raises_on(store, ladder, [one for one in raises if persons.whose(store, one["identity"]) == person])
    given: dict[str, Any] = {"raises": lifted, "beside": beside_of(store, store.ready(), ladder)}
    standing = folds.standings(history, codes, ladder, store.kinds, at=at, **given).to_pylist()
    levels = folds.levels(history, codes, ladder, store.kinds, **given)
    rows = levels.filter(pc.less_equal(levels["since"], at)).to_pylist()
    return (standing[0] if standing else None), rows


def raises_of(whose: Callable[[str], int | None], ladder: Ladder, raises: ByHand) -> Raises:
    """Return the manual raises on a ladder as arrays; those of nobody, or to a level that is no more, are left out."""
    own = [one for one in raises if one["ladder"] == ladder.name and one["level"] <= len(ladder.levels)]
    people = ((whose(one["identity"]), one) for one in own)
    rows = sorted(
        (person, instant(one["since"]), one["level"], instant(one["until"]))
        for person, one in people
        if person is not None
    )
    person, since, level, until = (np.array([row[i] for row in rows], np.int64) for i in range(4))
    return Raises(person, level, since, until)
