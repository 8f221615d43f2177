import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from killed import kill_often


@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
@pytest.mark.hazard("H-01")
def test_a_writer_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    toll = kill_often(tmp_path, rounds=12, seed=1)
    assert (toll.rounds, toll.lost, toll.doubled) == (12, 0, 0)
    assert toll.acknowledged > 12
