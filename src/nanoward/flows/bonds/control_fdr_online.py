"""Control the share of false links over all rounds: each pair is tested once, when it comes.

`linked` is judged anew in every round with all that is known by then. `called_on` is the other
promise: a call that was made once, in the round in which both were first compared, and of all
such calls of all rounds at most the level is false, however many rounds there will be. What
decides stands in the tables of the round before; nothing else is remembered.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import RoundHeld, kind_of
from nanoward.base.findings import Finding
from nanoward.base.tables import BOND_BATCHES
from nanoward.bonds import (
    BondRules,
    HypothesisBatch,
    batch_benjamini_hochberg,
    benjamini_hochberg,
    families_of,
    family_weights,
)
from nanoward.flows.steps.parquet import table_of
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports

STATE = ("bonds", "bond_batches")
KEY = ("a", "b", "stratum")
KEPT = ("first_tested", "p_online", "called_on")


def control_fdr_online(
    ports: Ports, bonds: pl.DataFrame, rules: BondRules, day: date
) -> Outcome:
    """BONDS with the three columns of online control, and the batches of all rounds so far.

    A pair that has no p-value yet is tested in the first round in which it has one.
    """
    earlier, findings = last_state(ports, day)
    known = earlier["bonds"].select(*KEY, *KEPT).filter(pl.col("first_tested").is_not_null())
    batches = batches_of(earlier["bond_batches"])
    fresh = bonds.join(known, on=list(KEY), how="anti")
    p = weighted_p(fresh)
    rows = earlier["bond_batches"].to_dicts()
    called = np.zeros(len(p), bool)
    if (~np.isnan(p)).any():
        batch = batch_benjamini_hochberg(p, batches, rules.alpha)
        called = np.nan_to_num(benjamini_hochberg(p), nan=2.0) <= batch.level
        rows.append(
            {
                "round": day,
                "pairs": batch.count,
                "level": batch.level,
                "called": batch.called,
                "most_called": batch.most_called,
            }
        )
    first = fresh.select(
        *KEY,
        pl.Series("first_tested", [None if np.isnan(one) else day for one in p], pl.Date),
        pl.Series("p_online", p).fill_nan(None),
        pl.Series("called_on", [day if one else None for one in called], pl.Date),
    )
    state = pl.concat([known, first])
    joined = bonds.drop(*KEPT).join(state, on=list(KEY), how="left", maintain_order="left")
    return Outcome(
        tables={
            "bonds": joined.select(bonds.columns),
            "bond_batches": frame_of(BOND_BATCHES, rows),
        },
        findings=tuple(findings),
        facts={
            "pairs tested for the first time": int((~np.isnan(p)).sum()),
            "links called for good, over all rounds": joined["called_on"].count(),
        },
    )


def weighted_p(fresh: pl.DataFrame) -> Float[np.ndarray, " N"]:
    """P-values of pairs that are tested together, each over the weight of its family."""
    p = fresh["p_value"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    family = families_of(
        fresh["is_unrelated"].fill_null(value=False).to_numpy(),
        (fresh["contact"] != "").to_numpy(),
    )
    gap = fresh["gap_score"].cast(pl.Float64).fill_null(0.0).to_numpy()
    weighted: Float[np.ndarray, " N"] = np.minimum(p / family_weights(p, family, gap), 1.0)
    return weighted


def batches_of(table: pl.DataFrame) -> tuple[HypothesisBatch, ...]:
    """Batches in the order of their rounds."""
    return tuple(
        HypothesisBatch(
            count=row["pairs"],
            level=row["level"],
            called=row["called"],
            most_called=row["most_called"],
        )
        for row in table.sort("round").to_dicts()
    )


def last_state(ports: Ports, day: date) -> tuple[dict[str, pl.DataFrame], Sequence[Finding]]:
    """The tables of the last round before a day that tested pairs; empty ones without any.

    A round whose tables are gone or are not those on the ledger is passed over, and told.
    """
    findings: list[Finding] = []
    for name, hashes in reversed(_rounds_before(ports, day)):
        paths = [f"tables/{one}.parquet" for one in STATE]
        if not set(paths) <= set(hashes):
            continue
        content = [ports.folder.round_file(name, path) for path in paths]
        if all(
            one is not None and sha256_of(one) == hashes[path]
            for one, path in zip(content, paths, strict=True)
        ):
            tables = [table_of(one) for one in content if one is not None]
            return dict(zip(STATE, tables, strict=True)), findings
        findings.append(_not_as_recorded(name))
    return {
        "bonds": pl.DataFrame(
            schema={
                **dict.fromkeys(KEY, pl.String),
                "first_tested": pl.Date,
                "p_online": pl.Float64,
                "called_on": pl.Date,
            }
        ),
        "bond_batches": frame_of(BOND_BATCHES, ()),
    }, findings


def _rounds_before(ports: Ports, day: date) -> list[tuple[str, dict[str, str]]]:
    """Rounds before a day with the hashes of their tables as last recorded, in order."""
    found: dict[str, dict[str, str]] = {}
    for record in ports.ledger.records(kind=kind_of(RoundHeld)):
        if str(record.body["as_of"]) < day.isoformat():
            pairs = [str(one).split("=", 1) for one in record.body["tables"]]
            found[str(record.body["round"])] = {one[0]: one[1] for one in pairs}
    return sorted(found.items())


def _not_as_recorded(name: str) -> Finding:
    return Finding(
        code="BND-004",
        severity="error",
        message=f"the tables of bonds of round {name} are not those that the ledger names; "
        "links called for good in it are not counted",
        next_step=f"Hold round {name} again, then this one",
        subject=name,
    )
