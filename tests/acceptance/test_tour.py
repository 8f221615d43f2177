"""The README's tour and the first tutorial: every command that they show is run as shown."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMAND = ".venv/bin/nanoward "

pytestmark = pytest.mark.timeout(600)


def commands(page: str) -> list[str]:
    """Commands after a prompt, with their continued lines joined."""
    blocks = BLOCK.findall((ROOT / page).read_text())
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


@pytest.mark.parametrize("page", ["README.md", "docs/tutorials/first-round.md"])
def test_every_command_of_the_page_runs_as_shown(page: str, tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "examples",
        tmp_path / "examples",
        ignore=shutil.ignore_patterns(".nanoward", "rounds"),
    )
    shown = [line for line in commands(page) if line.startswith(COMMAND)]
    assert shown
    for line in shown:
        words = shlex.split(line.replace("/tmp/", f"{tmp_path}/"))
        assert words[0].endswith("/nanoward")
        told = subprocess.run(
            [sys.executable, "-m", "nanoward", *words[1:]],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode in (0, 1, 8), (line, told.stderr)


def test_the_pages_show_the_two_commands_of_the_makefile() -> None:
    made = (ROOT / "Makefile").read_text()
    for name in ("round", "test"):
        assert f"make {name}" in " ".join(commands("README.md"))
        assert f"\n{name}:" in made
