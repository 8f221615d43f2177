"""Who belongs together: groups of linked people, and how sure that is."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
    place = {name: k for k, name in enumerate(found.redrawn.people)}
    members = defaultdict(list)
    for name, group in found.of.items():
        members[group].append(name)
    weakest: dict[int, float] = defaultdict(lambda: 1.0)
    for (a, _), share in found.support.items():
        weakest[found.of[a]] = min(weakest[found.of[a]], share)
    sizes = _sizes(found.redrawn)
    linked = bonds.filter(pl.col("linked"))
    links = Counter(found.of[a] for a in linked["a"].to_list())
    rows = []
    for group in sorted(members):
        people = sorted(members[group])
        of = np.array([place[name] for name in people], np.int64)
        together = _together(of, found.redrawn, sizes)
        shares = together.kept
        low, high = np.quantile(shares, [0.025, 0.975]) if len(shares) else (None, None)
        if len(people) == 2:  # they are together or not: limits of a share say nothing
            low = high = None
        rows.append(
            {
                "cluster": group,
                "people": people,
                "links": links[group],
                "recovered": float(np.mean(together.likeness)) if len(shares) else 1.0,
                "low": low,
                "high": high,
                "weakest": weakest[group],
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
        for x, i in enumerate(of[:-1].tolist()):
            rest = of[x + 1 :]
            both = redrawn.drawn[:, i, None] & redrawn.drawn[:, rest]
            same = both & (redrawn.group[:, i, None] == redrawn.group[:, rest])
            count, of_these = both.sum(axis=0), same.sum(axis=0)
            shares = np.where(count > 0, of_these / np.maximum(count, 1), 1.0)
            for j, share in zip(rest.tolist(), shares.tolist(), strict=True):
                found[people[i], people[j]] = share
    return found


class _Together(NamedTuple):
    """Of redraws with two or more of a group: likeness to a new group, share kept together."""

    likeness: Float[np.ndarray, " D"]
    kept: Float[np.ndarray, " D"]


def _sizes(redrawn: BootstrapClusters) -> Int[np.ndarray, "D P"]:
    """(D, P) how many people each new group has, at the number of the group."""
    draws, count = redrawn.group.shape
    own = redrawn.group >= 0
    code = (np.arange(draws)[:, None] * count + redrawn.group)[own]
    return np.bincount(code, minlength=draws * count).reshape(draws, count)


def _together(
    of: Int[np.ndarray, " M"], redrawn: BootstrapClusters, sizes: Int[np.ndarray, "D P"]
) -> _Together:
    """What became of a group in each redraw.

    likeness  largest Jaccard index of its drawn people with a new group
    kept      share of its drawn people that are in the largest part of what is left of it
    """
    groups = np.where(redrawn.drawn[:, of], redrawn.group[:, of], -1)
    here = (groups >= 0).sum(axis=1)
    several = here > 1
    groups, here, sizes = groups[several], here[several], sizes[several]
    rising = np.sort(groups, axis=1)
    first = np.ones(rising.shape, bool)
    first[:, 1:] = rising[:, 1:] != rising[:, :-1]
    part = np.cumsum(first.ravel()) - 1  # each run of equal numbers of one redraw
    count = np.bincount(part)[part].reshape(rising.shape)
    size = np.take_along_axis(sizes, np.maximum(rising, 0), axis=1)
    either = np.maximum(here[:, None] + size - count, 1)
    alike = np.where(rising >= 0, count / either, 0.0)
    kept = np.where(rising >= 0, count, 0).max(axis=1, initial=0) / here
    return _Together(alike.max(axis=1, initial=0.0), kept)


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
