"""How long a ward round takes: cold, and again with nothing new. Whole processes."""

import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ("flu-households", "xanomeline-pilot", "warfarin")


def hold(ward: Path) -> float:
    """Hold a round; returns the CPU seconds of its processes, which load disturbs less."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = subprocess.run(
        [sys.executable, "-m", "nanoward", "round", str(ward), "--quiet"],
        capture_output=True,
        check=False,
    )
    assert told.returncode in (0, 1), told.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fresh(name: str, folder: Path) -> Path:
    ward = folder / name
    shutil.rmtree(ward, ignore_errors=True)
    ignored = shutil.ignore_patterns(".nanoward", "rounds")
    return Path(shutil.copytree(ROOT / "examples" / name, ward, ignore=ignored))


@pytest.mark.parametrize("name", EXAMPLES)
def bench_round_with_nothing_new(benchmark: Any, tmp_path: Path, name: str) -> None:
    ward = fresh(name, tmp_path)
    hold(ward)
    spent: list[float] = []
    benchmark.pedantic(lambda: spent.append(hold(ward)), rounds=5)
    assert min(spent) < 3.0  # CPU seconds, on the 2-core reference


@pytest.mark.parametrize("name", EXAMPLES)
def bench_round_for_the_first_time(benchmark: Any, tmp_path: Path, name: str) -> None:
    def setup() -> tuple[tuple[Path], dict[str, Any]]:
        return (fresh(name, tmp_path),), {}

    spent: list[float] = []
    benchmark.pedantic(lambda ward: spent.append(hold(ward)), setup=setup, rounds=3)
    assert min(spent) < 40.0  # CPU seconds
