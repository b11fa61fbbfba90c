"""Parts of a workspace are imported when they are used, and are what they would be if they were imported at once."""

import inspect
import subprocess
import sys

import pytest

from ziggurat.workspace import Workspace, imports, parts

LIGHT = """
import sys
from ziggurat import Workspace
Workspace.create(sys.argv[1]).imports()
print(*[name for name in sys.modules if name.startswith("ziggurat.workspace.")])
"""


def test_a_workspace_that_lists_its_imports_knows_nothing_of_plays_or_files(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", LIGHT, str(tmp_path / "w")], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "ziggurat.workspace.imports" in told
    assert not {"ziggurat.workspace.importing", "ziggurat.workspace.week", "ziggurat.workspace.persons"} & set(told)


def test_a_method_is_the_function_of_its_part():
    assert Workspace.imports is imports.imports
    assert Workspace.lift is Workspace.raise_to
    signed = {name: one for name, one in inspect.getmembers(Workspace) if inspect.isfunction(one)}
    assert list(inspect.signature(signed["import_file"]).parameters)[:2] == ["space", "path"]
    assert not any(isinstance(one, parts.Method) for one in signed.values())


def test_what_is_no_function_of_its_part_is_an_error():
    class Folder:
        nothing = parts.Part("imports").nothing

    with pytest.raises(AttributeError, match="nothing"):
        _ = Folder.nothing
