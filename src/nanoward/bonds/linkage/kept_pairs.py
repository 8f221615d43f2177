"""Which pairs of a large round stay in its table, and how many of the rest scored what.

All pairs of many people are nearly all far apart: what is asked of them is how many there are
and how they score. A pair that is not kept is compared again when somebody asks for it.
"""

import numpy as np
import polars as pl
from jaxtyping import Float, Int

from nanoward.base.tables import BOND_SCORES
from nanoward.bonds.rules import BondRules
from nanoward.maths.frames import frame_of, schema_of

KEY = ("a", "b", "stratum")
NEAR = 10.0  # levels: at so many times the level a pair would be called
NEAREST = 50  # pairs that are kept for being the nearest of all, called or not
BINS = 60  # of a histogram of scores


def kept_pairs(
    every: pl.DataFrame, rules: BondRules, called: pl.DataFrame | None = None
) -> Int[np.ndarray, " K"]:
    """(K,) rows that stay: all of a small round, else the linked, the near and the telling.

    every   all pairs with score, p_value, q_value, linked and contact
    called  a, b, stratum of pairs that were called in an earlier round
    Near are pairs that would be called at ten times the level, the fifty with the lowest
    q_value that are not linked, the fifty with the highest score, and of each person the one
    with the highest score. A pair with a contact stays, and one that could not be compared.
    """
    if every.height <= rules.keep_pairs:
        return np.arange(every.height)
    p, q, score = (
        every[name].fill_null(float("nan")).to_numpy()
        for name in ("p_value", "q_value", "score")
    )
    linked = every["linked"].fill_null(value=False).to_numpy()
    stay = linked | np.isnan(p) | (np.nan_to_num(q, nan=2.0) <= min(NEAR * rules.alpha, 1.0))
    if np.isnan(p).all():  # nothing was measured: nothing sets them apart
        stay = linked.copy()
    stay |= (every["contact"] != "").to_numpy()
    rest = np.flatnonzero(~linked)
    stay[rest[_first(q[rest], p[rest])]] = True
    stay[_first(-score, p)] = True
    stay[_nearest_of_each(every, score)] = True
    if called is not None and called.height:
        kinds = {name: every.schema[name] for name in KEY}
        known = called.select(
            pl.col(name).cast(kind, strict=False) for name, kind in kinds.items()
        )
        rows = every.select(KEY).with_row_index("row").join(
            known.drop_nulls(), on=list(KEY), how="semi"
        )  # fmt: skip
        stay[rows["row"].to_numpy()] = True
    return np.flatnonzero(stay)


def _first(
    first: Float[np.ndarray, " N"], then: Float[np.ndarray, " N"]
) -> Int[np.ndarray, " M"]:
    """Places of the fifty lowest, ties by the second value and then by place; NaN is last."""
    if len(first) <= NEAREST:
        return np.arange(len(first))
    value = np.nan_to_num(first, nan=np.inf)
    limit = np.partition(value, NEAREST - 1)[NEAREST - 1]
    some = np.flatnonzero(value <= limit)
    order = np.lexsort((np.nan_to_num(then[some], nan=np.inf), value[some]))
    return some[order[:NEAREST]]


def _nearest_of_each(
    every: pl.DataFrame, score: Float[np.ndarray, " N"]
) -> Int[np.ndarray, " M"]:
    """Row of the highest score of each person, within each stratum; the first of equals."""
    value = np.nan_to_num(score, nan=-np.inf)
    codes = [
        every[side].to_physical().cast(pl.Int64).to_numpy()
        + every["stratum"].to_physical().cast(pl.Int64).to_numpy() * (1 << 32)
        for side in ("a", "b")
    ]
    who, place = np.unique(np.concatenate(codes), return_inverse=True)
    sides = place[: len(value)], place[len(value) :]
    best = np.full(len(who), -np.inf)
    for side in sides:
        np.maximum.at(best, side, value)
    row = np.full(len(who), len(value))
    for side in sides:
        own = np.flatnonzero(value == best[side])
        np.minimum.at(row, side[own], own)
    return np.unique(row[row < len(value)])


def score_table(every: pl.DataFrame) -> pl.DataFrame:
    """BOND_SCORES: in each stratum, how many pairs without link and contact scored what.

    Bins are of one width for all strata, from the lowest score of all to the highest; where a
    tenth of the pairs makes most of that range, the first bin holds all that score lower.
    """
    told = every["score"].is_finite().fill_null(value=False).to_numpy()
    if not told.any():
        return frame_of(BOND_SCORES, ())
    score = every["score"].fill_null(float("nan")).to_numpy()
    low, high = score_window(score[told])
    edges = np.linspace(low, high, BINS + 1)
    linked = every["linked"].fill_null(value=False).to_numpy()
    met = (every["contact"] != "").to_numpy()
    unrelated = every["is_unrelated"].fill_null(value=False).to_numpy()
    rows = []
    for name in sorted(every["stratum"].unique().cast(pl.String).to_list()):
        here = told & (every["stratum"] == name).to_numpy() & ~linked & ~met
        counts = [_counts(score[here & some], edges) for some in (here, unrelated)]
        rows += [
            {"stratum": name, "low": float(edges[k]), "high": float(edges[k + 1]),
             "pairs": int(counts[0][k]), "unrelated": int(counts[1][k])}
            for k in range(BINS)
        ]  # fmt: skip
    return pl.DataFrame(rows, schema_of(BOND_SCORES))


def _counts(
    scores: Float[np.ndarray, " M"], edges: Float[np.ndarray, " B1"]
) -> Int[np.ndarray, " B"]:
    return np.histogram(np.maximum(scores, edges[0]), bins=edges)[0]


def score_window(scores: Float[np.ndarray, " N"]) -> tuple[float, float]:
    """From the lowest score to the highest; a long lower tail, a tenth of the pairs, is cut."""
    low, tenth, high = (float(one) for one in np.quantile(scores, (0, 0.1, 1)))
    if high - tenth < 0.6 * (high - low):
        low = tenth
    return low, high if high > low else low + 1
