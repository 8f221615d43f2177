"""Cumulative incidence with delayed entry and competing events (Aalen and Johansen 1978).

People come under observation late (left truncation) and leave by one of several causes. At risk
at t is whoever entered before t and has not left before t: who enters and leaves in one period
is not at risk in it. Crude shares of events are wrong in both directions (Meister and Schaefer
2008, Reprod Toxicol 26:31).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

FEWEST = 10  # at risk, before an early event counts where it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeIncidence:
    """Probability of having left by each cause, by time.

    times     (T,) moments at which anybody left by a cause
    at_risk   (T,) people at risk there
    events    (K, T) who left, by cause
    share     (K, T) cumulative incidence, 0 to 1
    variance  (K, T) of `share`, by Greenwood's recursion for the product integral
              (Andersen, Borgan, Gill and Keiding 1993, IV.4)
    """

    times: Float[np.ndarray, " T"]
    at_risk: Int[np.ndarray, " T"]
    events: Int[np.ndarray, "K T"]
    share: Float[np.ndarray, "K T"]
    variance: Float[np.ndarray, "K T"]

    def last(self, cause: int) -> float:
        """The incidence of a cause (0-based) at the end; NaN where nobody left."""
        return float(self.share[cause, -1]) if self.times.size else float("nan")

    def limits(self, cause: int, sds: float = 1.959964) -> tuple[float, float]:
        """Limits at the end, so many standard deviations out, within 0 and 1."""
        if not self.times.size:
            return float("nan"), float("nan")
        half = sds * float(np.sqrt(max(self.variance[cause, -1], 0.0)))
        return max(0.0, self.last(cause) - half), min(1.0, self.last(cause) + half)


def cumulative_incidence(
    entry: Float[np.ndarray, " P"],
    exit_: Float[np.ndarray, " P"],
    cause: Int[np.ndarray, " P"],
    causes: int,
) -> CumulativeIncidence:
    """The Aalen-Johansen estimate; cause 0 is still under observation, 1 to `causes` count."""
    kept = entry < exit_
    entry, exit_, cause = entry[kept], exit_[kept], cause[kept]
    times = np.unique(exit_[cause > 0])
    entered, left = np.sort(entry), np.sort(exit_)
    at_risk = np.searchsorted(entered, times) - np.searchsorted(left, times)
    events = np.zeros((causes, times.size), dtype=np.int64)
    place = np.searchsorted(times, exit_[cause > 0])
    np.add.at(events, (cause[cause > 0] - 1, place), 1)
    share, variance = _product_integral(events, at_risk)
    return CumulativeIncidence(
        times=times, at_risk=at_risk, events=events, share=share, variance=variance
    )


def _product_integral(
    events: Int[np.ndarray, "K T"], at_risk: Int[np.ndarray, " T"]
) -> tuple[Float[np.ndarray, "K T"], Float[np.ndarray, "K T"]]:
    """State 0 is "not yet"; the covariance of all states goes along."""
    causes, times = events.shape
    state = np.zeros(causes + 1)
    state[0] = 1.0
    covariance = np.zeros((causes + 1, causes + 1))
    share, variance = np.zeros((causes, times)), np.zeros((causes, times))
    for t in range(times):
        step = np.concatenate(([-events[:, t].sum()], events[:, t])) / at_risk[t]
        move = np.eye(causes + 1)
        move[0] += step
        rates = np.zeros_like(covariance)
        rates[1:, 1:] = np.diag(step[1:]) - np.outer(step[1:], step[1:])
        rates[0, 1:] = rates[1:, 0] = -rates[1:, 1:].sum(axis=0)
        rates[0, 0] = rates[1:, 1:].sum()
        covariance = move.T @ covariance @ move + state[0] ** 2 * rates / at_risk[t]
        state = state @ move
        share[:, t], variance[:, t] = state[1:], np.diag(covariance)[1:]
    return share, variance


def postponed(
    entry: Float[np.ndarray, " P"],
    exit_: Float[np.ndarray, " P"],
    cause: Int[np.ndarray, " P"],
    fewest: int = FEWEST,
) -> Float[np.ndarray, " P"]:
    """Ends with events among fewer than `fewest` at risk, moved to when there are enough.

    An early event in a risk set of two is half of everybody; moved on, it counts among those
    who were seen (Rousson 2018). Where there are never enough, nothing is moved.
    """
    moments = np.unique(exit_[cause > 0])
    for moment in moments:
        at_risk = (entry < moment) & (exit_ >= moment)
        early = (cause > 0) & (exit_ < moment) & (entry < exit_)
        if int((at_risk | early).sum()) >= fewest:
            return np.where(early, moment, exit_)
    return exit_.copy()


def without_early(
    entry: Float[np.ndarray, " P"],
    exit_: Float[np.ndarray, " P"],
    cause: Int[np.ndarray, " P"],
    fewest: int = FEWEST,
) -> Int[np.ndarray, " P"]:
    """Causes, with events among fewer than `fewest` at risk left out: never shown alone."""
    moved = postponed(entry, exit_, cause, fewest)
    return np.where(moved != exit_, 0, cause)
