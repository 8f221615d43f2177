from pathlib import Path

import pytest

from nanoward.faces.cli.control.lane_requests import LaneRefusedError, ask, without_common


def test_what_the_lane_refuses_is_told_with_its_code_and_next_step(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text(
        'name = "ward"\n[control]\nagent = "A1"\nspec_sha256 = "5"\n'
    )
    with pytest.raises(LaneRefusedError, match="REF-061: there is no kill code K9") as caught:
        ask(str(tmp_path), "kill show", order="K9")
    assert (caught.value.code, caught.value.exit_code) == ("REF-063", 4)
    assert ask(str(tmp_path), "stop") == {"stopped": []}


def test_options_that_every_command_has_are_not_the_lanes() -> None:
    given = {"as_of": None, "seed": 7, "quiet": False, "order": "K"}
    assert without_common(given) == {"order": "K"}
