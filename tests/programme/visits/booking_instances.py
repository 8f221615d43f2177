"""Booking instances of the shared data, and larger ones of the same kind by chance."""

import csv
import json
from pathlib import Path

import numpy as np

from nanoward.programme.visits.plan_problem import Offer, PlanCosts, VisitRequest


def instance_costs(said: dict[str, int | str]) -> PlanCosts:
    """The stated cost: the same for every kind without a place, and no price of moving."""
    return PlanCosts(
        per_day=int(said["per_day"]),
        single=str(said["times_two_unless"]),
        other_half=int(said["other_half"]),
        unplaced={},
        unplaced_other=int(said["unplaced"]),
    )


def read_instance(path: Path) -> tuple[list[VisitRequest], Offer, PlanCosts]:
    """Requests, offer and costs of one instance: NAME.csv beside NAME.json."""
    said = json.loads(path.with_suffix(".json").read_text())
    half_days = said["half_days"]
    closed = set(said["holidays"])
    with path.with_suffix(".csv").open() as lines:
        requests = [
            VisitRequest(
                visit=row["visit"],
                person=row["participant"],
                kind=row["type"],
                target=int(row["target_half_day"]),
                candidates=tuple(int(one) for one in row["candidates"].split()),
            )
            for row in csv.DictReader(lines)
        ]
    used = {one // 2 for request in requests for one in request.candidates}
    assert not used & closed, "a candidate on a holiday"
    capacity = {
        name: np.full(half_days, units) for name, units in said["capacity_per_half_day"].items()
    }
    return (
        requests,
        Offer(
            half_days=half_days,
            capacity=capacity,
            beds=np.full(half_days // 2, said["beds_per_night"]),
            needs=said["needs"],
            restricted=frozenset(said["restricted"]),
            restricted_at_once=said["restricted_at_once"],
        ),
        instance_costs(said["cost"]),
    )
