"""Which detection belongs to which track: the global nearest neighbour, solved by clusters."""

import numpy as np
from jaxtyping import Float, Int

_FEW = 200  # pairs that are looked through without building a graph


def assigned(
    pairs: Int[np.ndarray, "C 2"], gains: Float[np.ndarray, " C"]
) -> Int[np.ndarray, "A 2"]:
    """The pairs whose gains have the greatest sum, each track and each detection once.

    gains  above 0: what a pair adds over leaving both alone
    A pair that nobody else wants is taken at once; the others are solved a cluster at a time
    (Crouse 2016, by scipy).
    """
    count = len(pairs)
    if count < 2:
        return pairs.copy()
    if count < _FEW:
        tracks, dets = pairs[:, 0].tolist(), pairs[:, 1].tolist()
        if len(set(tracks)) == count and len(set(dets)) == count:
            return pairs.copy()
        if len(set(tracks)) == 1 or len(set(dets)) == 1:
            return pairs[[int(gains.argmax())]].copy()
    found = _clusters(pairs, gains)
    return np.array(sorted(found, key=lambda one: one[1]), np.int64).reshape(-1, 2)


def _clusters(pairs: np.ndarray, gains: np.ndarray) -> list[tuple[int, int]]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    tracks, t = np.unique(pairs[:, 0], return_inverse=True)
    dets, d = np.unique(pairs[:, 1], return_inverse=True)
    size = len(tracks) + len(dets)
    graph = coo_array((np.ones(len(t)), (t, d + len(tracks))), shape=(size, size))
    label = connected_components(graph, directed=False)[1][t]
    order = np.argsort(label, kind="stable")
    found: list[tuple[int, int]] = []
    for group in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        if len(group) == 1:
            found.append((int(pairs[group[0], 0]), int(pairs[group[0], 1])))
        else:
            found += [
                (int(tracks[one]), int(dets[other]))
                for one, other in _solved(t[group], d[group], gains[group])
            ]
    return found


def _solved(t: np.ndarray, d: np.ndarray, gains: np.ndarray) -> list[tuple[int, int]]:
    """Best pairs of one cluster; each track may stay alone, at no gain."""
    from scipy.optimize import linear_sum_assignment

    rows, r = np.unique(t, return_inverse=True)
    columns, c = np.unique(d, return_inverse=True)
    cost = np.zeros((len(rows), len(columns) + len(rows)))
    cost[r, c] = -gains
    return [
        (int(rows[one]), int(columns[other]))
        for one, other in zip(*linear_sum_assignment(cost), strict=True)
        if other < len(columns) and cost[one, other] < 0
    ]
