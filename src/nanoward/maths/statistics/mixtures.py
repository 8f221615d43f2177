"""Mixtures of multivariate t densities: points drawn, densities, and a fit to points.

The fit is the expectation-maximisation of Cappé, Douc, Guillin, Marin & Robert (2008, Stat
Comput 18:447, section 4: mixtures of t).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEAST_SHARE = 0.01  # of all points, below which a component goes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """K components in P dimensions.

    shares   (K,) that add to 1
    centres  (K, P)
    factors  (K, P, P) lower triangular, scale matrix = factor factor'
    freedom  (K,) degrees of freedom; inf for a normal component
    """

    shares: Array
    centres: Array
    factors: Array
    freedom: Array

    def drawn(self, count: int, chance: np.random.Generator) -> Array:
        """(count, P); of each component as many as its share, rounded without bias."""
        places = (np.arange(count) + chance.random()) / count
        ends = np.searchsorted(places, np.cumsum(self.shares)[:-1])
        normal = chance.standard_normal((count, self.centres.shape[1]))
        parts = []
        for k, own in enumerate(np.split(normal, ends)):
            freedom, away = self.freedom[k], own
            if np.isfinite(freedom):
                spread = chance.chisquare(freedom, len(own)) / freedom
                away = own / np.sqrt(spread)[:, None]
            parts.append(self.centres[k] + away @ self.factors[k].T)
        return np.concatenate(parts)

    def logs(self, points: Array) -> Array:
        """(N,) logarithm of the density at points (N, P)."""
        return log_sum(self.each(points)[0])

    def each(self, points: Array) -> tuple[Array, Array]:
        """(N, K) logarithm of share x density, and squared distance in each one's scale."""
        size = points.shape[1]
        logs = np.empty((len(points), len(self.shares)))
        square = np.empty_like(logs)
        for k, (share, freedom) in enumerate(zip(self.shares, self.freedom, strict=True)):
            factor = self.factors[k]
            away = (points - self.centres[k]) @ np.linalg.inv(factor).T
            square[:, k] = np.einsum("np,np->n", away, away)
            whole = math.log(share) - float(np.log(np.diag(factor)).sum())
            if np.isfinite(freedom):
                whole += math.lgamma(0.5 * (freedom + size)) - math.lgamma(0.5 * freedom)
                whole -= 0.5 * size * math.log(freedom * math.pi)
                power = 0.5 * (freedom + size)
                logs[:, k] = whole - power * np.log1p(square[:, k] / freedom)
            else:
                logs[:, k] = whole - 0.5 * size * math.log(2 * math.pi) - 0.5 * square[:, k]
        return logs, square

    def with_one(self, centre: Array, factor: Array, share: float, freedom: float) -> "Mixture":
        """One component more, of this share; the others keep theirs to each other."""
        return Mixture(
            shares=np.append(self.shares * (1.0 - share), share),
            centres=np.vstack([self.centres, centre]),
            factors=np.concatenate([self.factors, factor[None]]),
            freedom=np.append(self.freedom, freedom),
        )


def log_sum(logs: Array) -> Array:
    """(N,) logarithm of the sum of exponentials over the columns of logs (N, K)."""
    if logs.shape[1] == 1:
        return logs[:, 0]
    highest = logs.max(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = highest + np.log(np.exp(logs - highest[:, None]).sum(axis=1))
    return np.where(np.isfinite(highest), found, highest)


def moments(points: Array) -> tuple[Array, Array]:
    """Mean (P,) and covariance (P, P) of points (N, P)."""
    centre = points.mean(axis=0)
    away = points - centre
    return centre, np.einsum("np,nq->pq", away, away) / len(points)


def fitted(start: Mixture, points: Array, counted: float, turns: int = 4) -> Mixture:
    """The mixture fitted to points (N, P) in `turns` of expectation-maximisation.

    counted  how many independent points these are worth: the fewer of a component, the less
             its scale matrix leaves the start's
    """
    size, now = points.shape[1], start
    for _ in range(turns):
        logs, square = now.each(points)
        chances = np.exp(logs - log_sum(logs)[:, None])
        shares = chances.mean(axis=0)
        centres, factors = now.centres.copy(), now.factors.copy()
        for k, share in enumerate(shares):
            known = share * counted
            if known < 2.0:
                continue
            near = chances[:, k]
            if np.isfinite(now.freedom[k]):
                near = near * (now.freedom[k] + size) / (now.freedom[k] + square[:, k])
            centres[k] = np.einsum("n,np->p", near, points) / near.sum()
            away = points - centres[k]
            spread = np.einsum("n,np,nq->pq", near, away, away, optimize=False)
            old = factors[k] @ factors[k].T
            spread = known * spread / (share * len(points)) + 2.0 * size * old
            spread = spread / (known + 2.0 * size) + 1e-9 * np.diag(np.diag(old))
            factors[k] = np.linalg.cholesky(spread)
        kept = shares >= min(LEAST_SHARE, shares.max())
        now = Mixture(
            shares=shares[kept] / shares[kept].sum(),
            centres=centres[kept],
            factors=factors[kept],
            freedom=now.freedom[kept],
        )
    return now
