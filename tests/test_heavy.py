"""What takes long to load is loaded by what uses it, and by nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import harbour

HEAVY = ("altair", "numba", "scipy", "sklearn", "vl_convert", "typst", "vaderSentiment")
UNUSED = (*HEAVY, "pandas")  # by any command, though PyArrow would load it
LOADED = "import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}} & {{{names}}}))"


def loaded(module: str, names: tuple[str, ...] = HEAVY) -> list[str]:
    """The heavy libraries that an import of a module loads, in a process of its own."""
    code = LOADED.format(module=module, names=", ".join(map(repr, names)))
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()


@pytest.mark.parametrize(
    "module", ["ziggurat.workspace", "ziggurat.cli.app", "ziggurat.catalogue", "ziggurat.asking.crowd"]
)
def test_a_module_loads_nothing_heavy(module):
    assert loaded(module) == []


def test_settings_load_no_client_of_what_they_name():
    assert loaded("ziggurat.settings.config", (*HEAVY, "httpx", "imaplib", "imap_tools")) == []


def test_the_package_itself_loads_nothing_at_all():
    assert loaded("ziggurat", (*HEAVY, "numpy", "pyarrow", "duckdb", "narwhals", "sqlalchemy", "typer")) == []


def test_a_heavy_library_is_loaded_by_its_first_use():
    code = "from ziggurat.base.heavy import special\nimport sys\nassert 'scipy' not in sys.modules\n"
    code += "print(special.ndtri(0.5), 'scipy.special' in sys.modules, 'scipy.optimize' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "0.0 True False\n"


def test_what_a_library_lacks_is_an_error():
    from ziggurat.base.heavy import special

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = special.nothing


def test_pandas_is_there_for_frames_that_are_asked_for():
    code = "import sys, pyarrow as pa\nfrom ziggurat.base.heavy import without_pandas\nwithout_pandas()\n"
    code += "made = pa.table({'a': [1, 2]})\nassert 'pandas' not in sys.modules\n"
    code += "frame = made.to_pandas()\nprint(pa.table(frame).equals(made), pa.Table.from_pandas(frame).num_rows)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "True 2\n"


LIGHT = (("log",), ("people",), ("pyramid",), ("refresh",))


def test_small_commands_load_nothing_heavy(tmp_path):
    folder = tmp_path / "harbour"
    harbour.make(folder)
    code = "import sys\nfrom ziggurat.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit as ended:\n"
    code += f"    print('loaded', ended.code, *sorted(set(sys.modules) & set({UNUSED!r})))"
    run = [sys.executable, "-c", code, "-C", str(folder)]
    subprocess.run([*run, "pyramid"], check=True, capture_output=True)  # what is worked out once is there now
    for words in LIGHT:
        done = subprocess.run([*run, *words], check=True, capture_output=True, text=True)
        assert done.stdout.splitlines()[-1] == "loaded 0", words
