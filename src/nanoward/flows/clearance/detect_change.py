"""Who has changed? Weekly scores in one table, against each person's own past."""

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from nanoward.base.errors import InputError
from nanoward.base.findings import Undecided
from nanoward.clearance.wellbeing.within_person_change import (
    Norms,
    calibrated_scan,
    change_in,
    norms_of,
)
from nanoward.flows.steps.step_outcome import Outcome

FIXED = ("participant", "day", "control")


class BadScoresError(InputError):
    """The table of weekly scores cannot be read."""

    code = "CLR-026"
    next_step = (
        "Give participant, day (YYYY-MM-DD), control (true or false), and one column per scale."
    )


def detect_change(
    content: bytes, *, file: str, seed: int, false_alarms: float = 0.05, weeks: int = 26
) -> Outcome:
    """Everybody who is no control person: changed or not, and what could have been seen.

    content  CSV: participant, day, control, and a column per scale; people whose control is
             true give the norms and are not judged
    """
    table, scales = scores_of(content, file)
    people = {
        str(who): part.sort("day")
        for (who,), part in table.group_by("participant", maintain_order=True)
    }
    norms = _norms(people, scales)
    rng = np.random.default_rng(seed)
    watch = calibrated_scan(norms, false_alarms=false_alarms, weeks=weeks, rng=rng)
    rows, undecided = [], []
    for who, part in sorted(people.items()):
        if part["control"].all():
            continue
        told = change_in(watch, part["day"].to_list(), part.select(scales).to_numpy())
        if isinstance(told, Undecided):
            undecided.append(replace(told, subject=who))
            continue
        highest = float(np.nanmax(told.statistic))
        rows.append(
            {
                "participant": who,
                "weeks": len(told.days),
                "changed": told.alarm is not None,
                "seen": told.alarm,
                "began": told.began,
                "highest": highest,
                "limit": told.limit,
                "told": told.told,
            }
        )
    return Outcome(
        tables={"changes": pl.DataFrame(rows, infer_schema_length=None)},
        undecided=tuple(undecided),
        facts={
            "control people": norms.people,
            "scales": len(scales),
            "phi": round(norms.phi, 3),
            "noise": norms.noise,
            "limit": watch.limit,
            "could see 2 SD in 6 weeks": watch.could_see,
        },
        computed=1,
    )


def scores_of(content: bytes, file: str) -> tuple[pl.DataFrame, list[str]]:
    """The table of scores with its kinds, and the names of its scales."""
    return read_weeks(content, file)


def read_weeks(
    content: bytes, file: str, marks: Sequence[str] = ()
) -> tuple[pl.DataFrame, list[str]]:
    """Weekly scores; of `marks` (block, on, load) those that the table has are no scales."""
    try:
        raw = pl.read_csv(io.BytesIO(content), infer_schema_length=0)
    except pl.exceptions.PolarsError as fault:
        raise BadScoresError(f"is no CSV: {fault}", file=file) from None
    scales = [name for name in raw.columns if name not in (*FIXED, *marks)]
    if not set(FIXED) <= set(raw.columns) or not scales:
        raise BadScoresError(f"holds the columns {', '.join(raw.columns)}", file=file)
    kinds = {"block": pl.col("block"), "on": _truth("on"), "load": _number("load")}
    told = raw.select(
        "participant",
        pl.col("day").str.to_date("%Y-%m-%d", strict=False),
        _truth("control").fill_null(value=False),
        *(kinds[name] for name in marks if name in raw.columns),
        *(_number(name) for name in scales),
    )
    for column in ("participant", "day"):
        missing = told[column].is_null().arg_true()
        if missing.len():
            line = int(missing[0]) + 2
            raise BadScoresError(f"no {column}", file=file, line=line, column=column)
    return told, scales


def _truth(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase().is_in(["true", "1", "yes", "y", "on"])


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64, strict=False)


def _norms(people: dict[str, pl.DataFrame], scales: list[str]) -> Norms:
    controls = [
        part.select(scales).drop_nulls().to_numpy()
        for part in people.values()
        if part["control"].all()
    ]
    return norms_of(scales, controls)
