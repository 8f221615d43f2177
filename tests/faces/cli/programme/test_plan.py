"""nanoward programme plan: from the schedule to booked weeks, and what is impossible."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import PLAN, make, said, today_of, typed

from nanoward.base.entries import Entry
from nanoward.base.entries.visits import VisitBooked, VisitMade, VisitMissed
from nanoward.wiring import open_ports

STEPS = "[programme.steps.weekly]\nclin = 2\npayment = 1\n"


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


def test_a_half_day_in_order(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1", more=STEPS)
    day = today_of(folder)
    unstated = typed("programme", "book", folder, "P1", "safety", day, "morning", "--by", "n")
    assert unstated.exit_code == 0
    words = ("programme", "half-day", folder, day, "morning")
    assert "PRG-127" in str(typed(*words).exception)
    said("programme", "book", folder, "P1", "weekly", day, "afternoon", "--by", "n")
    shown = said("programme", "half-day", folder, day, "afternoon")
    assert [(row["at"], row["staff"]) for row in shown["steps"]] == [
        ("13:00", "clin"), ("13:30", "payment"),
    ]  # fmt: skip
    assert (shown["quarters"], shown["least"]) == (3, 3)
    assert "no order is shorter" in typed(*words[:3], day, "afternoon").stdout


@pytest.mark.hazard("H-310")
def test_overbooking_is_off_and_told_until_the_programme_has_its_own_rate(
    tmp_path: Path,
) -> None:
    people = ("P1", "P2", "P3")
    folder = make(tmp_path, *people)
    plan = tmp_path / "programme.toml"
    plan.write_text(PLAN.replace("[programme]\n", "[programme]\noverbooking = true\n"))
    day = today_of(folder)
    for who in people[:2]:
        said("programme", "book", folder, who, "weekly", day, "morning", "--by", "n")
    shown = said("programme", "overbook", folder, day, "morning")
    assert shown["overbooking"]
    assert [(row["resource"], row["places"], row["allowed"]) for row in shown["resources"]] == [
        ("clin", 2, 2), ("room", 2, 2),
    ]  # fmt: skip
    words = ("programme", "book", folder, "P3", "weekly", day, "morning", "--over", "--by", "n")
    assert "clin on" in str(typed(*words).exception)
    often_missed(folder, 240)
    assert (
        said("programme", "overbook", folder, day, "morning")["resources"][0]["overfull"] == 0
    )
    said(*words)
    assert said("programme", "overbook", folder, day, "morning")["resources"][0]["allowed"] == 3


def often_missed(folder: str, count: int) -> None:
    """Weekly visits of the past, nine in ten of them missed."""
    past = today_of(folder) - timedelta(days=30)
    entries: list[Entry] = []
    for number in range(count):
        name, who = f"h{number}", f"P{1 + number % 3}"
        entries.append(
            VisitBooked(
                booking=name, participant=who, kind="weekly", site="ward", day=past,
                half="morning", zone="UTC", starts=datetime(2026, 1, 1, tzinfo=UTC), needs=(),
                by="x",
            )
        )  # fmt: skip
        entries.append(
            VisitMissed(booking=name, participant=who, day=past, reason="", by="x")
            if number % 10
            else VisitMade(booking=name, participant=who, kind="weekly", day=past,
                           outcome="done", by="x")
        )  # fmt: skip
    with open_ports(folder, quiet=True) as ports:
        ports.ledger.append(entries, actor="x", at=ports.clock.now())


def test_few_moves_is_an_option(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    shown = said("programme", "plan", folder, "--weeks", 1, "--few-moves", "--use")
    assert (shown["moved"], len(shown["visits"])) == (0, 1)
