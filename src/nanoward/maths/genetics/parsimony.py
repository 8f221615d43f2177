"""A quick tree of samples, and how often each allele arose on it."""

import numpy as np
from jaxtyping import Bool, Float, Int

NOT, HAS = 1, 2


def average_tree(apart: Float[np.ndarray, "S S"]) -> Int[np.ndarray, "M 2"]:
    """(S - 1, 2) nodes joined, in order: 0 to S - 1 are samples, S + k the k-th join.

    Average linkage (Sokal & Michener 1958). Good enough to count origins with: a wrong join
    of equals costs no step.
    """
    samples = len(apart)
    if samples < 2:
        return np.zeros((0, 2), np.int64)
    far = (apart + apart.T) / 2
    np.fill_diagonal(far, np.inf)
    return _numbered(*_chained(far), samples)


def _chained(
    far: Float[np.ndarray, "S S"],
) -> tuple[Int[np.ndarray, "M 2"], Float[np.ndarray, " M"]]:
    """Two places joined at a time (the second stands for both), and how far apart they were.

    By chains of nearest neighbours (Murtagh 1983 Comput J 26:354), in S squared steps. `far`
    is written over; its diagonal is infinite.
    """
    size = np.ones(len(far))
    joins, heights = [], []
    chain: list[int] = []
    for _ in range(len(far) - 1):
        if not chain:
            chain = [int(np.argmax(size > 0))]
        while True:
            here = chain[-1]
            near = int(far[here].argmin())
            if len(chain) > 1 and far[here, chain[-2]] <= far[here, near]:
                near = chain[-2]  # of equals the one it came from: chains end
                break
            chain.append(near)
        del chain[-2:]
        one, other = min(here, near), max(here, near)
        joins.append((one, other))
        heights.append(float(far[one, other]))
        whole = size[one] + size[other]
        mean = (size[one] * far[one] + size[other] * far[other]) / whole
        far[other], far[:, other] = mean, mean
        far[one], far[:, one] = np.inf, np.inf
        far[other, other] = np.inf
        size[other], size[one] = whole, 0.0
    return np.array(joins, np.int64).reshape(-1, 2), np.array(heights, float)


def _numbered(
    joins: Int[np.ndarray, "M 2"], heights: Float[np.ndarray, " M"], samples: int
) -> Int[np.ndarray, "M 2"]:
    """Joins in the order of their heights, by the numbers of the nodes that each joins."""
    node, above = np.arange(samples), np.arange(samples)
    found = np.zeros((len(joins), 2), np.int64)

    def root(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = int(above[place])
        return place

    for k, row in enumerate(np.argsort(heights, kind="stable").tolist()):
        one, other = (root(int(place)) for place in joins[row])
        found[k] = sorted((node[one], node[other]))
        above[one] = other
        node[other] = samples + k
    return found


def origins(
    joins: Int[np.ndarray, "M 2"],
    carried: Bool[np.ndarray, "S K"],
    readable: Bool[np.ndarray, "S K"],
) -> Int[np.ndarray, " K"]:
    """(K,) least number of changes of each of K alleles on the tree (Fitch 1971).

    An unreadable sample may have the allele or not. 0 for an allele that all or none carry.
    """
    sets = np.where(readable, np.where(carried, HAS, NOT), HAS | NOT).astype(np.uint8)
    nodes = [*sets]
    steps = np.zeros(carried.shape[1], np.int64)
    for left, right in joins.tolist():
        both = nodes[left] & nodes[right]
        steps += both == 0
        nodes.append(np.where(both == 0, nodes[left] | nodes[right], both))
    return steps
