"""All pairs of a round judged together: which are links, and what is said of those alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.base.findings import Undecided
from nanoward.base.tables import BONDS
from nanoward.bonds.direction.direction import verdict_of
from nanoward.bonds.linkage.clusters import Clusters, clusters
from nanoward.bonds.linkage.detection_limit import (
    NullPairs,
    days_of,
    numbers_of,
    smallest_links,
)
from nanoward.bonds.linkage.kept_pairs import kept_pairs
from nanoward.bonds.linkage.pair_evidence import PairData, pair_evidence
from nanoward.bonds.linkage.pairwise_comparison import passings, usual_lengths
from nanoward.bonds.linkage.significance import (
    families_of,
    family_weights,
    local_values,
    p_needed,
)
from nanoward.bonds.rules import BondRules
from nanoward.maths.frames import schema_of
from nanoward.maths.statistics.false_discovery import weighted_benjamini_hochberg

PairOdds = Callable[[pl.Series, pl.Series], Float[np.ndarray, " N"]]
LOCAL = 0.2  # Efron 2007 Ann Stat 35:1351: the usual limit of a local false-discovery rate


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPairs:
    """All pairs of a round, and what is kept of them.

    every      every pair, as it was measured, with scores, p_value, q_value and linked
    bonds      BONDS: those that are kept
    undecided  what could not be told of strata or of all
    mute       strata of which no pair could have been called a link
    """

    every: pl.DataFrame
    bonds: pl.DataFrame
    undecided: tuple[Undecided, ...]
    mute: tuple[str, ...]


def called_bonds(
    pairs: pl.DataFrame, rules: BondRules, odds: PairOdds | None = None
) -> tuple[pl.DataFrame, tuple[Undecided, ...]]:
    """BONDS with q_value and linked, and what could not be decided: see `judged_pairs`."""
    found = judged_pairs(pairs, rules, odds)
    return found.bonds, found.undecided


def judged_pairs(
    pairs: pl.DataFrame,
    rules: BondRules,
    odds: PairOdds | None = None,
    called: pl.DataFrame | None = None,
) -> JudgedPairs:
    """Which pairs of all strata are linked, at the level of the rules.

    A pair is linked when its q-value keeps the level, and its own chance to be unrelated is
    at most one in five (Efron 2007): the last calls that a rate allows are mostly wrong.
    odds    of both names (N,), the log odds that a gave it to b which dates and doses give
    called  a, b, stratum of pairs that stay in the table whatever they are now
    """
    pairs, null = judged_together(_in_order(pairs), rules)
    p = pairs["p_value"].fill_null(float("nan")).to_numpy()
    gap = pairs["gap_score"].to_numpy()
    family = families_of(
        pairs["is_unrelated"].to_numpy().astype(bool),
        (pairs["contact"] != "").to_numpy(),
    )
    weights = family_weights(p, family, gap)
    q = weighted_benjamini_hochberg(p, weights, strict=rules.strict)
    sure = np.nan_to_num(local_values(p, family, gap), nan=1.0) <= LOCAL
    needed = p_needed(q, weights, rules.alpha, strict=rules.strict)
    every = pairs.with_columns(
        pl.Series("q_value", q).fill_nan(None),
        pl.Series("linked", (q <= rules.alpha) & sure),
        pl.Series("p_needed", needed).fill_nan(None),
    )
    every = every.with_columns(pl.when(pl.col("q_value").is_not_null()).then(pl.col("linked")))
    rows = kept_pairs(every, rules, called)
    kept = every if len(rows) == every.height else every[rows]
    own = needed if len(rows) == every.height else needed[rows]
    most, fewest = smallest_links(kept, own, rules, null)
    kept = passings(kept, usual_lengths(every), rules).with_columns(
        _with_odds(kept, odds), most.alias("most_differing"), fewest.alias("fewest_shared")
    )
    kept = _beside(kept, clusters(kept, alpha=rules.alpha))
    mute = _mute_of_all(every, kept, null, rules)
    undecided = [*_without_yardstick(every, mute), *_strangers(every)]
    return JudgedPairs(
        every=every, bonds=_shaped(kept), undecided=tuple(undecided), mute=tuple(mute)
    )


def _in_order(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of several strata by their names; those of one come so."""
    several = len(pairs) and pairs["stratum"].n_unique() > 1
    return pairs.sort("a", "b", "stratum") if several else pairs


