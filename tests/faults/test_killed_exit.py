import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from killed_exit import kill_in_wards, kill_often
from power import fast_folder

KILLS = int(os.environ.get("NANOWARD_SOAK_KILLS", "10000"))
ignored = pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")


@ignored
@pytest.mark.hazard("H-99")
def test_kills_of_any_process_during_a_leave_lose_nothing_and_double_nothing(
    tmp_path: Path,
) -> None:
    toll = kill_often(tmp_path, rounds=9, seed=1)
    assert (toll.kills, toll.lost, toll.doubled, toll.owed) == (9, 0, 0, 0)
    assert toll.acknowledged >= 6


@ignored
@pytest.mark.soak
@pytest.mark.timeout(20_000)
def test_ten_thousand_kills(tmp_path: Path) -> None:
    folder = fast_folder(tmp_path)  # a killed process takes nothing back that it has written
    toll = kill_in_wards(folder, kills=KILLS, seed=2)
    assert (toll.kills, toll.lost, toll.doubled, toll.owed) == (KILLS, 0, 0, 0), toll
