"""How does a shell complete the name of a study, and its options?"""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand


def study_names(incomplete: str) -> list[tuple[str, str]]:
    """Return the studies whose name begins so, each with its question."""
    from ziggurat.catalogue import LISTED

    return [(study.name, study.question) for study in LISTED if study.name.startswith(incomplete)]


class AskCommand(TyperCommand):
    """The command that asks any study, and takes the options of the one that is named."""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Return what may stand here: of options, those of the command and of the study."""
        from ziggurat.catalogue import STUDIES

        found = list(super().shell_complete(ctx, incomplete))
        study = STUDIES.get(str(ctx.params.get("study") or ""))
        if study is None or not incomplete.startswith("-"):
            return found
        item = type(super().shell_complete(ctx, "--help")[0])
        names = {f"--{option.name.replace('_', '-')}": option.about for option in study.options}
        taken = {one.value for one in found}
        return [*found, *(item(name, help=about) for name, about in names.items()
                          if name.startswith(incomplete) and name not in taken)]  # fmt: skip
