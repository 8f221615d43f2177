import pytest

from nanoward.base.entries import (
    DrillHeld,
    FleetAborted,
    FleetOrdered,
    FleetStageEnded,
    FleetStageOpened,
)
from nanoward.control.fleet import (
    abort_reasons,
    fleets_of,
    next_stage,
    stages,
    status_of_fleet,
    touched,
)

PEOPLE = tuple(f"P{number}" for number in range(1000))


def ordered(people: tuple[str, ...] = PEOPLE[:8]) -> FleetOrdered:
    return FleetOrdered(
        fleet="F1",
        setting="rate",
        value=2.0,
        unit="ug/h",
        lease_s=600,
        participants=people,
        ordered_by="nurse",
    )


def opened(stage: int, *people: str) -> FleetStageOpened:
    return FleetStageOpened(fleet="F1", stage=stage, participants=people, opened_by="nurse")


def ended(
    stage: int, failed: tuple[str, ...] = (), harmed: tuple[str, ...] = ()
) -> FleetStageEnded:
    return FleetStageEnded(fleet="F1", stage=stage, failed=failed, harmed=harmed)


@pytest.mark.parametrize(
    ("total", "sizes"),
    [
        (0, []),
        (1, [1]),
        (2, [1, 1]),
        (8, [1, 1, 6]),
        (100, [1, 4, 20, 75]),
        (1000, [1, 49, 200, 750]),
    ],
)
def test_stages_grow_from_one_person_to_everyone(total: int, sizes: list[int]) -> None:
    found = stages(PEOPLE[:total])
    assert [len(stage) for stage in found] == sizes
    assert tuple(one for stage in found for one in stage) == PEOPLE[:total]


@pytest.mark.parametrize(
    ("size", "failures", "aborts"),
    [
        (1, 1, True),
        (4, 1, False),
        (4, 2, True),
        (100, 2, True),
        (200, 3, False),
        (200, 4, True),
        (750, 14, False),
        (750, 15, True),
        (0, 0, False),
    ],
)
def test_a_stage_that_fails_too_often_aborts(size: int, failures: int, aborts: bool) -> None:
    assert bool(abort_reasons(ended(0, PEOPLE[:failures]), size)) == aborts


@pytest.mark.hazard("H-30")
def test_one_person_harmed_aborts() -> None:
    assert "grade 3" in abort_reasons(ended(0, harmed=("P1",)), 1000)[0]


def test_every_stage_waits_for_a_person() -> None:
    entries = [ordered()]
    state = fleets_of(entries)["F1"]
    assert next_stage(state) == (0, ("P0",))
    assert status_of_fleet(state) == "paused"
    state = fleets_of([ordered(), opened(0, "P0")])["F1"]
    assert next_stage(state) is None
    assert status_of_fleet(state) == "running"
    state = fleets_of([ordered(), opened(0, "P0"), ended(0)])["F1"]
    assert next_stage(state) == (1, ("P1",))
    whole = [ordered(), opened(0, "P0"), ended(0), opened(1, "P1"), ended(1)]
    whole += [opened(2, *PEOPLE[2:8]), ended(2)]
    state = fleets_of(whole)["F1"]
    assert next_stage(state) is None
    assert status_of_fleet(state) == "complete"
    assert touched(state) == PEOPLE[:8]


def test_nothing_goes_on_after_an_abort() -> None:
    entries = [ordered(), ordered(()), opened(0, "P0"), ended(0, ("P0",))]
    drill = DrillHeld(drill="D", mechanism="m", tries=1, failures=0)
    abort = FleetAborted(fleet="F1", reasons=("1 of 1 orders failed",), returned=("P0",))
    state = fleets_of([*entries, drill, abort])["F1"]
    assert next_stage(state) is None
    assert status_of_fleet(state) == "aborted"
    assert touched(state) == ("P0",)
