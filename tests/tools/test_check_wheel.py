"""What of a page is typed at the built wheel; the whole of it is `make wheel-check`."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGE = """# A page

Type `nanoward init
my-programme`, or `make round`; `nanoward` alone is a name.

```console
$ make round     # set up
$ .venv/bin/nanoward bonds find a.fasta \\
    --samples s.csv
what it prints
$ .venv/bin/nanoward verify ward
```

```python
nanoward.rounds()
```
"""


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = ROOT / "tools" / "check_wheel.py"
    spec = importlib.util.spec_from_file_location("check_wheel", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_commands_are_those_of_prompts_and_of_sentences_each_once(tool: ModuleType) -> None:
    assert tool.shown_commands(PAGE) == [
        "nanoward init my-programme",
        "make round",
        ".venv/bin/nanoward bonds find a.fasta      --samples s.csv",
        ".venv/bin/nanoward verify ward",
    ]


def test_every_command_of_the_tour_is_among_those_that_are_tried(tool: ModuleType) -> None:
    shown = tool.shown_commands((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {"make round", "make test", "make console", "nanoward init my-programme"} < set(
        shown
    )
    assert sum(line.startswith(".venv/bin/nanoward ") for line in shown) >= 10


def test_a_target_is_typed_as_its_recipe_says_beside_the_wheel(tool: ModuleType) -> None:
    told, serves = tool.steps("make round", Path("/elsewhere/bin"))
    assert "nanoward round examples/$name" in told
    assert ".venv" not in told
    assert not serves
    told, serves = tool.steps("make console", Path("/elsewhere/bin"))
    assert told.startswith("python ")
    assert serves


def test_what_fails_or_serves_nothing_is_told(tool: ModuleType, tmp_path: Path) -> None:
    outside = dict(os.environ)
    assert tool.ran("echo one; exit 3", tmp_path, outside) == (3, "one\n")
    code, told = tool.served("echo no such file", tmp_path, outside)
    assert code == 1
    assert told.startswith("no such file")
    code, told = tool.served("echo https://127.0.0.1:1/demo/x", tmp_path, outside)
    assert code == 0
