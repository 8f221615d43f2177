import json
import subprocess
import sys
from pathlib import Path

import pytest

from nanoward.adapters.progress import SilentProgress
from nanoward.simulation import Study, write_programme

SCRIPT = Path(__file__).parent / "killed_rounds.py"


def kill(ward: Path, count: int, *, seed: int) -> dict[str, object]:
    """In a process of its own, which forks: this one has threads."""
    told = subprocess.run(
        [sys.executable, str(SCRIPT), str(ward), str(count), "--seed", str(seed)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    found: dict[str, object] = json.loads(told.stdout)
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "ward"
    write_programme(Study(participants=12, weeks=12, seed=7), folder, progress=SilentProgress())
    return folder


@pytest.mark.hazard("H-03")
@pytest.mark.timeout(300)
def test_killed_on_any_stores_and_held_again_a_round_is_as_if_undisturbed(small: Path) -> None:
    told = kill(small, 4, seed=1)
    assert told["rounds"] == {
        "files+sqlite": 1,
        "files+postgres": 1,
        "s3+sqlite": 1,
        "s3+postgres": 1,
    }
    assert told["interrupted"]
    assert (told["differed"], told["failed"]) == ([], [])


@pytest.mark.soak
@pytest.mark.hazard("H-03")
@pytest.mark.timeout(7_200)
def test_two_hundred_killed_rounds_on_all_four_combinations(small: Path) -> None:
    told = kill(small, 200, seed=2)
    print(told)  # noqa: T201 - the figure
    assert isinstance(told["interrupted"], int)
    assert told["interrupted"] > 100
    assert (told["differed"], told["failed"]) == ([], [])
