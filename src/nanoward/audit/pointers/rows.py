"""Rows repeated between people, and people too near the centre of all values (inliers)."""

import numpy as np
from jaxtyping import Bool, Float

from nanoward.maths.statistics.chi_square import chi_square_tail

INLIER = 0.02  # share of honest rows that lie as near to the centre
LEAST = 3  # values in a row before its repetition, or its nearness, says anything


def repeated_rows(rows: Float[np.ndarray, "N K"]) -> Bool[np.ndarray, " N"]:
    """Rows whose values all stand in another row too; rows with fewer than 3 values never.

    Innocent causes: one sample entered under two visits, scores with few values, limits of
    detection that fill the row.
    """
    count, values = rows.shape
    if values < LEAST or not count:
        return np.zeros(count, dtype=bool)
    full = np.isfinite(rows).all(1) & (np.ptp(rows, axis=1) > 0)
    _, group, sizes = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    told: Bool[np.ndarray, " N"] = full & (sizes[group.reshape(-1)] > 1)
    return told


def centre_distances(rows: Float[np.ndarray, "N K"]) -> Float[np.ndarray, " N"]:
    """Squared Mahalanobis distance from the median, NaN where a value is missing.

    Scale and correlation come from the middle half of the rows (by a first distance), made
    consistent for normal values, so that a few odd rows do not hide themselves.
    """
    full = np.isfinite(rows).all(1)
    told = np.full(len(rows), np.nan)
    inner = rows[full]
    count, values = inner.shape
    if count < 5 * values:
        return told
    from_centre = inner - np.median(inner, axis=0)
    covariance = np.cov(from_centre, rowvar=False).reshape(values, values)
    if np.linalg.matrix_rank(covariance) < values:
        return told
    squares = _squares(from_centre, covariance)
    typical = float(np.median(squares))
    told[full] = squares * _median_of_chi_square(values) / max(typical, 1e-300)
    return told


def inliers(rows: Float[np.ndarray, "N K"], share: float = INLIER) -> Bool[np.ndarray, " N"]:
    """Rows nearer to the centre than `share` of normal ones are.

    Innocent causes: a small homogeneous group, values rounded to a normal value.
    """
    count, values = rows.shape
    if values < LEAST:
        return np.zeros(count, dtype=bool)
    with np.errstate(invalid="ignore"):
        told: Bool[np.ndarray, " N"] = centre_distances(rows) < _low_quantile(values, share)
    return told


def _squares(
    rows: Float[np.ndarray, "N K"], covariance: Float[np.ndarray, "K K"]
) -> Float[np.ndarray, " N"]:
    solved = np.linalg.solve(covariance, rows.T).T
    told: Float[np.ndarray, " N"] = (rows * solved).sum(1)
    return told


def _median_of_chi_square(freedom: int) -> float:
    return _low_quantile(freedom, 0.5)


def _low_quantile(freedom: int, share: float) -> float:
    low, high = 0.0, 10.0 * freedom + 20.0
    for _ in range(60):
        middle = (low + high) / 2
        above = chi_square_tail(middle, freedom) > 1 - share
        low, high = (middle, high) if above else (low, middle)
    return high
