"""A dose with a benefit and a side effect, used by several tests."""

from typing import Any

import polars as pl

from nanoward.tuning import Goal, History, histories, read_dynamics

TEXT = """
name = "benefit and side effect"
[parameters.CL]
typical = 5.0
variance = 0.1
[parameters.V]
typical = 50.0
variance = 0.1
[compartments.body]
derivative = "-CL / V * body"
[definitions]
level = "body / V"
[outputs.level_seen]
value = "level"
proportional = 0.02
quantity = "level"
[outputs.benefit]
value = "level / (level + 2)"
additive = 0.01
quantity = "benefit"
[outputs.nausea]
value = "expit(1.5 * level - 7)"
likelihood = "bernoulli"
quantity = "nausea"
[outputs.grade]
value = "level"
likelihood = "ordinal"
logits = ["1.5 * level - 5", "1.5 * level - 7"]
quantity = "grade"
"""
STEPPED = f'solver = "explicit"\n{TEXT}'
MODEL = read_dynamics(TEXT)
SLOW = read_dynamics(STEPPED)


def goal(**given: Any) -> Goal:
    settings: dict[str, Any] = {
        "setting": "dose", "unit": "mg", "interval": 12.0, "lowest": 0.0, "highest": 300.0,
        "step": 25.0, "benefit": "benefit", "side_effect": "nausea", "epsilon": 0.1,
        "horizon": 48.0, "every": 3.0,
    }  # fmt: skip
    return Goal(**(settings | given))


def table_of(levels: tuple[float, ...] = (3.1, 1.4)) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {"ID": "a", "TIME": 0.0, "EVID": 1, "AMT": 200.0, "DV": None, "DVID": "level"}
    ]
    rows += [
        {"ID": "a", "TIME": 2.0 + 8 * k, "EVID": 0, "AMT": 0.0, "DV": y, "DVID": "level"}
        for k, y in enumerate(levels)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def person() -> History:
    return histories(table_of(), MODEL)[0][0]
