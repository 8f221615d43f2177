"""What control samples show by themselves: minor variants that are no more than background.

A control is a sample without the agent's adaptation in it: a negative control, or a clone that
was sequenced beside the others. A minor variant counts only where it is more frequent than in
the controls of its run.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import polars as pl

from nanoward.base.findings import Finding

MINOR = 0.5
ALPHA = 1e-3  # of a variant that is as frequent as in the control
LIMIT = 0.95  # upper limit of a control's share
TIMES = 3.0  # where depths are not told
Allele = tuple[str, int, str]


def control_samples(samples: pl.DataFrame) -> dict[str, str]:
    """Control samples and their run ("" where none is told)."""
    if "control" not in samples.columns:
        return {}
    rows = samples.filter(pl.col("control").fill_null(value=False))
    run = pl.col("run") if "run" in samples.columns else pl.lit(None, pl.String)
    return {str(name): str(told or "") for name, told in rows.select("sample", run).rows()}


def without_background(
    variants: pl.DataFrame, samples: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """The variants less those of controls and those that controls show as often.

    A variant stays where P(Binomial(depth, u) >= reads) < ALPHA, u being the upper 95 % limit
    of its share in the controls of its run (in all controls, where runs are not told).
    """
    controls = control_samples(samples)
    if not controls:
        return variants, ()
    runs = _runs(samples)
    shown = _shown(variants, controls)
    alleles = pl.DataFrame(
        sorted({allele for _, allele in shown}),
        {"contig": pl.String, "position": pl.Int64, "alt": pl.String},
        orient="row",
    )
    told = variants.with_row_index("place")
    held = pl.col("sample").is_in(list(controls))
    asked = told.join(alleles, on=["contig", "position", "alt"], how="semi").filter(~held)
    dropped: dict[str, int] = defaultdict(int)
    gone: list[int] = []
    for row in asked.to_dicts():
        if _is_background(row, shown, runs.get(row["sample"], "")):
            gone.append(row["place"])
            dropped[row["sample"]] += 1
    less = pl.col("place").is_in(pl.Series(gone, dtype=pl.UInt32).implode())
    return told.filter(~held & ~less).drop("place"), tuple(
        _told(sample, number) for sample, number in sorted(dropped.items())
    )


def _runs(samples: pl.DataFrame) -> dict[str, str]:
    if "run" not in samples.columns:
        return {}
    return {str(one): str(run or "") for one, run in samples.select("sample", "run").rows()}


def _shown(
    variants: pl.DataFrame, controls: Mapping[str, str]
) -> dict[tuple[str, Allele], float]:
    """Upper limit of each allele's share in the controls of each run, the largest of them."""
    found: dict[tuple[str, Allele], float] = {}
    for row in variants.filter(pl.col("sample").is_in(list(controls))).to_dicts():
        allele = row["contig"], row["position"], row["alt"]
        limit = _upper(row["frequency"], row.get("depth"))
        for run in {controls[row["sample"]], ""}:
            found[run, allele] = max(limit, found.get((run, allele), 0.0))
    return found


def _upper(share: float, depth: int | None) -> float:
    from scipy.special import betaincinv

    if not depth:
        return share
    reads = share * depth
    return float(betaincinv(reads + 1, max(depth - reads, 1e-9), LIMIT))


def _is_background(
    row: Mapping[str, Any], shown: Mapping[tuple[str, Allele], float], run: str
) -> bool:
    from scipy.special import bdtrc

    share, depth = row["frequency"], row.get("depth")
    limit = shown.get((run, (row["contig"], row["position"], row["alt"])))
    if limit is None or share is None or share >= MINOR:
        return False
    if not depth:
        return bool(share <= TIMES * limit)
    reads = round(share * depth)
    return reads < 1 or float(bdtrc(reads - 1, depth, min(limit, 1.0))) >= ALPHA


def _told(sample: str, number: int) -> Finding:
    return Finding(
        code="CAT-054",
        severity="note",
        message=f"{number} minor variants of sample {sample} are no more frequent than in the "
        "controls of its run; not used",
        next_step="Nothing; or see what the controls hold",
        subject=sample,
    )
