"""Who belongs together: clusters of linked people, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """Linked people.

    of       person to the number of the cluster, from 1, largest first; nobody alone is in one
    support  (a, b) to the share of draws in which both are in one cluster, for pairs in one
    """

    of: Mapping[str, int]
    support: Mapping[tuple[str, str], float]


def clusters(
    bonds: pl.DataFrame, *, alpha: float = 0.05, draws: int = 200, seed: int = 7
) -> Clusters:
    """Connected people, and how often they stay so when the links are drawn anew.

    In each draw a link falls with chance sqrt(q alpha): with alpha where q is at the level
    (so many of the links called there are false), never where q is 0. What holds together
    through one weak link alone is so shown.
    """
    linked = bonds.filter(pl.col("linked")).sort("a", "b", "stratum")
    people = sorted({*linked["a"], *linked["b"]})
    place = {name: k for k, name in enumerate(people)}
    pairs = np.array([(place[a], place[b]) for a, b in linked.select("a", "b").rows()])
    pairs = pairs.reshape(-1, 2).astype(np.int64)
    doubt = np.minimum(np.sqrt(linked["q_value"].to_numpy() * alpha), 0.5)
    label = _components(pairs, len(people))
    order = _largest_first(label)
    chance = np.random.default_rng(seed)
    inside = [
        (i, j) for i in range(len(people)) for j in range(i + 1, len(people))
        if label[i] == label[j]
    ]  # fmt: skip
    together = np.zeros(len(inside))
    rows = np.array(inside).reshape(-1, 2).astype(np.int64)
    for _ in range(draws):
        drawn = _components(pairs[chance.random(len(pairs)) >= doubt], len(people))
        together += drawn[rows[:, 0]] == drawn[rows[:, 1]]
    return Clusters(
        of={name: order[int(label[k])] for name, k in place.items()},
        support={
            (people[i], people[j]): float(share)
            for (i, j), share in zip(inside, together / max(draws, 1), strict=True)
        },
    )


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
