"""What each setting does for one person: the frontier of benefit and side effect."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.dosing.target_attainment import Advice

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """What each of K settings does, for one person.

    benefit, low, high  (K,) mean benefit and its 5 % and 95 % limits over draws
    harm, harm_low, harm_high (K,) probability of the side effect at its worst time, and
                        limits of what it may be for this very person
    harm_bound          (K,) harm with the margin of counting draws: what the limit is held to;
                        None where nothing was counted
    mean_harm           (K,) mean over times
    utility, utility_low, utility_high (K,)
    allowed             (K,) all limits are kept; why (K,) which is not, "" where allowed
    present             setting that the person has now, None where none is known
    carried             probability of the side effect that what is in the body gives already
                        and no setting could avoid, where it passes the limit; harm is then
                        that from the next dose on. None where it keeps the limit
    words               the choice and its neighbours, explained
    ask                 two allowed settings whose comparison would tell most about what this
                        person likes; None where fewer than two are allowed
    """

    settings: Array
    benefit: Array
    low: Array
    high: Array
    harm: Array
    harm_low: Array
    harm_high: Array
    mean_harm: Array
    utility: Array
    utility_low: Array
    utility_high: Array
    allowed: NDArray[np.bool_]
    why: tuple[str, ...]
    advice: Advice
    harm_bound: Array | None = None
    present: float | None = None
    carried: float | None = None
    words: str = ""
    ask: tuple[float, float] | None = None

    @property
    def held_to(self) -> Array:
        """(K,) the probability that limits and certificates are held to."""
        return self.harm if self.harm_bound is None else self.harm_bound

    @property
    def chosen(self) -> int | None:
        """Place of the recommended setting; None where there is none."""
        if self.advice.dose is None:
            return None
        return int(np.argmin(np.abs(self.settings - self.advice.dose)))
