"""All pairs of one stratum compared, then all pairs of the round judged together."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from jaxtyping import Bool, Float

from nanoward.base.findings import Undecided
from nanoward.base.tables import BONDS
from nanoward.bonds.people import Contacts, Person
from nanoward.bonds.rules import BondRules
from nanoward.bonds.score import background_of, link_scores, lot_scores, rarity
from nanoward.bonds.significance import largest_called, q_values, unrelated_pairs
from nanoward.maths.alleles import AlleleTable, allele_table, distances, shared_factors
from nanoward.maths.false_discovery import conformal_p_values
from nanoward.maths.frames import DTYPES, frame_of

UNRELATED = "is_unrelated"  # carried beside the BONDS columns until the pairs are judged


def stratum_bonds(
    people: tuple[Person, ...],
    aligned: pl.DataFrame,
    factors: pl.DataFrame,
    contacts: Contacts,
    rules: BondRules,
) -> pl.DataFrame:
    """BONDS rows of every pair of one stratum, with p-values; q_value and linked still null.

    people  of one stratum, each participant once, sorted by name; the answer depends on them,
            their samples and their contacts alone
    """
    table = allele_table([one.sample for one in people], aligned, factors)
    apart, days = distances(table), days_apart(people)
    unrelated = unrelated_pairs(people, contacts)
    score = pair_scores(table, apart, days, unrelated, rules)
    shared = shared_factors(table, rules.least_share)
    i, j = np.triu_indices(len(people), 1)
    in_null = unrelated[i, j]
    scores = score[i, j]
    p = conformal_p_values(scores, scores[in_null], in_null)
    count = int((in_null & ~np.isnan(scores)).sum())
    frame = pl.DataFrame(
        {
            "a": [people[k].participant for k in i],
            "b": [people[k].participant for k in j],
            "stratum": [people[k].stratum for k in i],
            "sample_a": [people[k].sample for k in i],
            "sample_b": [people[k].sample for k in j],
            "shared": shared[i, j],
            "differing": apart[i, j],
            "compared": table.compared[i, j],
            "days_apart": np.nan_to_num(days[i, j], nan=-1),
            "score": scores,
            "p_value": p if count else np.full(len(p), np.nan),
            "q_value": np.full(len(p), np.nan),
            "n_null": count - (in_null & ~np.isnan(scores)).astype(int),
            "linked": np.zeros(len(p), bool),
            "contact": [
                _kinds(people[x], people[y], contacts) for x, y in zip(i, j, strict=True)
            ],
            UNRELATED: in_null,
        },
        schema={**{c.name: DTYPES[c.kind] for c in BONDS.columns}, UNRELATED: pl.Boolean},
        strict=False,
    )
    return frame.with_columns(
        pl.when(pl.col("days_apart") >= 0).then(pl.col("days_apart")),
        pl.col("differing", "score", "p_value", "q_value").fill_nan(None),
        pl.lit(None, pl.Boolean).alias("linked"),
    )


def pair_scores(
    table: AlleleTable,
    apart: Float[np.ndarray, "S S"],
    days: Float[np.ndarray, "S S"],
    unrelated: Bool[np.ndarray, "S S"],
    rules: BondRules,
) -> Float[np.ndarray, "S S"]:
    """(S, S) scores; NaN where nothing could be compared, all NaN without unrelated pairs."""
    compared = table.compared.astype(float)
    gap = np.nan_to_num(days, nan=0.0)
    extra = rarity(table, rules.least_share, minor_only=not rules.lot_is_common_source)
    if rules.lot_is_common_source:
        return np.asarray(lot_scores(apart, compared, gap, rules) + extra)
    upper = np.triu(unrelated, 1)
    background = background_of(apart[upper], compared[upper])
    if background is None:
        return np.full(apart.shape, np.nan)
    return np.asarray(link_scores(apart, compared, gap, background, rules) + extra)


def days_apart(people: Sequence[Person]) -> Float[np.ndarray, "S S"]:
    """(S, S) days between the samples; NaN where a day is not known."""
    day = np.array([one.taken.toordinal() if one.taken else np.nan for one in people])
    gap: Float[np.ndarray, "S S"] = np.abs(day[:, None] - day[None])
    return gap


def judged_bonds(
    pairs: pl.DataFrame, rules: BondRules
) -> tuple[pl.DataFrame, tuple[Undecided, ...]]:
    """BONDS with q_value and linked, over all strata, and what could not be decided."""
    pairs = pairs.sort("a", "b", "stratum")
    p = pairs["p_value"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    unrelated = pairs[UNRELATED].to_numpy().astype(bool)
    q = q_values(p, unrelated)
    judged = pairs.with_columns(pl.Series("q_value", q).fill_nan(None)).with_columns(
        (pl.col("q_value") <= rules.alpha).alias("linked")
    )
    limit = largest_called(p[~unrelated], q[~unrelated], rules.alpha)
    undecided = [*_without_yardstick(judged, limit), *_strangers(judged)]
    return frame_of(BONDS, judged.to_dicts()), tuple(undecided)


def _without_yardstick(pairs: pl.DataFrame, limit: float) -> list[Undecided]:
    """Strata whose best possible p-value could not have been called."""
    met = pairs.filter(~pl.col(UNRELATED))
    told = []
    for stratum, group in sorted(met.group_by("stratum"), key=lambda item: str(item[0][0])):
        count = int(group["n_null"].max() or 0)  # type: ignore[arg-type]
        least = 1 / (1 + count)
        if least > limit:
            need = int(np.ceil(1 / limit)) - 1
            told.append(
                Undecided(
                    room="bonds",
                    subject=str(stratum[0]),
                    question=f"are its {group.height} pairs with contact linked?",
                    reason=(
                        f"{count} unrelated pairs give at best p = {least:.3g}; a link of this "
                        f"round needs p <= {limit:.3g}, so at least {need} unrelated pairs"
                    ),
                )
            )
    return told


def _strangers(pairs: pl.DataFrame) -> list[Undecided]:
    """Unrelated pairs are the yardstick; measured by themselves the closest is just that."""
    count = pairs.filter(pl.col(UNRELATED)).height
    if not count:
        return []
    return [
        Undecided(
            room="bonds",
            subject="",
            question="are any people linked who have no recorded contact?",
            reason=(
                f"the {count} pairs without contact are themselves the yardstick, so the "
                "closest of k has p = 1/k and none can stand out; pairs that cannot have met "
                "(other site and other time) would give an answer"
            ),
        )
    ]


def _kinds(a: Person, b: Person, contacts: Contacts) -> str:
    pair = sorted((a.participant, b.participant))
    return ", ".join(contacts.get((pair[0], pair[1]), ()))
