from pathlib import Path

import pytest
from click.testing import CliRunner

from nanoward.base.errors import InputError
from nanoward.faces.cli import cli


@pytest.mark.hazard("H-31")
def test_a_lane_does_not_listen_for_a_plan_that_it_cannot_carry_out(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "ward"\n[control]\n')
    told = CliRunner().invoke(cli, ["lane", str(tmp_path)])
    assert isinstance(told.exception, InputError)
    assert "agent is missing" in str(told.exception)
    assert "listens" not in told.output
    assert not (tmp_path / ".nanoward" / "lane.sock").exists()
