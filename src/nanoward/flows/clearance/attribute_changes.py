"""Did the agent do it? Switched blocks by exact permutation, measured load by regression."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.errors import InputError
from nanoward.base.findings import Undecided
from nanoward.clearance.wellbeing.within_person_change import (
    Norms,
    TooFewScoresError,
    attribution,
    load_effect,
    norms_of,
)
from nanoward.flows.clearance.detect_change import read_weeks
from nanoward.flows.steps.step_outcome import Outcome

MARKS = ("block", "on", "load")


class NoSwitchError(InputError):
    """The scores tell neither blocks with the agent on and off, nor its load."""

    code = "CLR-036"
    next_step = "Add the columns block and on (true or false), or the column load."


def attribute_changes(content: bytes, *, file: str) -> Outcome:
    """For everybody who is no control person: whether the scores follow the agent.

    content  CSV: participant, day, control, a column per scale, and block with on (whether
             the agent was on in that block, as the lot had it) or load (measured)
    """
    weeks, scales = read_weeks(content, file, MARKS)
    if not ({"block", "on"} <= set(weeks.columns) or "load" in weeks.columns):
        raise NoSwitchError("there is neither block with on, nor load", file=file)
    controls = weeks.filter("control")
    parts = [one.select(scales).drop_nulls().to_numpy() for (_,), one in _people(controls)]
    norms = norms_of(scales, parts)
    rows: list[dict[str, Any]] = []
    undecided: list[Undecided] = []
    for (who,), part in _people(weeks.filter(~pl.col("control"))):
        try:
            rows += _answers(str(who), part.sort("day"), scales, norms)
        except TooFewScoresError as fault:
            undecided.append(
                Undecided(
                    code="CLR-907",
                    room="clearance",
                    subject=str(who),
                    question="did the agent change this person?",
                    reason=fault.message,
                )
            )
    return Outcome(
        tables={"attributions": pl.DataFrame(rows, infer_schema_length=None)},
        undecided=tuple(undecided),
        facts={"control people": norms.people, "scales": len(scales)},
        computed=1,
    )


def _people(table: pl.DataFrame) -> Any:
    return table.group_by("participant", maintain_order=True)


def _answers(
    who: str, part: pl.DataFrame, scales: list[str], norms: Norms
) -> Iterator[dict[str, Any]]:
    if {"block", "on"} <= set(part.columns):
        yield _by_blocks(who, part, scales, norms)
    if "load" in part.columns:
        yield from _by_load(who, part, scales)


def _by_blocks(who: str, part: pl.DataFrame, scales: list[str], norms: Norms) -> dict[str, Any]:
    rows = part.drop_nulls(["block", "on", *scales])
    means = (
        rows.group_by("block", maintain_order=True)
        .agg(pl.col(scales).mean(), pl.col("on").first(), both=pl.col("on").n_unique())
        .filter(pl.col("both") == 1)
    )
    on = means["on"].to_numpy().astype(bool)
    told = attribution(means.select(scales).to_numpy(), on, norms)
    return {
        "participant": who,
        "by": f"{means.height} blocks",
        "effect": max(told.apart, key=abs),
        "p_value": told.p_value,
        "told": told.told,
    }


def _by_load(who: str, part: pl.DataFrame, scales: list[str]) -> Iterator[dict[str, Any]]:
    rows = part.drop_nulls(["load", *scales])
    if rows.is_empty():
        raise TooFewScoresError("no week tells the load")
    first = rows["day"][0]
    weeks = np.array([(day - first).days / 7 for day in rows["day"]])
    for scale in scales:
        told = load_effect(rows[scale].to_numpy(), rows["load"].to_numpy(), weeks)
        yield {
            "participant": who,
            "by": f"load, {scale}",
            "effect": told.slope,
            "p_value": told.p_value,
            "told": f"{told.slope:.3g} a unit of load [{told.low:.3g}, {told.high:.3g}]",
        }
