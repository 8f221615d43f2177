"""A quick tree of samples, and how often each allele arose on it."""

import numpy as np
from jaxtyping import Bool, Float, Int

NOT, HAS = 1, 2


def average_tree(apart: Float[np.ndarray, "S S"]) -> Int[np.ndarray, "M 2"]:
    """(S - 1, 2) nodes joined, in order: 0 to S - 1 are samples, S + k the k-th join.

    Average linkage (Sokal & Michener 1958). Good enough to count origins with: a wrong join
    of equals costs no step.
    """
    from scipy.cluster.hierarchy import average
    from scipy.spatial.distance import squareform

    if len(apart) < 2:
        return np.zeros((0, 2), np.int64)
    even = (apart + apart.T) / 2
    np.fill_diagonal(even, 0.0)
    joins: Int[np.ndarray, "M 2"] = average(squareform(even))[:, :2].astype(np.int64)
    return joins


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
