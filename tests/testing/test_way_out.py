from pathlib import Path

import pytest

from nanoward.base.errors import OutsideError
from nanoward.testing.way_out import WayOut


def test_what_is_down_is_out_of_reach_and_the_spool_is_not(tmp_path: Path) -> None:
    way = WayOut(tmp_path)
    way.down = {"lane", "ledger"}
    with pytest.raises(OutsideError), way.ports.ledger():
        pass
    with pytest.raises(OutsideError):
        way.ports.lane({"do": "stop", "participant": "P1"})
    assert way.ports.spool.head().size == 0
    way.close()
