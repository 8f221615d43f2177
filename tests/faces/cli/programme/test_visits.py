"""Visits from the command line: every step, and exit code 4 with every conflict."""

from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, today_of, typed

from nanoward.faces.cli import main


def test_a_visit_from_asking_to_done(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    name = said("programme", "ask", folder, "P1", "weekly", day, "--by", "nurse")["booking"]
    assert [one["booking"] for one in said("programme", "waiting", folder)["waiting"]] == [name]
    place = ("P1", "weekly", day, "morning", "--by", "nurse", "--booking", name)
    assert said("programme", "book", folder, *place)["booking"] == name
    said("programme", "move", folder, name, day, "afternoon", "--reason", "r", "--by", "nurse")
    said("programme", "confirm", folder, name, "--by", "P1")
    said("programme", "arrive", folder, name, "--by", "nurse")
    assert said("programme", "done", folder, name, "--by", "nurse")["earned_minor_units"] == 0
    (row,) = said("programme", "board", folder)["bookings"]
    assert (row["state"], row["half"]) == ("done", "afternoon")
    assert name in typed("programme", "board", folder).stdout


def test_released_and_missed(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    first = said("programme", "book", folder, "P1", "weekly", day, "morning", "--by", "n")
    said("programme", "miss", folder, first["booking"], "--by", "n")
    second = said("programme", "book", folder, "P1", "safety", day, "morning", "--by", "n")
    words = ("release", folder, second["booking"], "--reason", "r", "--waits", "--by", "n")
    said("programme", *words)
    assert len(said("programme", "waiting", folder)["waiting"]) == 1


@pytest.mark.hazard("H-308")
def test_conflicts_end_with_4_and_are_all_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make(tmp_path, "P1")
    words = ["programme", "book", folder, "P9", "dose", "2020-01-01", "morning", "--by", "n"]
    monkeypatch.setattr("sys.argv", ["nanoward", *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 4
    told = capsys.readouterr().err
    for part in ("PRG-112", "no consent", "is past"):
        assert part in told


@pytest.mark.hazard("H-307")
def test_a_calendar_names_nobody(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    said("programme", "book", folder, "P1", "dose", day, "morning", "--by", "n")
    key, out = tmp_path / "key", tmp_path / "feed.ics"
    key.write_bytes(b"secret" * 6)
    words = ("programme", "calendar", folder, "P1", "--key-file", key, "--out", out)
    assert said(*words)["events"] == 1
    text = out.read_text()
    assert "P1" not in text
    assert "dose" not in text
