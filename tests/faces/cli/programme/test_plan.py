"""nanoward programme plan: from the schedule to booked weeks, and what is impossible."""

from pathlib import Path

from tests.faces.cli.programme.programme_folder import make, said, typed


def test_weeks_are_planned_and_booked(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1", "P2")
    shown = said("programme", "plan", folder, "--weeks", 2)
    assert len(shown["visits"]) == 4
    assert shown["optimal"]
    assert said("programme", "board", folder)["bookings"] == []
    said("programme", "plan", folder, "--weeks", 2, "--use")
    assert len(said("programme", "board", folder)["bookings"]) == 4
    assert "the best there is" in typed("programme", "plan", folder, "--weeks", 2).stdout


def test_impossible_weeks_are_named_with_what_would_mend_them(tmp_path: Path) -> None:
    folder = make(tmp_path, *(f"P{n}" for n in range(30)))
    result = typed("programme", "plan", folder, "--weeks", 1)
    assert result.exit_code == 1
    assert "impossible: clin" in result.stdout
    assert "more units of clin" in result.stdout
    shown = said("programme", "plan", folder, "--weeks", 1, code=1)
    assert shown["impossible"][0]["short"] > 0
