"""The command that makes a workspace of a simulated community."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ziggurat.base.words.numbers import number
from ziggurat.cli.serving import what_next
from ziggurat.cli.show import progress, tell


def simulate(
    place: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the workspace is made.")],
    people: Annotated[int | None, typer.Option(help="How many known people; 2000 if not given.")] = None,
    days: Annotated[int | None, typer.Option(help="How many days; 730 if not given.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same community; 7 if not given.")] = None,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day; 2024-01-01 if not given.")
    ] = None,
    knobs: Annotated[Path | None, typer.Option(help="A TOML file of further settings; see the page on it.")] = None,
) -> None:
    """Make a workspace of a simulated community, and write down what is true of it."""
    from ziggurat import demo as demonstration
    from ziggurat.base import declare
    from ziggurat.simulate import Community

    given: dict[str, Any] = declare.read_toml(knobs) if knobs else {}
    said = {"people": people, "days": days, "seed": seed, "start": start.date() if start else None}
    given |= {name: value for name, value in said.items() if value is not None}
    community = declare.convert(given, Community, knobs.name if knobs else "simulate")
    with progress() as tell_progress:
        made = demonstration.make_community(place, community, tell_progress)
    tell(
        f"{number(made['interactions'])} interactions of {number(made['people'])} people are in {place}, "
        f"and what is true of them in {place / demonstration.TRUTH}."
    )
    what_next(place, demonstration.next_community(made))
