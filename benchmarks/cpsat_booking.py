"""A booking instance by OR-Tools CP-SAT; runs in an environment of its own.

python cpsat_booking.py INSTANCE SECONDS      INSTANCE without its ending
"""

import csv
import json
import resource
import sys
from collections import defaultdict
from pathlib import Path

from ortools.sat.python import cp_model


def main(path: Path, seconds: float) -> None:
    """One line of JSON: cost, bound, visits without a place, CPU seconds."""
    said = json.loads(path.with_suffix(".json").read_text())
    rows = list(csv.DictReader(path.with_suffix(".csv").open()))
    model, cost, missing = cp_model.CpModel(), [], []
    used = defaultdict(list)
    price = said["cost"]
    for row in rows:
        target, kind = int(row["target_half_day"]), row["type"]
        none = model.new_bool_var("")
        missing.append(none)
        cost.append(price["unplaced"] * none)
        choices = [none]
        factor = 1 if kind == price["times_two_unless"] else 2
        for at in map(int, row["candidates"].split()):
            x = model.new_bool_var("")
            choices.append(x)
            days = abs(at // 2 - target // 2)
            other = price["other_half"] * (at % 2 != target % 2)
            cost.append((price["per_day"] * factor * days + other) * x)
            for name, units in said["needs"][kind].items():
                used[name, at // 2 if name == "bed" else at].append(units * x)
            if row["participant"] in said["restricted"]:
                used["restricted", at].append(x)
        model.add_exactly_one(choices)
    for (name, _), terms in used.items():
        most = {"bed": said["beds_per_night"], "restricted": said["restricted_at_once"]}.get(
            name, said["capacity_per_half_day"].get(name)
        )
        model.add(sum(terms) <= most)
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "status": solver.status_name(status),
        "cost": int(solver.objective_value), "bound": solver.best_objective_bound,
        "unplaced": sum(solver.value(one) for one in missing),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
    }))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
