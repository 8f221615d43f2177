"""Design a stopping rule, and tell where it stands."""

from collections.abc import Sequence

import polars as pl

from nanoward.clearance.monitoring.stopping import (
    StoppingRule,
    default_risks,
    design,
    power_curve,
    stopping_state,
)
from nanoward.flows.steps.step_outcome import Outcome


def design_stopping(
    rule: StoppingRule,
    *,
    people: int | None = None,
    events: int = 0,
    pending: Sequence[float] = (),
    risks: Sequence[float] = (),
) -> Outcome:
    """The staircase, the power curve, and with `people` the state in a sentence.

    tables  boundary (people, stops_at: the steps of the staircase alone), power
    """
    planned = design(rule)
    stairs = pl.DataFrame(
        {
            "people": range(1, rule.most + 1),
            "stops_at": planned.boundary.stop_at.tolist(),
        }
    ).filter(pl.col("stops_at") <= pl.col("people"))
    steps = stairs.filter(
        (pl.col("stops_at") != pl.col("stops_at").shift(1)).fill_null(value=True)
    )
    facts: dict[str, str | float | int | bool | None] = {
        "family": rule.family,
        "critical value": planned.boundary.critical,
    }
    if people is not None:
        state = stopping_state(planned, people, events, pending)
        facts |= {"state": state.told, "stop": state.stop}
    return Outcome(
        tables={
            "boundary": steps,
            "power": pl.DataFrame(power_curve(planned, list(risks) or default_risks(rule))),
        },
        facts=facts,
        computed=1,
    )
