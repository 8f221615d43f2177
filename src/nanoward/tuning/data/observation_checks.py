"""What records must not mean by mistake: two quantities in one output, odd marks."""

from collections.abc import Mapping, Sequence
from math import isnan, nan
from typing import Any

import polars as pl

from nanoward.tuning.data.event_history import Event
from nanoward.tuning.data.record_findings import RecordFindings
from nanoward.tuning.models.compiled_model import assembled
from nanoward.tuning.models.dynamics import Dynamics


def mixed_quantities(events: pl.DataFrame, model: Dynamics) -> str:
    """Which quantities a model's only output would take for one, "" where there is one at most.

    They are told apart by DVID, else by CMT, unless the output names its own.
    """
    if len(model.outputs) != 1 or not {"EVID", "DV"} <= set(events.columns):
        return ""
    only = model.outputs[0]
    named = {
        "DVID": bool(only.quantity),
        "CMT": bool(only.quantity) or only.compartment is not None,
    }
    seen = events.filter((pl.col("EVID") == 0) & pl.col("DV").is_not_null())
    for column, is_named in named.items():
        if column not in seen.columns:
            continue
        told = sorted(
            str(one) for one in seen[column].drop_nulls().unique().to_list() if one != 0
        )
        if len(told) > 1:
            return "" if is_named else f"{column} {', '.join(told)}"
    return ""


def censored_as(row: Mapping[str, Any]) -> tuple[bool, bool, float]:
    """Whether a record's value is censored, whether it lies above what stands in DV, and the
    other end of its interval (NaN where there is none).

    Monolix's convention, which nlmixr2 shares but for LIMIT: CENS 1 is below DV, -1 above DV,
    LIMIT beside either is the other end; without a mark LIMIT says nothing.
    """
    mark, limit = row.get("CENS"), row.get("LIMIT")
    if not mark:
        return False, False, nan
    return True, float(mark) < 0, nan if limit is None else float(limit)


def adds_up(model: Dynamics) -> bool:
    """Whether courses of a model are sums: its equations are linear, and nothing flows in."""
    program = assembled(model)
    return bool(program.facts[4]) and not bool((program.constants >= 0).any())


def all_on_one_side(seen: Sequence[Event]) -> bool:
    """Whether nothing but "below" or nothing but "above" is known: no end is in sight."""
    sides = {one.above if one.censored and isnan(one.other) else None for one in seen}
    return len(sides) == 1 and None not in sides


def censoring_error(rows: Sequence[Mapping[str, Any]], account: RecordFindings) -> str:
    """Why the marks of censored values cannot be used, "" where they can."""
    for row in rows:
        if row.get("EVID") or row.get("MDV"):
            continue
        if what := _wrong_mark(row):
            account.add("TUN-126", "error", f"{what}; the person is not fitted", row, "CENS")
            return what
    return ""


def _wrong_mark(row: Mapping[str, Any]) -> str:
    mark, value = row.get("CENS"), row.get("DV")
    if mark not in (None, 0, 1, -1):
        return f"CENS {mark:g} is none of 0, 1 (below DV) and -1 (above DV)"
    _, above, other = censored_as(row)
    if value is None or isnan(other) or (other > value if above else other < value):
        return ""
    side = "above" if above else "below"
    return f"CENS {mark:g} with DV {value:g}, but LIMIT {other:g} does not lie {side} it"
