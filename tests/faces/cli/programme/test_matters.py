"""Capacity, breaches and disputes from the command line."""

from pathlib import Path

from tests.faces.cli.programme.programme_folder import make, said, today_of, typed


def test_capacity_breach_and_dispute(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    said("programme", "capacity", folder, "clin", 0, day, day, "--reason", "ill", "--by", "x")
    refused = typed("programme", "book", folder, "P1", "weekly", day, "morning", "--by", "n")
    assert "0 of 0 taken" in str(refused.exception)
    said("programme", "breach", "found", folder, "b1", "site 7", "late report", "--by", "m")
    said("programme", "breach", "heard", folder, "b1", "the line was down", "--by", "site 7")
    unbound = typed("programme", "breach", "decide", folder, "b1", "--by", "council")
    assert "no agreement binds" in str(unbound.exception)
    opened = ("programme", "dispute", "open", folder, "d1", "P1", "unpaid", "--amount", "40")
    said(*opened, "--by", "P1")
    words = ("programme", "dispute", "decide", folder, "d1", "it is paid", "--by", "ombud")
    assert said(*words) == {"outcome": "it is paid"}
