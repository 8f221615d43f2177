"""All pairs of a round judged together: which are links, and what is said of those alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.base.findings import Undecided
from nanoward.base.tables import BONDS
from nanoward.bonds.direction.direction import verdict_of
from nanoward.bonds.linkage.clusters import Clusters, clusters
from nanoward.bonds.linkage.detection_limit import smallest_links
from nanoward.bonds.linkage.pair_evidence import PairData, pair_evidence
from nanoward.bonds.linkage.significance import (
    families_of,
    family_weights,
    local_values,
    p_needed,
    q_values,
)
from nanoward.bonds.rules import BondRules
from nanoward.maths.frames import schema_of

PairOdds = Callable[[pl.Series, pl.Series], Float[np.ndarray, " N"]]
LOCAL = 0.2  # Efron 2007 Ann Stat 35:1351: the usual limit of a local false-discovery rate


def called_bonds(
    pairs: pl.DataFrame, rules: BondRules, odds: PairOdds | None = None
) -> tuple[pl.DataFrame, tuple[Undecided, ...]]:
    """BONDS with q_value and linked, over all strata, and what could not be decided.

    A pair is linked when its q-value keeps the level, and its own chance to be unrelated is
    at most one in five (Efron 2007): the last calls that a rate allows are mostly wrong.
    odds  of both names (N,), the log odds that a gave it to b which dates and doses give
    """
    pairs = judged_together(pairs.sort("a", "b", "stratum"), rules)
    p = pairs["p_value"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    gap = pairs["gap_score"].cast(pl.Float64).fill_null(0.0).to_numpy()
    unrelated = pairs["is_unrelated"].to_numpy().astype(bool)
    family = families_of(unrelated, (pairs["contact"] != "").to_numpy())
    q = q_values(p, family, gap, strict=rules.strict)
    sure = np.nan_to_num(local_values(p, family, gap), nan=1.0) <= LOCAL
    needed = p_needed(q, family_weights(p, family, gap), rules.alpha, strict=rules.strict)
    most, fewest = smallest_links(pairs, needed, rules)
    judged = pairs.with_columns(
        pl.Series("q_value", q).fill_nan(None),
        pl.Series("linked", (q <= rules.alpha) & sure),
        _with_odds(pairs, odds),
        pl.Series("p_needed", needed).fill_nan(None),
        most.alias("most_differing"),
        fewest.alias("fewest_shared"),
    )
    judged = judged.with_columns(
        pl.when(pl.col("q_value").is_not_null()).then(pl.col("linked"))
    )
    judged = _beside(judged, clusters(judged, alpha=rules.alpha))
    undecided = [*_without_yardstick(judged), *_strangers(judged)]
    return _shaped(judged), tuple(undecided)


def judged_together(pairs: pl.DataFrame, rules: BondRules) -> pl.DataFrame:
    """Scores and p-values of several strata, so that small ones borrow from the others.

    One stratum alone was judged when its pairs were compared.
    """
    if pairs["stratum"].n_unique() < 2:
        return pairs
    days = pairs["days_apart"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    names = pairs["stratum"].to_numpy()
    kinds, stratum = np.unique(names, return_inverse=True)
    found = pair_evidence(
        PairData(
            stratum=stratum.astype(np.int64),
            people=pairs["stratum_people"].to_numpy(),
            differing=pairs["weighed"].to_numpy(),
            compared=pairs["compared"].to_numpy().astype(float),
            days=days,
            rare=pairs["rare"].to_numpy(),
            unrelated=pairs["is_unrelated"].to_numpy().astype(bool),
            lot_run=pairs["lot_run"].to_numpy(),
            depth=pairs["depth_class"].to_numpy(),
        ),
        rules,
    )
    backgrounds = [found.backgrounds.get(one) for one in range(len(kinds))]
    rate = [None if one is None else one.rate for one in backgrounds]
    shape = [None if one is None else one.shape for one in backgrounds]
    return pairs.with_columns(
        pl.Series("score", found.score).fill_nan(None),
        pl.Series("genomes", found.genomes).fill_nan(None),
        pl.Series("gap_score", found.gap),
        pl.Series("p_value", found.p_value).fill_nan(None),
        pl.Series("null_rate", [rate[k] for k in stratum], pl.Float64),
        pl.Series("null_shape", [shape[k] for k in stratum], pl.Float64),
        pl.lit(found.step.size).alias("step_size"),
        pl.lit(found.step.rate).alias("step_rate"),
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


def _without_yardstick(pairs: pl.DataFrame) -> list[Undecided]:
    """Strata in which even equal genomes would have been no link, by what each pair needs."""
    every = pairs.filter(pl.col("is_unrelated") & pl.col("score").is_not_null()).height
    told = []
    for stratum in mute_strata(pairs):
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
