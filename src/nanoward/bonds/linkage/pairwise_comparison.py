"""All pairs of one stratum compared: distances, shared factors, scores and p-values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.base.tables import BONDS
from nanoward.bonds.contacts.comparison_set import ComparedParticipant, Contacts
from nanoward.bonds.contacts.pair_places import pair_places
from nanoward.bonds.direction.direction import chances_from_shares
from nanoward.bonds.direction.molecular_clock import (
    MolecularClock,
    chance_of_at_most,
    expected_transmissions,
)
from nanoward.bonds.linkage.detection_limit import least_shares
from nanoward.bonds.linkage.pair_evidence import PairData, PairEvidence, pair_evidence
from nanoward.bonds.linkage.significance import depth_classes, pair_classes, unrelated_pairs
from nanoward.bonds.relatedness.informative_alleles import informative_alleles, seen_in_lots
from nanoward.bonds.relatedness.link_score import YEAR_D, rarity
from nanoward.bonds.rules import BondRules
from nanoward.maths.frames import DTYPES
from nanoward.maths.genetics.allele_distances import distances
from nanoward.maths.genetics.allele_frequencies import (
    AlleleTable,
    consensus_only,
    mixed_samples,
    rows_of,
    shared_factors,
)
from nanoward.maths.genetics.allele_tables import allele_table

HIDDEN = {  # carried beside the BONDS columns until the pairs are judged
    "genomes": pl.Float64,
    "stratum_people": pl.Int64,
    "weighed": pl.Float64,
    "rare": pl.Float64,
    "lot_run": pl.Int64,
    "depth_class": pl.Int64,
    "step_size": pl.Float64,
    "step_rate": pl.Float64,
    "null_rate": pl.Float64,
    "null_shape": pl.Float64,
}
FOUND_HERE = (
    "a", "b", "stratum", "sample_a", "sample_b", "shared", "differing", "compared",
    "days_apart", "score", "gap_score", "p_value", "q_value", "n_null", "is_unrelated",
    "linked", "contact", "transmissions", "at_most_one", "p_direction", "least_share",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PairwiseComparison:
    """Every two of S people compared; matrices are symmetric, except `forward`.

    differing   expected differing sites
    shared      factors that both carry
    score       larger is closer, NaN where it cannot be told
    p_value     share of unrelated pairs that score as high, NaN without any
    forward     probability that row gave it to column, if one of them did
    pairs       what was measured of the pairs (upper triangle, row by row), and their evidence
    """

    differing: Float[np.ndarray, "S S"]
    shared: Int[np.ndarray, "S S"]
    score: Float[np.ndarray, "S S"]
    p_value: Float[np.ndarray, "S S"]
    forward: Float[np.ndarray, "S S"]
    pairs: PairData
    evidence: PairEvidence


def compare(
    people: Sequence[ComparedParticipant],
    table: AlleleTable,
    unrelated: Bool[np.ndarray, "S S"],
    rules: BondRules,
    *,
    lots: Mapping[str, Bool[np.ndarray, "F 5"]] | None = None,
    depth: Float[np.ndarray, " S"] | None = None,
) -> PairwiseComparison:
    """Scores and p-values of all pairs of one stratum.

    people     of whom lot, run and day are looked at
    table      their samples, in their order
    unrelated  pairs that cannot have met: the yardstick
    lots       what was seen in each lot itself, where that was sequenced
    depth      (S,) reads at a site, NaN or None where not told
    """
    apart, days = distances(table), days_apart(people)
    sharp = consensus_only(table, mixed_samples(table, rules.carry_over))
    evidence = informative_alleles(sharp, people, apart, rules, lots)
    unknown = np.full(len(people), np.nan)
    i, j = np.triu_indices(len(people), 1)
    pairs = PairData(
        stratum=np.zeros(len(i), np.int64),
        people=np.full(len(i), len(people)),
        differing=distances(sharp, evidence.weights)[i, j],
        compared=table.compared[i, j].astype(float),
        days=days[i, j],
        rare=rarity(sharp, evidence, minor_only=not rules.lot_is_common_source)[i, j],
        unrelated=unrelated[i, j],
        lot_run=pair_classes(people)[i, j],
        depth=depth_classes(unknown if depth is None else depth, np.diag(table.compared))[i, j],
    )
    found = pair_evidence(pairs, rules)
    return PairwiseComparison(
        differing=apart,
        shared=shared_factors(table, rules.least_share),
        score=_square(found.score, len(people)),
        p_value=_square(found.p_value, len(people), empty=np.nan),
        forward=chances_from_shares(sharp, evidence.carried, evidence.of_lot, evidence.lots),
        pairs=pairs,
        evidence=found,
    )


def _square(
    values: Float[np.ndarray, " N"], people: int, empty: float = 0.0
) -> Float[np.ndarray, "S S"]:
    """Symmetric from its upper triangle."""
    square = np.full((people, people), empty)
    i, j = np.triu_indices(people, 1)
    square[i, j] = square[j, i] = values
    return square


def stratum_bonds(
    people: tuple[ComparedParticipant, ...],
    aligned: pl.DataFrame,
    factors: pl.DataFrame,
    contacts: Contacts,
    rules: BondRules,
    lots: Mapping[str, Sequence[str]] | None = None,
) -> pl.DataFrame:
    """BONDS rows of every pair of one stratum, with p-values; q_value and linked still null.

    people  of one stratum, each participant once, sorted by name; the answer depends on them,
            their samples and their contacts alone
    lots    lot to the samples that were taken of the lot itself
    """
    received = {one.lot for one in people}
    own = {lot: tuple(names) for lot, names in (lots or {}).items() if lot in received}
    names = [one.sample for one in people]
    extra = [name for some in own.values() for name in some]
    whole = allele_table([*names, *extra], aligned, factors)
    table = rows_of(whole, range(len(names)))
    place = {name: len(names) + k for k, name in enumerate(extra)}
    seen = seen_in_lots(whole, {lot: [place[x] for x in some] for lot, some in own.items()})
    unrelated, depth = unrelated_pairs(people, contacts), depths_of(names, factors)
    found = compare(people, table, unrelated, rules, lots=seen, depth=depth)
    return _rows(people, table, unrelated, found, contacts, depth, rules)


def _rows(
    people: tuple[ComparedParticipant, ...],
    table: AlleleTable,
    unrelated: Bool[np.ndarray, "S S"],
    found: PairwiseComparison,
    contacts: Contacts,
    depth: Float[np.ndarray, " S"],
    rules: BondRules,
) -> pl.DataFrame:
    i, j = np.triu_indices(len(people), 1)
    days = days_apart(people)[i, j]
    in_null, told = unrelated[i, j], ~np.isnan(found.score[i, j])
    count = int((in_null & told).sum())
    least = least_shares(depth, rules.least_share)
    evidence = found.evidence
    background = evidence.backgrounds.get(0)
    names = pl.Series([one.participant for one in people], dtype=pl.String)
    samples = pl.Series([one.sample for one in people], dtype=pl.String)
    rows = {
        "a": names.gather(i),
        "b": names.gather(j),
        "stratum": _all(people[0].stratum if people else "", len(i), pl.String),
        "sample_a": samples.gather(i),
        "sample_b": samples.gather(j),
        "shared": found.shared[i, j],
        "differing": found.differing[i, j],
        "compared": table.compared[i, j],
        "days_apart": np.nan_to_num(days, nan=-1),
        "score": evidence.score,
        "gap_score": evidence.gap,
        "p_value": evidence.p_value,
        "q_value": np.full(len(i), np.nan),
        "n_null": count - (in_null & told).astype(int),
        "linked": np.zeros(len(i), bool),
        "contact": _kinds(names.gather(i), names.gather(j), contacts),
        "p_direction": found.forward[i, j],
        "least_share": np.maximum(least[i], least[j]),
        **_passings(table.compared[i, j], found.differing[i, j], days, rules),
        "is_unrelated": in_null,
        "genomes": evidence.genomes,
        "stratum_people": found.pairs.people,
        "weighed": found.pairs.differing,
        "rare": found.pairs.rare,
        "lot_run": found.pairs.lot_run,
        "depth_class": found.pairs.depth,
        "step_size": _all(evidence.step.size, len(i)),
        "step_rate": _all(evidence.step.rate, len(i)),
        "null_rate": _all(background.rate if background else None, len(i)),
        "null_shape": _all(background.shape if background else None, len(i)),
    }
    kinds = {c.name: DTYPES[c.kind] for c in BONDS.columns if c.name in FOUND_HERE}
    frame = pl.DataFrame(rows, schema={**kinds, **HIDDEN}, strict=False)
    return frame.with_columns(
        pl.when(pl.col("days_apart") >= 0).then(pl.col("days_apart")),
        pl.col("differing", "score", "genomes", "p_value", "q_value", "least_share").fill_nan(
            None
        ),
        pl.lit(None, pl.Boolean).alias("linked"),
    )


def depths_of(samples: Sequence[str], factors: pl.DataFrame) -> Float[np.ndarray, " S"]:
    """(S,) median depth at the factors of each sample; NaN where none is told."""
    told = factors.filter(pl.col("depth").is_not_null()).group_by("sample")
    middle = dict(told.agg(pl.col("depth").median()).iter_rows())
    return np.array([middle.get(name, np.nan) for name in samples], float)


def _passings(
    compared: Int[np.ndarray, " N"],
    apart: Float[np.ndarray, " N"],
    days: Float[np.ndarray, " N"],
    rules: BondRules,
) -> dict[str, pl.Series]:
    """Passings between the two of each pair; null without a clock or a rate of passing."""
    count = len(apart)
    if not (rules.clock_per_site_year and rules.passings_per_year and count):
        return {name: _all(None, count) for name in ("transmissions", "at_most_one")}
    length = float(np.median(compared[compared > 0])) if (compared > 0).any() else 1.0
    rate = rules.clock_per_site_year * length
    clock = MolecularClock(rate=rate, spread=rate * rules.clock_spread)
    gap = np.nan_to_num(days, nan=0.0) / YEAR_D
    scaled = apart * length / np.maximum(compared, 1)
    often = rules.passings_per_year
    found = (
        expected_transmissions(scaled, gap, clock, often),
        chance_of_at_most(1, scaled, gap, clock, often),
    )
    return {
        name: pl.Series(np.where(compared > 0, values, np.nan)).fill_nan(None)
        for name, values in zip(("transmissions", "at_most_one"), found, strict=True)
    }


def days_apart(people: Sequence[ComparedParticipant]) -> Float[np.ndarray, "S S"]:
    """(S, S) days between the samples; NaN where a day is not known."""
    day = np.array([one.taken.toordinal() if one.taken else np.nan for one in people])
    gap: Float[np.ndarray, "S S"] = np.abs(day[:, None] - day[None])
    return gap


def _kinds(a: pl.Series, b: pl.Series, contacts: Contacts) -> pl.Series:
    """Kinds of recorded contact of each pair, empty where there is none."""
    rows, at = pair_places(a, b).found_in(contacts)
    told = [", ".join(kinds) for kinds in contacts.values()]
    empty = _all("", len(a), pl.String)
    kinds = pl.Series(told, dtype=pl.String).gather(at)
    return empty.scatter(rows, kinds) if len(rows) else empty


def _all(value: object, count: int, kind: type[pl.DataType] = pl.Float64) -> pl.Series:
    """A column of one value."""
    return pl.Series([value], dtype=kind).new_from_index(0, count)
