"""How many times the agent passed on between two samples, and whether somebody is missing.

Stimson et al. 2019 Mol Biol Evol 36:587 in closed form. Two genomes N differences apart,
sampled a gap g apart, on a clock of rate l: with a flat prior, the time t between them along
the tree has density l^(N+1) t^N exp(-l t) / Gamma(N+1, l g) for t >= g. Passings come at rate
b along it, so that given t their number K is Poisson(b t).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import gammaincc, gammaincinv, gammaln

from nanoward.base.errors import UsageError

DRAWS = 8  # equally likely clock rates over which is averaged


class ClockError(UsageError):
    """A clock or a rate of passing that cannot be."""

    code = "BND-010"
    next_step = "Give rates above 0, and a spread of 0 or more."


@dataclass(frozen=True, slots=True, kw_only=True)
class MolecularClock:
    """Differences per genome and year: mean, and standard deviation of what we know of it."""

    rate: float
    spread: float = 0.0

    def __post_init__(self) -> None:
        if not (self.rate > 0 and self.spread >= 0):
            raise ClockError(f"a clock of rate {self.rate:g} and spread {self.spread:g}")

    def draws(self) -> Float[np.ndarray, " D"]:
        """Equally likely rates: midpoints of the quantiles of a gamma law."""
        if self.spread == 0:
            return np.array([self.rate])
        shape = (self.rate / self.spread) ** 2
        middle = (np.arange(DRAWS) + 0.5) / DRAWS
        return np.asarray(gammaincinv(shape, middle) * (self.rate / shape), float)


def expected_transmissions(
    differing: Float[np.ndarray, " N"],
    gap_years: Float[np.ndarray, " N"],
    clock: MolecularClock,
    passings_per_year: float,
) -> Float[np.ndarray, " N"]:
    """(N,) expected number of passings between two samples.

    E[K] = (b / l) (N + 1) Q(N + 2, l g) / Q(N + 1, l g), Q the upper incomplete gamma ratio,
    averaged over the clock's draws. Equal inputs are computed once.
    """
    _check(passings_per_year)
    cases, back = _cases(differing, gap_years)
    total = np.zeros(len(cases))
    for rate in clock.draws():
        far = rate * cases[:, 1]
        above = gammaincc(cases[:, 0] + 2, far) / np.maximum(
            gammaincc(cases[:, 0] + 1, far), 1e-300
        )
        # far beyond what the differences explain, all of the time is the gap itself
        above = np.maximum(above, far / (cases[:, 0] + 1))
        total += passings_per_year / rate * (cases[:, 0] + 1) * above
    mean: Float[np.ndarray, " N"] = (total / len(clock.draws()))[back]
    return mean


def chance_of_at_most(
    most: int,
    differing: Float[np.ndarray, " N"],
    gap_years: Float[np.ndarray, " N"],
    clock: MolecularClock,
    passings_per_year: float,
) -> Float[np.ndarray, " N"]:
    """(N,) probability of at most `most` passings between two samples.

    P(K = k) = b^k l^(N+1) Gamma(N+k+1, (l+b) g) / (k! (l+b)^(N+k+1) Gamma(N+1, l g)).
    Of two people, K <= 1 says that no third stands between them.
    """
    _check(passings_per_year)
    cases, back = _cases(differing, gap_years)
    total = np.zeros(len(cases))
    for rate in clock.draws():
        total += _at_most(most, cases[:, 0], cases[:, 1], float(rate), passings_per_year)
    mean: Float[np.ndarray, " N"] = (total / len(clock.draws()))[back]
    return np.asarray(np.minimum(mean, 1.0), float)


def _at_most(
    most: int,
    differing: Float[np.ndarray, " N"],
    gap: Float[np.ndarray, " N"],
    rate: float,
    passing: float,
) -> Float[np.ndarray, " N"]:
    both = rate + passing
    under = np.log(np.maximum(gammaincc(differing + 1, rate * gap), 1e-300))
    total = np.zeros(len(differing))
    for k in range(most + 1):
        ways = gammaln(differing + k + 1) - gammaln(differing + 1) - gammaln(k + 1)
        odds = k * np.log(passing / both) + (differing + 1) * np.log(rate / both)
        over = np.log(np.maximum(gammaincc(differing + k + 1, both * gap), 1e-300))
        total += np.exp(ways + odds + over - under)
    return total


def _cases(
    differing: Float[np.ndarray, " N"], gap_years: Float[np.ndarray, " N"]
) -> tuple[Float[np.ndarray, "U 2"], Float[np.ndarray, " N"]]:
    """Different (differences, gap), gaps as they are, and where each pair stands among them."""
    joint = differing.astype(float) + 1j * gap_years.astype(float)
    found, back = np.unique(joint, return_inverse=True)
    return np.column_stack([found.real, found.imag]), back.reshape(-1)


def _check(passings_per_year: float) -> None:
    if not passings_per_year > 0:
        raise ClockError(f"{passings_per_year:g} passings a year")
