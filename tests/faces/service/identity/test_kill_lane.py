from pathlib import Path

import pytest
from tests.faces.cli.control.test_commands import SECTION

from nanoward.faces.service.identity.kill_lane import KillLaneRefusedError, ask_kill_lane


@pytest.mark.hazard("H-395")
def test_the_lane_s_no_is_told_with_its_own_next_step(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "ward"\n' + SECTION)
    (tmp_path / ".nanoward").mkdir(mode=0o700)
    assert ask_kill_lane(str(tmp_path), {"do": "status"})["kills"] == []
    with pytest.raises(KillLaneRefusedError, match="there is no kill code k1"):
        ask_kill_lane(str(tmp_path), {"do": "kill show", "order": "k1"})