def of_all_strata(pieces: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The pairs of several strata in one table: their names in one enumeration each."""
    if len(pieces) == 1:
        return pieces[0]
    named = {
        side: pl.Enum(
            sorted({one for piece in pieces for name in side
                    for one in piece[name].dtype.categories})  # type: ignore[attr-defined]
        )
        for side in (("a", "b"), ("sample_a", "sample_b"), ("stratum",), ("contact",))
    }  # fmt: skip
    kinds = {name: kind for side, kind in named.items() for name in side}
    return pl.concat([piece.cast(kinds) for piece in pieces])  # type: ignore[arg-type]


def judged_together(pairs: pl.DataFrame, rules: BondRules) -> tuple[pl.DataFrame, NullPairs]:
    """Scores and p-values, so that small strata borrow from the others; the unrelated pairs."""
    days = days_of(pairs)
    stratum = numbers_of(pairs["stratum"])
    compared = pairs["compared"].to_numpy().astype(float)
    unrelated = pairs["is_unrelated"].to_numpy().astype(bool)
    found = pair_evidence(
        PairData(
            stratum=stratum,
            people=pairs["stratum_people"].to_numpy(),
            differing=pairs["weighed"].to_numpy(),
            compared=compared,
            days=days,
            rare=pairs["rare"].to_numpy(),
            unrelated=unrelated,
            lot_run=pairs["lot_run"].to_numpy(),
            depth=pairs["depth_class"].to_numpy(),
        ),
        rules,
    )
    kinds = int(stratum.max(initial=-1)) + 1
    backgrounds = [found.backgrounds.get(one) for one in range(kinds)]
    rate = pl.Series(
        [None if one is None else one.rate for one in backgrounds], dtype=pl.Float64
    )
    shape = pl.Series(
        [None if one is None else one.shape for one in backgrounds], dtype=pl.Float64
    )
    null = unrelated & ~np.isnan(found.genomes)
    told = unrelated & (compared > 0)
    judged = pairs.with_columns(
        pl.Series("score", found.score).fill_nan(None),
        pl.Series("genomes", found.genomes).fill_nan(None),
        pl.Series("gap_score", found.gap),
        pl.Series("p_value", found.p_value).fill_nan(None),
        pl.Series("n_null", np.bincount(stratum[told], minlength=kinds)[stratum] - told),
        rate.gather(stratum).alias("null_rate"),
        shape.gather(stratum).alias("null_shape"),
        pl.lit(found.step.size).alias("step_size"),
        pl.lit(found.step.rate).alias("step_rate"),
    )
    return judged, NullPairs(
        genomes=found.genomes[null],
        p_of_all=found.p_of_all[null],
        stratum=stratum[null],
        days=days[null],
    )


def _shaped(judged: pl.DataFrame) -> pl.DataFrame:
    """The columns of BONDS, null where somebody else fills them; sorted by its key."""
    kinds = schema_of(BONDS)
    absent = [pl.lit(None, kind).alias(name) for name, kind in kinds.items()
              if name not in judged.columns]  # fmt: skip
    whole = judged.with_columns(absent)
    return whole.select(pl.col(name).cast(kind) for name, kind in kinds.items()).sort(BONDS.key)


def _with_odds(pairs: pl.DataFrame, odds: PairOdds | None) -> pl.Series:
    """Probability of a to b from the genomes, with the odds of dates and doses."""
    told = pairs["p_direction"].cast(pl.Float64)
    if odds is None:
        return told
    one = told.fill_null(float("nan")).to_numpy()
    chance = one / (one + (1 - one) * np.exp(-odds(pairs["a"], pairs["b"])))
    return pl.Series("p_direction", chance).fill_nan(None)


def _beside(judged: pl.DataFrame, groups: Clusters) -> pl.DataFrame:
    """What is said of links alone: direction, group, and how firmly both are in it."""
    at = judged["linked"].fill_null(value=False).arg_true()
    rows = judged[at].select("a", "b", "p_direction").rows()
    told: dict[str, tuple[list[Any], type[pl.DataType]]] = {
        "direction": ([verdict_of(chance) for _, _, chance in rows], pl.String),
        "cluster": ([groups.of[a] for a, _, _ in rows], pl.Int64),
        "stability": ([groups.support[a, b] for a, b, _ in rows], pl.Float64),
    }
    columns = []
    for name, (values, kind) in told.items():
        empty = pl.Series(name, [None], kind).new_from_index(0, judged.height)
        columns.append(empty.scatter(at, pl.Series(values, dtype=kind)) if rows else empty)
    return judged.with_columns(columns)


def mute_strata(bonds: pl.DataFrame) -> list[str]:
    """Strata of which no pair could have been called a link, whatever its genomes."""
    able = pl.col("most_differing").is_not_null() | pl.col("fewest_shared").is_not_null()
    asked = bonds.filter(~pl.col("is_unrelated"))
    mute = asked.group_by("stratum").agg(able.any().alias("able")).filter(~pl.col("able"))
    return sorted(str(one) for one in mute["stratum"].to_list())


def _mute_of_all(
    every: pl.DataFrame, kept: pl.DataFrame, null: NullPairs, rules: BondRules
) -> list[str]:
    """`mute_strata` of all: the rest is asked where no kept pair could have been called."""
    if kept.height == every.height:
        return mute_strata(kept)
    asked = every.filter(~pl.col("is_unrelated"))
    told = kept.filter(~pl.col("is_unrelated"))["stratum"].cast(pl.String).unique().to_list()
    able = set(told) - set(mute_strata(kept))
    rest = asked.filter(~pl.col("stratum").cast(pl.String).is_in(sorted(able)))
    if rest.is_empty():
        return []
    needed = rest["p_needed"].fill_null(float("nan")).to_numpy()
    most, fewest = smallest_links(rest, needed, rules, null)
    return mute_strata(
        rest.select("stratum", "is_unrelated", most.alias("most_differing"),
                    fewest.alias("fewest_shared"))
    )  # fmt: skip


def _without_yardstick(pairs: pl.DataFrame, mute: Sequence[str]) -> list[Undecided]:
    """Strata in which even equal genomes would have been no link, by what each pair needs."""
    every = pairs.filter(pl.col("is_unrelated") & pl.col("score").is_not_null()).height
    told = []
    for stratum in mute:
        group = pairs.filter((pl.col("stratum") == stratum) & ~pl.col("is_unrelated"))
        own = pairs.filter((pl.col("stratum") == stratum) & pl.col("is_unrelated")).height
        needed = group["p_needed"].drop_nulls()
        least, most = (
            (float(one) for one in np.quantile(needed.to_numpy(), (0, 1)))
            if len(needed)
            else (0.0, 0.0)
        )
        needs = (
            f"a pair here needs p <= {least:.2g} to {most:.2g}"
            if most
            else "nothing measures them"
        )
        told.append(
            Undecided(
                code="BND-904",
                room="bonds",
                subject=stratum,
                question=f"are its {group.height} pairs that may have met linked?",
                reason=f"even equal genomes would be no link: {needs}, and it has {own} "
                f"unrelated pairs of the {every} in all strata; more people who cannot have "
                "met, in any stratum, would tell",
            )
        )
    return told


def _strangers(pairs: pl.DataFrame) -> list[Undecided]:
    """Unrelated pairs are the yardstick; measured by themselves few can stand out."""
    count = pairs.filter(pl.col("is_unrelated")).height
    others = pairs.filter(~pl.col("is_unrelated") & (pl.col("contact") == "")).height
    if not count or 10 * others >= count:  # a place tells apart who may have met
        return []
    return [
        Undecided(
            code="BND-905",
            room="bonds",
            subject="",
            question="are any people linked who have no recorded contact?",
            reason=(
                f"the {count} pairs without contact are themselves the yardstick, so that only "
                "one far beyond all the others can stand out; pairs that cannot have met (the "
                "site of each sample tells which) would give an answer"
            ),
        )
    ]
