"""Who belongs together: groups of linked people, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.base.tables import BOND_GROUPS
from nanoward.maths.frames import frame_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """Linked people.

    of         person to the number of the group, from 1, largest first; nobody alone is in one
    support    (a, b) to the share of redraws in which both are in one group, among those in
               which both were drawn, for pairs in one
    redrawn    people in order, and their groups in each redraw
    """

    of: Mapping[str, int]
    support: Mapping[tuple[str, str], float]
    redrawn: "BootstrapClusters"


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapClusters:
    """Group of each of P people in each of D redraws, -1 where not drawn; who was drawn."""

    people: tuple[str, ...]
    group: Int[np.ndarray, "D P"]
    drawn: Bool[np.ndarray, "D P"]


def clusters(
    bonds: pl.DataFrame, *, alpha: float = 0.05, draws: int = 200, seed: int = 7
) -> Clusters:
    """Connected people, and how often they stay so when people and links are drawn anew.

    In each redraw as many people as there are come with replacement (Snijders & Borgatti
    1999), so that a third are missing and with them all that hung on them, and a link falls
    with chance sqrt(q alpha): with alpha where q is at the level (so many of the links called
    there are false), never where q is 0. What holds together through one person or one weak
    link alone is so shown.
    """
    linked = bonds.filter(pl.col("linked")).sort("a", "b", "stratum")
    people = sorted({*linked["a"], *linked["b"]})
    place = {name: k for k, name in enumerate(people)}
    pairs = np.array([(place[a], place[b]) for a, b in linked.select("a", "b").rows()])
    pairs = pairs.reshape(-1, 2).astype(np.int64)
    label = _components(pairs, len(people))
    order = _largest_first(label)
    number = np.array([order[int(one)] for one in label], np.int64)
    doubt = np.minimum(np.sqrt(linked["q_value"].to_numpy() * alpha), 0.5)
    redrawn = _redrawn(pairs, doubt, people, draws, np.random.default_rng(seed))
    members = {k: np.flatnonzero(number == k) for k in sorted(set(number.tolist()))}
    return Clusters(
        of={name: int(number[k]) for name, k in place.items()},
        support=_support(members, people, redrawn),
        redrawn=redrawn,
    )


def group_table(bonds: pl.DataFrame, *, alpha: float = 0.05, draws: int = 200) -> pl.DataFrame:
    """BOND_GROUPS: each group of linked people, and how firm it is.

    `recovered` is its mean Jaccard likeness to the nearest redrawn group (Hennig 2007 Comput
    Stat Data Anal 52:258: below 0.6 do not trust it, from 0.85 on it is firm).
    """
    found = clusters(bonds, alpha=alpha, draws=draws)
    linked = bonds.filter(pl.col("linked"))
    links = [found.of[a] for a in linked["a"].to_list()]
    rows = []
    for group in sorted(set(found.of.values())):
        people = sorted(name for name, of in found.of.items() if of == group)
        of = np.array([found.redrawn.people.index(name) for name in people], np.int64)
        shares = _kept_together(of, found.redrawn)
        low, high = np.quantile(shares, [0.025, 0.975]) if len(shares) else (None, None)
        if len(people) == 2:  # they are together or not: limits of a share say nothing
            low = high = None
        rows.append(
            {
                "cluster": group,
                "people": people,
                "links": links.count(group),
                "recovered": _likeness(of, found.redrawn),
                "low": low,
                "high": high,
                "weakest": min(
                    share for (a, _), share in found.support.items() if found.of[a] == group
                ),
            }
        )
    return frame_of(BOND_GROUPS, rows)


def _redrawn(
    pairs: Int[np.ndarray, "L 2"],
    doubt: Float[np.ndarray, " L"],
    people: Sequence[str],
    draws: int,
    chance: np.random.Generator,
) -> BootstrapClusters:
    count = len(people)
    group = np.full((draws, count), -1, np.int64)
    drawn = np.zeros((draws, count), bool)
    for draw in range(draws):
        drawn[draw, chance.integers(0, count, count)] = True
        kept = chance.random(len(pairs)) >= doubt
        kept &= drawn[draw][pairs].all(axis=1)
        group[draw] = np.where(drawn[draw], _components(pairs[kept], count), -1)
    return BootstrapClusters(people=tuple(people), group=group, drawn=drawn)


def _support(
    members: Mapping[int, Int[np.ndarray, " M"]],
    people: Sequence[str],
    redrawn: BootstrapClusters,
) -> dict[tuple[str, str], float]:
    found = {}
    for of in members.values():
        for x, i in enumerate(of.tolist()):
            for j in of[x + 1 :].tolist():
                both = redrawn.drawn[:, i] & redrawn.drawn[:, j]
                same = redrawn.group[both, i] == redrawn.group[both, j]
                found[people[i], people[j]] = float(same.mean()) if len(same) else 1.0
    return found


def _likeness(of: Int[np.ndarray, " M"], redrawn: BootstrapClusters) -> float:
    """Mean over redraws of the largest Jaccard index of its drawn people with a new group."""
    found = []
    for group, drawn in zip(redrawn.group, redrawn.drawn, strict=True):
        here = of[drawn[of]]
        if len(here) > 1:
            parts, counts = np.unique(group[here], return_counts=True)
            sizes = np.array([(group == part).sum() for part in parts])
            found.append(float((counts / (len(here) + sizes - counts)).max()))
    return float(np.mean(found)) if found else 1.0


def _kept_together(
    of: Int[np.ndarray, " M"], redrawn: BootstrapClusters
) -> Float[np.ndarray, " D"]:
    """Share of its drawn people that are in the largest part of what is left of the group."""
    found = []
    for group, drawn in zip(redrawn.group, redrawn.drawn, strict=True):
        here = of[drawn[of]]
        if len(here) > 1:
            found.append(np.unique(group[here], return_counts=True)[1].max() / len(here))
    return np.array(found, float)


def _components(pairs: Int[np.ndarray, "L 2"], count: int) -> Int[np.ndarray, " P"]:
    """Least member of each person's connected component."""
    label = np.arange(count)
    for _ in range(count):
        least = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        before = label.copy()
        np.minimum.at(label, pairs[:, 0], least)
        np.minimum.at(label, pairs[:, 1], least)
        if np.array_equal(before, label):
            break
    return label


def _largest_first(label: Int[np.ndarray, " P"]) -> dict[int, int]:
    values, counts = np.unique(label, return_counts=True)
    order = sorted(zip(-counts, values, strict=True))
    return {int(value): number for number, (_, value) in enumerate(order, start=1)}
