from datetime import timedelta

import pytest

from nanoward.control.plan import control_plan
from nanoward.flows.killcode.drill_kill import (
    DrillSigner,
    drill_carriers,
    drill_kill,
    drills_due,
    failure_limit,
    kill_once,
)
from nanoward.testing.desks import ROLES, SECTION, SIGNERS, bay_of


@pytest.mark.parametrize(
    ("tries", "failures", "limit"),
    [
        (3000, 0, 9.98e-4),
        (30_000, 0, 9.99e-5),
        (20, 0, 0.139),
        (10, 1, 0.394),
        (5, 5, 1),
        (0, 0, 1),
    ],
)
def test_the_upper_limit_of_a_failure_rate_is_exact(
    tries: int, failures: int, limit: float
) -> None:
    assert failure_limit(tries, failures) == pytest.approx(limit, rel=2e-3)


def test_drills_are_due_every_week() -> None:
    bay = bay_of()
    assert drills_due(bay.desk, bay.book) == ("inducer",)
    held = drill_kill(bay.desk, "inducer", 10, lambda number: number != 3, actor="nurse")
    assert (held.tries, held.failures) == (10, 1)
    assert drills_due(bay.desk, bay.book) == ()
    bay.clock.advance(timedelta(days=7))
    assert drills_due(bay.desk, bay.book) == ("inducer",)


def test_one_drill_goes_all_the_way() -> None:
    bay = bay_of()
    people = [
        DrillSigner(name=name, role=ROLES[name], signer=SIGNERS[name])
        for name in ("anna", "ben")
    ]
    assert kill_once(bay.desk, bay.book, people, "inducer", "P1")
    bay.agents.misbehave("P2", ["silent"])
    assert not kill_once(bay.desk, bay.book, people, "inducer", "P2")
    assert [one[1] for one in bay.agents.effects()] == ["P1"]


def test_drills_have_participants_of_their_own() -> None:
    made = drill_carriers(control_plan(SECTION), 3)
    assert [one.participant for one in made] == ["D0", "D1", "D2"]
