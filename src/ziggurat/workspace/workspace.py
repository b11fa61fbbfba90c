"""A project folder, opened: what came in, who is who, ladders, questions, people and decisions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ziggurat.base import durable
from ziggurat.base.errors import WorkspaceError
from ziggurat.settings import config
from ziggurat.workspace.folder import Folder, usable
from ziggurat.workspace.parts import Part

if TYPE_CHECKING:
    from ziggurat.workspace import (
        cards,
        collected,
        connected,
        deciding,
        decisions,
        importing,
        likely,
        lists,
        persons,
        play_files,
        proofs,
        questions,
        settings,
        traits,
        trials,
        week,
        worked,
    )
    from ziggurat.workspace import imports as what_came
    from ziggurat.workspace import ladders as which_ladders
    from ziggurat.workspace import notes as kept
    from ziggurat.workspace import plays as declared_plays
    from ziggurat.workspace import reach as reach_of_plays
    from ziggurat.workspace import refresh as up_to_date
    from ziggurat.workspace import segments as saved
else:
    cards = Part("cards")
    collected = Part("collected")
    connected = Part("connected")
    deciding = Part("deciding")
    decisions = Part("decisions")
    importing = Part("importing")
    likely = Part("likely")
    lists = Part("lists")
    persons = Part("persons")
    play_files = Part("play_files")
    proofs = Part("proofs")
    questions = Part("questions")
    settings = Part("settings")
    traits = Part("traits")
    trials = Part("trials")
    week = Part("week")
    worked = Part("worked")
    what_came = Part("imports")
    which_ladders = Part("ladders")
    kept = Part("notes")
    declared_plays = Part("plays")
    reach_of_plays = Part("reach")
    up_to_date = Part("refresh")
    saved = Part("segments")


class Workspace(Folder):
    """One folder of data. Open it with `Workspace.open`, make one with `Workspace.create`.

    Every method may be called from several threads, and several processes may have the folder open. Each method is a
    function of the part that it is taken from, which is imported when it is first used.
    """

    @classmethod
    def open(cls, folder: str | Path) -> Workspace:
        """Open a workspace, and bring what an earlier version stored to today's formats.

        Raises: WorkspaceError if it is none, or a later version has written it; DeclarationError if its settings are
        wrong.
        """
        folder = usable(Path(folder))
        if not (folder / config.FILE).exists():
            raise WorkspaceError(
                f"{folder} is no workspace (it has no {config.FILE}); `ziggurat init {folder}` makes one."
            )
        return cls(folder, config.load(folder))

    @classmethod
    def create(cls, folder: str | Path, settings: config.Config | None = None) -> Workspace:
        """Make a workspace in a folder, which may exist. Raises: WorkspaceError if it is a workspace already."""
        folder = usable(Path(folder))
        if (folder / config.FILE).exists():
            raise WorkspaceError(f"{folder} is a workspace already; open it, or choose another folder.")
        durable.folder(folder / "ladders")
        config.create(folder, settings or config.Config())
        return cls.open(folder)

    guess = importing.guess
    preview = importing.preview
    foretell = importing.foretell
    mapping = importing.mapping
    save_mapping = importing.save_mapping
    import_file = importing.import_file
    import_batches = importing.import_batches
    pull = importing.pull
    load = collected.load
    waiting = collected.waiting
    add_source = connected.add_source
    remove_source = connected.remove_source
    try_source = connected.try_source
    collecting = collected.collecting
    make_key = collected.make_key
    write_keys = collected.write_keys
    replace_key = collected.replace_key
    revoke_key = collected.revoke_key
    imports = what_came.imports
    undo = what_came.undo
    tidy = what_came.tidy
    rejected = what_came.rejected
    rejected_reasons = what_came.rejected_reasons
    export_rejected = what_came.export_rejected
    settle = what_came.settle

    stale = up_to_date.stale
    refresh = up_to_date.refresh
    span = up_to_date.span
    as_of = up_to_date.as_of

    read_settings = settings.read_settings
    settings_text = settings.settings_text
    change_settings = settings.change_settings
    likely_staff = likely.likely_staff
    likely_agents = likely.likely_agents

    ladders = which_ladders.ladders
    default_ladder = which_ladders.default_ladder
    ladder = which_ladders.ladder
    ladder_text = trials.ladder_text
    draft_ladder = trials.draft
    save_ladder = trials.save_ladder
    try_ladder = trials.try_ladder

    ask = questions.ask
    lens = questions.lens
    through = questions.through
    sql = questions.sql

    people = persons.people
    names = persons.names
    called = persons.called
    addressed = persons.addressed
    departments = persons.departments
    find = persons.find
    whose = persons.whose
    meant = persons.meant
    identity = persons.identity
    story = persons.story
    portrait = persons.portrait
    acted = persons.acted
    automatic = persons.automatic
    stopped = persons.stopped
    guarded = persons.guarded
    shared = persons.shared

    merge = decisions.merge
    part = decisions.part
    decide = decisions.decide
    set_trait = traits.set_trait
    by_hand = traits.by_hand
    told_of = traits.known_traits
    undecide = decisions.undecide
    raise_to = decisions.raise_to
    lift = decisions.raise_to  # its earlier name

    note = kept.note
    notes = kept.notes
    finish = kept.finish
    forget = kept.forget
    resting = kept.resting

    rest_card = cards.rest_card
    wake_card = cards.wake_card
    resting_cards = cards.resting_cards

    segments = saved.segments
    segment = saved.segment
    save_segment = saved.save_segment
    remove_segment = saved.remove_segment
    listed = lists.listed
    export_people = lists.export_people
    note_all = lists.note_all
    forget_all = lists.forget_all

    plays = declared_plays.plays
    play = declared_plays.play
    save_play = play_files.save_play
    read_play = play_files.read_play
    play_text = play_files.text_of
    resume_play = play_files.resume_play
    fits = declared_plays.fits
    reach = reach_of_plays.reach
    fill_week = week.fill_week
    queue = week.queue
    decide_step = deciding.decide_step
    decide_steps = deciding.decide_steps
    edit_step = deciding.edit_step
    take_steps = deciding.take_steps
    prove = proofs.prove
    prove_all = proofs.prove_all
    endings = proofs.endings
    last_week = worked.last_week
    worked = worked.worked
