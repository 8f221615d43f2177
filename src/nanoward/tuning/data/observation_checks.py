"""What observations must not mean by mistake: two quantities in one output, odd censoring."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from nanoward.tuning.data.record_findings import RecordFindings
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


def censoring_error(rows: Sequence[Mapping[str, Any]], account: RecordFindings) -> str:
    """Why the marks of censored values cannot be used, "" where they can.

    Monolix and nlmixr2 write CENS -1 for a value above what stands in DV, and LIMIT for the
    other end of an interval: neither is offered, and a fit that ignored them would be wrong.
    """
    for row in rows:
        if row.get("EVID") or row.get("MDV"):
            continue
        mark, limit = row.get("CENS"), row.get("LIMIT")
        what = ""
        if mark not in (None, 0, 1):
            what = f"CENS {mark:g} is not offered"
        elif mark == 1 and limit not in (None, 0):
            what = f"an interval (CENS 1, LIMIT {limit:g}) is not offered"
        if what:
            account.add("TUN-126", "error", f"{what}; the person is not fitted", row, "CENS")
            return what
    return ""
