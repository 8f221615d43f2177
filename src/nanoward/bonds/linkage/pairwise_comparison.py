"""All pairs of one stratum compared: distances, shared factors, scores and p-values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

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
from nanoward.maths.genetics.allele_distances import distances
from nanoward.maths.genetics.allele_frequencies import (
    AlleleTable,
    consensus_only,
    mixed_samples,
    rows_of,
    shared_factors,
)
from nanoward.maths.genetics.allele_tables import allele_table

KINDS = {  # of what is measured of a pair: as narrow as it may be, since pairs are many
    "shared": pl.Int32,
    "differing": pl.Float64,
    "compared": pl.Int64,
    "days_apart": pl.Int32,
    "p_direction": pl.Float64,
    "least_share": pl.Float64,
    "is_unrelated": pl.Boolean,
    "stratum_people": pl.Int32,
    "weighed": pl.Float64,
    "rare": pl.Float64,
    "lot_run": pl.Int8,
    "depth_class": pl.Int8,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairwiseComparison:
    """Every two of S people compared; matrices are symmetric, except `forward`.

    measured    all that needs no other pair
    score       larger is closer, NaN where it cannot be told
    p_value     share of unrelated pairs that score as high, NaN without any
    evidence    of the pairs (upper triangle, row by row)
    """

    measured: "MeasuredPairs"
    score: Float[np.ndarray, "S S"]
    p_value: Float[np.ndarray, "S S"]
    evidence: PairEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPairs:
    """What two samples say of each other; matrices are symmetric, except `forward`.

    differing   expected differing sites
    shared      factors that both carry
    forward     probability that row gave it to column, if one of them did
    pairs       what scores are made of (upper triangle, row by row)
    """

    differing: Float[np.ndarray, "S S"]
    shared: Int[np.ndarray, "S S"]
    forward: Float[np.ndarray, "S S"]
    pairs: PairData


def compare(
    people: Sequence[ComparedParticipant],
    table: AlleleTable,
    unrelated: Bool[np.ndarray, "S S"],
    rules: BondRules,
    *,
    lots: Mapping[str, Bool[np.ndarray, "F 5"]] | None = None,
    depth: Float[np.ndarray, " S"] | None = None,
) -> PairwiseComparison:
    """Scores and p-values of all pairs of one stratum: see `measure`."""
    measured = measure(people, table, unrelated, rules, lots=lots, depth=depth)
    found = pair_evidence(measured.pairs, rules)
    return PairwiseComparison(
        measured=measured,
        score=_square(found.score, len(people)),
        p_value=_square(found.p_value, len(people), empty=np.nan),
        evidence=found,
    )


def measure(
    people: Sequence[ComparedParticipant],
    table: AlleleTable,
    unrelated: Bool[np.ndarray, "S S"],
    rules: BondRules,
    *,
    lots: Mapping[str, Bool[np.ndarray, "F 5"]] | None = None,
    depth: Float[np.ndarray, " S"] | None = None,
) -> MeasuredPairs:
    """What is measured of all pairs of one stratum.

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
    return MeasuredPairs(
        differing=apart,
        shared=shared_factors(table, rules.least_share),
        forward=chances_from_shares(sharp, evidence.carried, evidence.of_lot, evidence.lots),
        pairs=pairs,
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
    """What is measured of every pair of one stratum, in order: see KINDS, and the names.

    people  of one stratum, each participant once, sorted by name; the answer depends on them,
            their samples and their contacts alone
    lots    lot to the samples that were taken of the lot itself
    Names are numbers in an enumeration (pl.Enum): a pair is one of many, a name one of few.
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
    found = measure(people, table, unrelated, rules, lots=seen, depth=depth)
    return _rows(people, found, contacts, depth, rules)


def _rows(
    people: tuple[ComparedParticipant, ...],
    found: MeasuredPairs,
    contacts: Contacts,
    depth: Float[np.ndarray, " S"],
    rules: BondRules,
) -> pl.DataFrame:
    i, j = np.triu_indices(len(people), 1)
    least = least_shares(depth, rules.least_share)
    names = _enumerated([one.participant for one in people])
    samples = _enumerated([one.sample for one in people])
    a, b = names.gather(i), names.gather(j)
    stratum = _enumerated([people[0].stratum if people else ""])
    rows = {
        "a": a,
        "b": b,
        "stratum": stratum.new_from_index(0, len(i)),
        "sample_a": samples.gather(i),
        "sample_b": samples.gather(j),
        "contact": _kinds(a, b, contacts),
        "shared": found.shared[i, j],
        "differing": found.differing[i, j],
        "compared": found.pairs.compared,
        "days_apart": np.nan_to_num(found.pairs.days, nan=-1),
        "p_direction": found.forward[i, j],
        "least_share": np.maximum(least[i], least[j]),
        "is_unrelated": found.pairs.unrelated,
        "stratum_people": found.pairs.people,
        "weighed": found.pairs.differing,
        "rare": found.pairs.rare,
        "lot_run": found.pairs.lot_run,
        "depth_class": found.pairs.depth,
    }
    kinds = {name: pl.Series(name, values).cast(KINDS[name]) if name in KINDS
             else values.alias(name) for name, values in rows.items()}  # fmt: skip
    return pl.DataFrame(kinds).with_columns(
        pl.when(pl.col("days_apart") >= 0).then(pl.col("days_apart")),
        pl.col("differing", "least_share").fill_nan(None),
    )


def _enumerated(names: Sequence[str]) -> pl.Series:
    """Names as numbers in their order."""
    return pl.Series(list(names), dtype=pl.Enum(sorted(set(names))))


def depths_of(samples: Sequence[str], factors: pl.DataFrame) -> Float[np.ndarray, " S"]:
    """(S,) median depth at the factors of each sample; NaN where none is told."""
    told = factors.filter(pl.col("depth").is_not_null()).group_by("sample")
    middle = dict(told.agg(pl.col("depth").median()).iter_rows())
    return np.array([middle.get(name, np.nan) for name in samples], float)


def passings(
    pairs: pl.DataFrame, lengths: Mapping[str, float], rules: BondRules
) -> pl.DataFrame:
    """Columns transmissions and at_most_one of pairs; null without a clock or its rate.

    lengths  stratum to the positions that two of its samples usually both tell
    """
    none = [pl.lit(None, pl.Float64).alias(name) for name in ("transmissions", "at_most_one")]
    if not (rules.clock_per_site_year and rules.passings_per_year and pairs.height):
        return pairs.with_columns(none)
    parts = []
    for (name,), own in pairs.with_row_index("row").group_by("stratum", maintain_order=True):
        compared, length = own["compared"].to_numpy(), lengths[str(name)]
        rate = rules.clock_per_site_year * length
        clock = MolecularClock(rate=rate, spread=rate * rules.clock_spread)
        gap = own["days_apart"].cast(pl.Float64).fill_null(0.0).to_numpy() / YEAR_D
        apart = own["differing"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        scaled = apart * length / np.maximum(compared, 1)
        often = rules.passings_per_year
        found = (
            expected_transmissions(scaled, gap, clock, often),
            chance_of_at_most(1, scaled, gap, clock, often),
        )
        told = [np.where(compared > 0, one, np.nan) for one in found]
        parts.append(own.select("row").with_columns(
            pl.Series("transmissions", told[0]).fill_nan(None),
            pl.Series("at_most_one", told[1]).fill_nan(None),
        ))  # fmt: skip
    return pl.concat([pairs, pl.concat(parts).sort("row").drop("row")], how="horizontal")


def usual_lengths(pairs: pl.DataFrame) -> dict[str, float]:
    """Stratum to the median of the positions that its pairs compare, of those with any."""
    told = pairs.lazy().filter(pl.col("compared") > 0).group_by("stratum")
    known = dict(told.agg(pl.col("compared").cast(pl.Float64).median()).collect().iter_rows())
    return {str(name): known.get(name, 1.0) for name in pairs["stratum"].unique().to_list()}


def days_apart(people: Sequence[ComparedParticipant]) -> Float[np.ndarray, "S S"]:
    """(S, S) days between the samples; NaN where a day is not known."""
    day = np.array([one.taken.toordinal() if one.taken else np.nan for one in people])
    gap: Float[np.ndarray, "S S"] = np.abs(day[:, None] - day[None])
    return gap


def _kinds(a: pl.Series, b: pl.Series, contacts: Contacts) -> pl.Series:
    """Kinds of recorded contact of each pair, empty where there is none."""
    rows, at = pair_places(a, b).found_in(contacts)
    told = [", ".join(kinds) for kinds in contacts.values()]
    known = sorted({"", *told})
    place = {kind: number for number, kind in enumerate(known)}
    found = np.full(len(a), place[""], np.int64)
    found[rows] = np.array([place[kind] for kind in told], np.int64)[at] if len(at) else 0
    return _enumerated(known).gather(found)
