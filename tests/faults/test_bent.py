import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from bent import bend_often


@pytest.mark.hazard("H-01")
def test_nothing_bent_is_accepted_and_nothing_good_refused() -> None:
    verdicts = bend_often(4_000, seed=1)
    assert verdicts.bent >= 4_000
    assert verdicts.bent_accepted == 0
    assert verdicts.good_accepted == verdicts.good > 100
