"""What one person's observations say: the individual estimate, and why to doubt it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
AMBIGUOUS = 4.6  # of -2 ln posterior: an end that is a tenth as likely is told
ODD = 1e-3  # prior or residual probability below which a fit conflicts with its model


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What one person's observations say.

    eta          (P,) posterior mode, in the order of `model.random`
    covariance   (P, P) of the posterior near the mode (Laplace)
    parameters   individual values by name
    objective    minus twice the log of the marginal likelihood (Laplace), NONMEM's constant
    predicted    (T,) at the observations
    observations used
    converged    False: do not use; `reason` says why
    prior_tail   probability, under the population, of etas at least as far out (chi-squared)
    residual_tail probability of residuals at least as odd (residual_tests.py)
    odd_record    the record that is oddest, as text
    next_end      how much higher, in -2 ln posterior, the next lowest end of the searches lies
    on_kink       the minimum lies where a dose enters just as a sample is taken
    """

    eta: Array
    covariance: Array
    parameters: dict[str, float]
    objective: float
    predicted: Array
    observations: int
    converged: bool
    steps: int
    reason: str = ""
    prior_tail: float = 1.0
    residual_tail: float = 1.0
    odd_record: str = ""
    next_end: float = float("inf")
    on_kink: bool = False

    @property
    def ambiguity(self) -> str:
        """Why the most likely values are not the only ones to believe in; "" when they are."""
        if not self.converged:
            return ""
        if self.next_end < AMBIGUOUS:
            return (
                "searches from different starts disagree: other values explain the "
                f"observations almost as well (-2 ln likelihood {self.next_end:.2g} higher)"
            )
        if self.on_kink:
            return (
                "the most likely values lie on a kink: a dose enters or ends just as a sample "
                "is taken, so that the spread holds on one side only"
            )
        return ""

    @property
    def conflict(self) -> str:
        """Why data and population do not fit together; "" when they do."""
        if self.prior_tail < ODD:
            return (
                f"the person lies outside the population (p = {self.prior_tail:.1g} for etas "
                "this far out)"
            )
        if self.residual_tail < ODD:
            return (
                "the observations scatter more about the fit than the model allows "
                f"(p = {self.residual_tail:.1g}"
                + (f"; the oddest is {self.odd_record})" if self.odd_record else ")")
            )
        return ""
