"""Beds, visitors, contacts and the way home from the command line."""

from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, today_of, typed


def test_beds_contacts_and_visitors(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1", "P2")
    day = today_of(folder)
    begin = ("programme", "lodging", "begin", folder)
    stay = said(*begin, "P1", "ward/r1", day, "--by", "n")["stay"]
    said(*begin, "P2", "ward/r1", day, "--by", "n")
    shown = said("programme", "lodging", "beds", folder)
    assert shown["beds"] == {"shared": [2, 2]}
    assert said("programme", "lodging", "contacts", folder) == {"contacts": 1}
    consent = tmp_path / "consent.txt"
    consent.write_text("signed")
    said("programme", "lodging", "admit", folder, "Mum", "P1", "--site", "ward", "--consent",
         consent, "--rules-read", "--by", "door")  # fmt: skip
    said("programme", "lodging", "end", folder, stay, day, "--by", "P1")
    assert "shared" in typed("programme", "lodging", "beds", folder).stdout


@pytest.mark.hazard("H-314")
def test_who_left_gets_home(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    assert typed("clearance", "withdraw", folder, "P1").exit_code == 0
    found = said("programme", "home", folder, "P1", "--by", "staff")
    assert (found["transport"], found["room"], found["set_aside"]) == ("taxi", "r1", 12_000)
    leaving = typed("clearance", "leaving", folder)
    assert leaving.exit_code == 1
    assert "brought by taxi" in leaving.stderr
