"""Which way the agent passed, from several genomes of each person."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.findings import Undecided
from nanoward.bonds import direction_of, odds_from_dates
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.genetics.sequences import masks_of

COLUMNS = ("a", "b", "genomes_a", "genomes_b", "direction", "probability", "diversity",
           "nested", "spread")  # fmt: skip


def infer_directions(
    genomes: pl.DataFrame,
    samples: pl.DataFrame | None = None,
    serial: tuple[float, float] | None = None,
) -> Outcome:
    """Direction for every two people of a FASTA file of aligned genomes, PERSON|CLONE.

    samples  with participant and taken (the first day somebody was found to carry it), and
             lot (empty for those never dosed), as far as these are known
    serial   mean and standard deviation of the agent's serial interval, days
    """
    held: dict[str, list[str]] = defaultdict(list)
    for person, _, text in (
        genomes.select("sample", "contig", "sequence").sort("sample", "contig").rows()
    ):
        held[person].append(text)
    length = max((len(text) for texts in held.values() for text in texts), default=0)
    masks = {
        person: np.stack([masks_of(text.ljust(length, "N")) for text in texts])
        for person, texts in held.items()
    }
    known = known_of(samples)
    rows: list[dict[str, Any]] = []
    for a, b in combinations(sorted(masks), 2):
        odds = odds_from_dates(
            dosed_a=known.get(a, (None, None))[0],
            dosed_b=known.get(b, (None, None))[0],
            first_a=known.get(a, (None, None))[1],
            first_b=known.get(b, (None, None))[1],
            serial=serial,
        )
        found = direction_of(masks[a], masks[b], odds)
        rows.append(
            {
                "a": a,
                "b": b,
                "genomes_a": len(masks[a]),
                "genomes_b": len(masks[b]),
                "direction": found.verdict,
                "probability": found.probability,
                "diversity": found.diversity,
                "nested": found.nested,
                "spread": found.spread,
            }
        )
    return Outcome(
        tables={"directions": pl.DataFrame(rows, schema=list(COLUMNS), orient="row")},
        undecided=tuple(
            Undecided(
                code="BND-908",
                room="bonds",
                subject=f"{row['a']} - {row['b']}",
                question="which way did it pass?",
                reason=f"a to b has probability {row['probability']:.2f}; a further genome of "
                "each, or the day each was first found to carry it, would tell more",
            )
            for row in rows
            if row["direction"] == "undecided"
        ),
        computed=len(rows),
    )


def known_of(samples: pl.DataFrame | None) -> Mapping[str, tuple[bool | None, date | None]]:
    """Whether each person was dosed, and the first day of a sample, as far as is known."""
    if samples is None:
        return {}
    found: dict[str, tuple[bool | None, date | None]] = {}
    has_lots = "lot" in samples.columns and samples["lot"].is_not_null().any()
    for row in samples.sort("taken", nulls_last=True).to_dicts():
        dosed = bool(row["lot"]) if has_lots else None
        before = found.get(row["participant"])
        if before is None:
            found[row["participant"]] = (dosed, row["taken"])
        elif dosed and not before[0]:
            found[row["participant"]] = (True, before[1])
    return found
