import pytest

from nanoward.base.tables import DRILLS, KILLS
from nanoward.flows.killcode.drill_kill import DrillSigner, drill_kill, failure_limit, kill_once
from nanoward.flows.lane.control_history import drill_table, kill_table
from nanoward.testing.desks import NOW, ROLES, SIGNERS, bay_of

PEOPLE = [
    DrillSigner(name=name, role=ROLES[name], signer=SIGNERS[name]) for name in ("anna", "ben")
]


def test_a_fired_code_tells_who_signed_and_how_many_answered() -> None:
    bay = bay_of()
    assert kill_once(bay.desk, bay.book, PEOPLE, "inducer", "P1")
    (row,) = kill_table(bay.book).to_dicts()
    assert row["signed"] == [f"{name} as {ROLES[name]}" for name in ("anna", "ben")]
    assert (row["people"], row["answered"], row["status"]) == (1, 1, "verifying")
    assert row["asked"] == NOW.date()
    assert row["break_glass"] is False
    (state,) = bay.book.kills.values()
    assert row["expected_escapees"] == state.request.expected_escapees


def test_a_silent_driver_has_not_answered() -> None:
    bay = bay_of()
    bay.agents.misbehave("P2", ["silent"])
    kill_once(bay.desk, bay.book, PEOPLE, "inducer", "P2")
    (row,) = kill_table(bay.book).to_dicts()
    assert (row["answered"], row["status"]) == (0, "firing")


def test_drills_bear_their_day_and_their_limit() -> None:
    bay = bay_of()
    drill_kill(bay.desk, "inducer", 10, lambda number: number != 3, actor="nurse")
    (row,) = drill_table(bay.desk.lane).to_dicts()
    assert (row["mechanism"], row["tries"], row["failures"]) == ("inducer", 10, 1)
    assert row["held"] == NOW.date()
    assert row["upper"] == pytest.approx(failure_limit(10, 1))


def test_without_a_lane_the_tables_are_empty_and_have_their_shapes() -> None:
    assert drill_table(None).columns == [one.name for one in DRILLS.columns]
    assert kill_table(bay_of().book).columns == [one.name for one in KILLS.columns]
