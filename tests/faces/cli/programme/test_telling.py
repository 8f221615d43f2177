"""Moved, called off, offered and paid: typed, and told in messages that name nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, today_of, typed


def inbox(folder: str, who: str) -> list[str]:
    """The messages that somebody has, in full."""
    rows = said("message", "inbox", folder, "participant", "--participant", who)["messages"]
    return [said("message", "show", folder, row["message"])["body"] for row in rows]


@pytest.mark.hazard("H-317")
def test_who_is_moved_or_called_off_finds_it_in_their_inbox(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day, later = (today_of(folder) + timedelta(days=days) for days in (2, 3))
    book = said("programme", "book", folder, "P1", "dose", day, "morning", "--by", "n")
    moved = typed("programme", "move", folder, book["booking"], later, "morning",
                  "--reason", "P2 of arm B is ill", "--by", "n")  # fmt: skip
    assert "1 told of their visits" in moved.stdout
    (one,) = inbox(folder, "P1")
    assert f"{later} morning" in one
    assert "P2" not in one
    assert "dose" not in one
    off = said("programme", "call-off", folder, book["booking"], "--reason", "r", "--by", "n")
    assert off["earned_minor_units"] == 0
    assert len(inbox(folder, "P1")) == 2
    assert said("programme", "tell", folder, "--by", "n") == {
        "visits": 0,
        "pay": 0,
        "closed": 0,
    }


@pytest.mark.hazard("H-319")
def test_a_free_place_is_offered_to_who_waits_and_confirmed(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1", "P2")
    day = today_of(folder) + timedelta(days=2)
    asked = ("P1", "weekly", day, "--before", 0, "--after", 0, "--by", "n")
    name = said("programme", "ask", folder, *asked)["booking"]
    (offer,) = said("programme", "offer", folder, "--by", "n")["offers"]
    assert (offer["participant"], offer["booking"]) == ("P1", name)
    assert "kept for you until" in inbox(folder, "P1")[0]
    said("programme", "confirm", folder, name, "--by", "P1")
    assert "none free" in typed("programme", "offer", folder, "--by", "n").stdout
