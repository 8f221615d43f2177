"""All pairs of one stratum compared, then all pairs of the round judged together."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.base.findings import Undecided
from nanoward.base.tables import BONDS
from nanoward.bonds.direction import chances_from_shares, verdict_of
from nanoward.bonds.evidence import Evidence, evidence_of
from nanoward.bonds.network import clusters
from nanoward.bonds.people import Contacts, Person
from nanoward.bonds.rules import BondRules
from nanoward.bonds.score import (
    YEAR_D,
    background_of,
    link_scores,
    lot_scores,
    rarity,
)
from nanoward.bonds.significance import (
    families_of,
    largest_called,
    local_values,
    matched_p_values,
    pair_classes,
    q_values,
    unrelated_pairs,
)
from nanoward.bonds.transmissions import Clock, chance_of_at_most, expected_transmissions
from nanoward.maths.alleles import (
    AlleleTable,
    allele_table,
    distances,
    mixed_samples,
    shared_factors,
    sharpened,
)
from nanoward.maths.frames import DTYPES, frame_of
from nanoward.maths.tails import Step

JUDGED = ("direction", "cluster", "stability")  # of the whole round, not of one stratum
LOCAL = 0.2  # Efron 2007 Ann Stat 35:1351: the usual limit of a local false-discovery rate
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
    sharp = sharpened(table, mixed_samples(table, rules.carry_over))
    evidence = evidence_of(sharp, people, apart, rules)
    extra = rarity(sharp, evidence, minor_only=not rules.lot_is_common_source)
    score = extra + distance_scores(sharp, evidence, days, unrelated, rules)
    shared = shared_factors(table, rules.least_share)
    i, j = np.triu_indices(len(people), 1)
    in_null = unrelated[i, j]
    scores = score[i, j]
    p = matched_p_values(
        scores, in_null, pair_classes(people)[i, j], step_of(extra[i, j][in_null], len(people))
    )
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
            "p_direction": chances_from_shares(evidence.carried, table.origin)[i, j],
            **_passings(table.compared[i, j], apart[i, j], days[i, j], rules),
            UNRELATED: in_null,
        },
        schema={
            **{c.name: DTYPES[c.kind] for c in BONDS.columns if c.name not in JUDGED},
            UNRELATED: pl.Boolean,
        },
        strict=False,
    )
    return frame.with_columns(
        pl.when(pl.col("days_apart") >= 0).then(pl.col("days_apart")),
        pl.col("differing", "score", "p_value", "q_value").fill_nan(None),
        pl.lit(None, pl.Boolean).alias("linked"),
    )


def step_of(extra: Float[np.ndarray, " N"], people: int) -> Step:
    """One shared factor adds at most log S; the rate is that of unrelated pairs with any."""
    count = max(len(extra), 1)
    return Step(
        size=float(np.log(max(people, 2))), rate=(1 + int((extra > 0).sum())) / (1 + count)
    )


def distance_scores(
    table: AlleleTable,
    evidence: Evidence,
    days: Float[np.ndarray, "S S"],
    unrelated: Bool[np.ndarray, "S S"],
    rules: BondRules,
) -> Float[np.ndarray, "S S"]:
    """(S, S) part of the score that looks at distance.

    NaN where nothing could be compared, all NaN without unrelated pairs.
    """
    compared = table.compared.astype(float)
    gap = np.nan_to_num(days, nan=0.0)
    apart = distances(table, evidence.weights)
    if rules.lot_is_common_source:
        return np.asarray(lot_scores(apart, compared, gap, rules))
    upper = np.triu(unrelated, 1)
    background = background_of(apart[upper], compared[upper])
    if background is None:
        return np.full(apart.shape, np.nan)
    return np.asarray(link_scores(apart, compared, gap, background, rules))


def _passings(
    compared: Int[np.ndarray, " N"],
    apart: Float[np.ndarray, " N"],
    days: Float[np.ndarray, " N"],
    rules: BondRules,
) -> dict[str, list[float | None]]:
    """Passings between the two of each pair; null without a clock or a rate of passing."""
    count = len(apart)
    if not (rules.clock_per_site_year and rules.passings_per_year and count):
        return {"transmissions": [None] * count, "at_most_one": [None] * count}
    length = float(np.median(compared[compared > 0])) if (compared > 0).any() else 1.0
    rate = rules.clock_per_site_year * length
    clock = Clock(rate=rate, spread=rate * rules.clock_spread)
    gap = np.nan_to_num(days, nan=0.0) / YEAR_D
    scaled = apart * length / np.maximum(compared, 1)
    often = rules.passings_per_year
    told = compared > 0
    found = (
        expected_transmissions(scaled, gap, clock, often),
        chance_of_at_most(1, scaled, gap, clock, often),
    )
    return {
        name: [float(one) if known else None for one, known in zip(values, told, strict=True)]
        for name, values in zip(("transmissions", "at_most_one"), found, strict=True)
    }


def days_apart(people: Sequence[Person]) -> Float[np.ndarray, "S S"]:
    """(S, S) days between the samples; NaN where a day is not known."""
    day = np.array([one.taken.toordinal() if one.taken else np.nan for one in people])
    gap: Float[np.ndarray, "S S"] = np.abs(day[:, None] - day[None])
    return gap


def judged_bonds(
    pairs: pl.DataFrame, rules: BondRules
) -> tuple[pl.DataFrame, tuple[Undecided, ...]]:
    """BONDS with q_value and linked, over all strata, and what could not be decided.

    A pair is linked when its q-value keeps the level, and its own chance to be unrelated is
    at most one in five (Efron 2007): the last calls that a rate allows are mostly wrong.
    """
    pairs = pairs.sort("a", "b", "stratum")
    p = pairs["p_value"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    unrelated = pairs[UNRELATED].to_numpy().astype(bool)
    family = families_of(unrelated, (pairs["contact"] != "").to_numpy())
    q, local = q_values(p, family), local_values(p, family)
    judged = pairs.with_columns(pl.Series("q_value", q).fill_nan(None)).with_columns(
        (
            (pl.col("q_value") <= rules.alpha) & pl.Series(np.nan_to_num(local, nan=1) <= LOCAL)
        ).alias("linked")
    )
    judged = judged.with_columns(
        pl.when(pl.col("q_value").is_not_null()).then(pl.col("linked"))
    )
    judged = _beside(judged, rules)
    limit = largest_called(p[~unrelated], q[~unrelated], rules.alpha)
    undecided = [*_without_yardstick(judged, limit), *_strangers(judged)]
    return frame_of(BONDS, judged.to_dicts()), tuple(undecided)


def _beside(judged: pl.DataFrame, rules: BondRules) -> pl.DataFrame:
    """What is said of links alone: direction, group, and how firmly both are in it."""
    groups = clusters(judged, alpha=rules.alpha)
    rows = judged.select("a", "b", "linked", "p_direction").rows()
    told = [(a, b, chance) if linked else None for a, b, linked, chance in rows]
    return judged.with_columns(
        pl.Series("direction", [one and verdict_of(one[2]) for one in told], pl.String),
        pl.Series("cluster", [one and groups.of[one[0]] for one in told], pl.Int64),
        pl.Series("stability", [one and groups.support[one[:2]] for one in told], pl.Float64),
    )


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
    """Unrelated pairs are the yardstick; measured by themselves few can stand out."""
    count = pairs.filter(pl.col(UNRELATED)).height
    others = pairs.filter(~pl.col(UNRELATED) & (pl.col("contact") == "")).height
    if not count or 10 * others >= count:  # a place tells apart who may have met
        return []
    return [
        Undecided(
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


def _kinds(a: Person, b: Person, contacts: Contacts) -> str:
    pair = sorted((a.participant, b.participant))
    return ", ".join(contacts.get((pair[0], pair[1]), ()))
