"""Contamination: one sample's material in another that was sequenced in the same run.

The consensus alleles of the source then stand in the other sample as minor variants, all at
about one share: the dose. Some do so by chance, at sites that vary in everybody; how often is
told, allele by allele, by the samples of other runs and other people.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.base.findings import Finding
from nanoward.base.tables import CARRYOVER
from nanoward.maths.false_discovery import benjamini_hochberg
from nanoward.maths.frames import frame_of

LEVEL = 0.01
PURE = 0.9  # share from which an allele is the source's own
MAJOR = 0.5
LEAST_TELLING = 3  # alleles of the source by which it would show
KEPT_P = 0.05  # pairs with a larger p are counted, but no row is kept of them
Allele = tuple[str, int, str, str]
Shares = Mapping[Allele, tuple[float, int | None]]  # share and depth


def carryover_table(
    profiles: pl.DataFrame,
    samples: pl.DataFrame,
    factors: pl.DataFrame,
    aligned: pl.DataFrame,
    met: Collection[tuple[str, str]] = (),
) -> tuple[pl.DataFrame, int]:
    """CARRYOVER, and how many pairs of one run could be compared.

    met  pairs of people with a recorded contact: one may have given it to the other, so they
         are not flagged
    """
    if "run" not in samples.columns:
        return frame_of(CARRYOVER, []), 0
    runs = dict(samples.select("sample", "run").rows())
    owner = dict(
        profiles.filter(pl.col("typed_as") != "unreadable")
        .select("sample", "participant")
        .rows()
    )
    shares = sample_shares(factors.filter(pl.col("sample").is_in(set(owner))))
    told = _told(aligned, set(owner))
    of_run: dict[str, list[str]] = defaultdict(list)
    for sample in sorted(owner):
        if runs.get(sample):
            of_run[str(runs[sample])].append(sample)
    rates = _MinorRates(shares, {one: str(runs.get(one) or "") for one in owner}, owner)
    pairs = {frozenset(one) for one in met}
    rows: list[dict[str, Any]] = []
    for run, members in sorted(of_run.items()):
        for sample in members:
            for source in members:
                if owner[sample] != owner[source]:
                    row = _row(sample, source, run, shares, told, rates)
                    rows += [row] if row else []
    if rows:
        q = benjamini_hochberg(np.array([row["p_value"] for row in rows]))
        for row, one in zip(rows, q, strict=True):
            known = frozenset((owner[row["sample"]], owner[row["source"]])) in pairs
            row["q_value"], row["flagged"] = float(one), bool(one <= LEVEL) and not known
    return frame_of(CARRYOVER, [row for row in rows if row["p_value"] <= KEPT_P]), len(rows)


def sample_shares(factors: pl.DataFrame) -> dict[str, dict[Allele, tuple[float, int | None]]]:
    """Sample to the share and depth of each of its alleles."""
    found: dict[str, dict[Allele, tuple[float, int | None]]] = defaultdict(dict)
    for sample, contig, position, ref, alt, share, depth in factors.select(
        "sample", "contig", "position", "ref", "alt", "frequency", "depth"
    ).rows():
        found[sample][contig, position, ref, alt] = share, depth
    return found


def _told(aligned: pl.DataFrame, names: set[str]) -> dict[tuple[str, str], str]:
    rows = aligned.filter(pl.col("sample").is_in(names))
    return {
        (one[0], one[1]): one[2] for one in rows.select("sample", "contig", "sequence").rows()
    }


class _MinorRates:
    """How often an allele is minor in samples of other runs (and other people)."""

    def __init__(
        self, shares: Mapping[str, Shares], run: Mapping[str, str], owner: Mapping[str, str]
    ) -> None:
        self._all = len(run)
        self._run = run
        self._size: dict[str, int] = defaultdict(int)
        self._minor: dict[Allele, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._one_run = len(set(run.values())) < 2
        for sample, name in run.items():
            self._size[name] += 1
            for allele, (share, _) in shares.get(sample, {}).items():
                if 0 < share < MAJOR:
                    self._minor[allele][name] += 1
        self._people = len(set(owner.values()))

    def rate(self, allele: Allele, run: str, *, is_minor: bool) -> float:
        """(minor + 1/2) / (samples + 1) outside of the run; within it where there is but one.

        is_minor  in the sample in question, which does not speak for itself
        """
        minor = self._minor.get(allele, {})
        if self._one_run:
            return (sum(minor.values()) - is_minor + 0.5) / (self._all - 1 + 1)
        found = sum(number for name, number in minor.items() if name != run)
        return (found + 0.5) / (self._all - self._size[run] + 1)


def _row(
    sample: str,
    source: str,
    run: str,
    shares: Mapping[str, Shares],
    told: Mapping[tuple[str, str], str],
    rates: _MinorRates,
) -> dict[str, Any] | None:
    own = shares.get(sample, {})
    telling = [
        allele
        for allele, (share, _) in shares.get(source, {}).items()
        if share >= PURE
        and own.get(allele, (0.0, None))[0] < MAJOR
        and told.get((sample, allele[0]), "")[allele[1] - 1 : allele[1]] not in ("", "N")
    ]
    if len(telling) < LEAST_TELLING:
        return None
    seen = [own[one] for one in telling if one in own]
    chances = np.array([rates.rate(one, run, is_minor=one in own) for one in telling])
    dose, low, high = foreign_share(seen)
    return {
        "sample": sample,
        "source": source,
        "run": run,
        "shared": len(seen),
        "telling": len(telling),
        "expected": float(chances.sum()),
        "dose": dose,
        "low": low,
        "high": high,
        "p_value": poisson_binomial_tail(len(seen), chances),
    }


def poisson_binomial_tail(found: int, chances: Float[np.ndarray, " N"]) -> float:
    """P(at least `found` successes) of independent trials with these chances, exact."""
    if found <= 0:
        return 1.0
    below = np.zeros(found + 1)  # below[k]: exactly k; the last place gathers the rest
    below[0] = 1.0
    for chance in np.clip(chances, 0.0, 1.0):
        moved = below[:-1] * chance
        below[:-1] -= moved
        below[1:] += moved
    return float(min(1.0, below[-1]))


def foreign_share(
    seen: Sequence[tuple[float, int | None]], level: float = 0.95
) -> tuple[float | None, float | None, float | None]:
    """Dose and its limits from (share, depth) of the alleles seen; None where none was.

    With depths the reads are pooled (Clopper & Pearson 1934); without, the mean share and
    normal limits. Alleles that stayed below detection are left out: near it, it is too high.
    """
    from scipy.special import betaincinv

    if not seen:
        return None, None, None
    tail = (1 - level) / 2
    depths = [depth for _, depth in seen]
    if all(depth for depth in depths):
        total = float(sum(depth or 0 for depth in depths))
        reads = float(sum(share * (depth or 0) for share, depth in seen))
        low = float(betaincinv(max(reads, 1e-9), total - reads + 1, tail))
        high = float(betaincinv(reads + 1, max(total - reads, 1e-9), 1 - tail))
        return reads / total, low, high
    values = np.array([share for share, _ in seen])
    if len(values) < 2:
        return float(values[0]), None, None
    half = 1.96 * float(values.std(ddof=1)) / len(values) ** 0.5
    mean = float(values.mean())
    return mean, max(0.0, mean - half), min(1.0, mean + half)


def carryover_doubts(table: pl.DataFrame) -> tuple[Finding, ...]:
    """A finding for every flagged pair."""
    return tuple(
        Finding(
            code="CAT-052",
            severity="warning",
            message=(
                f"sample {row['sample']} holds {row['dose']:.1%} of {row['source']} of the "
                f"same run {row['run']}: {row['shared']} of its {row['telling']} alleles, "
                f"{row['expected']:.2g} by chance"
            ),
            next_step="Sequence it again in another run, unless one gave it to the other",
            subject=row["sample"],
        )
        for row in table.filter(pl.col("flagged")).to_dicts()
    )
