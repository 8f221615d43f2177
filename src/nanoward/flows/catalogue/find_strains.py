"""Which strain of the product is in which sample, in a round: from its table of markers."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from nanoward.base.findings import Finding, Undecided, row_key
from nanoward.base.plan import Plan
from nanoward.base.tables import PRESENCE
from nanoward.bonds.direction.dates import Dose, doses_of
from nanoward.catalogue import catalogue_rules
from nanoward.catalogue.identity.strain_presence import (
    MarkerCounts,
    presence_p_values,
    presence_scores,
    usual_company,
)
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.frames import frame_of

ROLE = "markers"


def find_strains(
    plan: Plan, materials: Materials, standings: pl.DataFrame | None = None
) -> Outcome:
    """Table `presence`; controls are people never dosed, and samples up to the first dose.

    Of somebody of whom it is not known whether they were dosed nothing is taken as control.
    """
    if ROLE not in materials or "samples" not in materials:
        return Outcome()
    level = catalogue_rules(plan.section("catalogue")).presence_level
    samples = materials.tables["samples"]
    owned = materials.tables[ROLE].join(
        samples.select("sample", "participant", "taken"), on="sample", how="left"
    )
    table = owned.filter(pl.col("participant").is_not_null())
    findings = _unknown(owned.filter(pl.col("participant").is_null()))
    if not table.height:
        return Outcome(findings=findings)
    doses = doses_of(samples, standings)
    control = np.array([
        _is_control(doses, who, day) for who, day in table.select("participant", "taken").rows()
    ])  # fmt: skip
    if not control.any():
        return Outcome(findings=findings, undecided=(_no_control(table.height),))
    who = table["participant"].to_list()
    counts = MarkerCounts(
        samples=table["sample"].to_list(),
        found=table["n_markers_detected"].to_numpy().astype(float),
        total=table["n_markers_total"].to_numpy().astype(float),
        depth=table["mean_marker_depth"].to_numpy().astype(float),
    )
    scores = presence_scores(counts, usual=usual_company(counts, control))
    p_values = presence_p_values(scores, who, control)
    found = table.select("sample", "participant", "strain").with_columns(
        control=pl.Series(control), score=pl.Series(scores), p_value=pl.Series(p_values),
        present=pl.Series(p_values <= level),
    )  # fmt: skip
    after = found.filter(~pl.col("control"))
    false = int(found.filter("control")["present"].sum())
    return Outcome(
        tables={"presence": frame_of(PRESENCE, found.to_dicts())},
        findings=findings,
        facts={
            "strains present, of strain-samples after a dose": f"{after['present'].sum()} of "
            f"{after.height}",
            "called in people without the product": f"{false}"
            f" of {int(control.sum())}, at a level of {level:g}",
        },
        computed=1,
    )


def _is_control(doses: Mapping[str, Dose], who: str, taken: date | None) -> bool:
    dose = doses.get(who, Dose())
    if dose.given is False:
        return True
    return dose.first is not None and taken is not None and taken <= dose.first


def _unknown(lost: pl.DataFrame) -> tuple[Finding, ...]:
    counts = lost.group_by("sample").len().sort("sample").rows()
    return tuple(
        Finding(
            code="BND-013",
            severity="error",
            message=f"sample {name} has no row in the table of samples, so that its {count} "
            "rows of markers are left out",
            next_step="Add the row, or correct the name",
            subject=name,
            row=row_key(ROLE, sample=name),
        )
        for name, count in counts
    )


def _no_control(rows: int) -> Undecided:
    return Undecided(
        code="CAT-909",
        room="catalogue",
        subject="",
        question="which strains of the product are in which sample?",
        reason=f"none of {rows} strain-samples is of somebody never dosed or from before a "
        "dose, so that no rate of false calls can be told; samples from before the first dose, "
        "with its day in the column dosed, would tell",
    )
