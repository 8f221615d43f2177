"""What a watch is held by: stated before the data come, and written on the ledger."""

from dataclasses import dataclass

# bets on a rank fall as these powers of it: in the first, second and later periods of a stake
CONFORMAL_EXPONENTS = (1.0, 1.5, 2.0)
FITTED_RISES = (4.0, 16.0)  # alternatives of the fitted half: the rate times so much


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRules:
    """How a programme watches.

    run_length  periods that pass on average until a false alarm of the whole programme
    margin      how many times that the threshold of the summed evidence is: with 2 the
                conformal half alone spends a quarter of the false alarms that are promised, and
                the fitted half may alarm three times as often as its model says
    period      days from one observation to the next, 7 or 1
    base        periods of the past that a new one is ranked among
    guard       latest periods left out of it, lest a slow rise hides itself
    least       periods that a stream needs before it is judged at all
    fitted_least  periods that the fitted half needs
    refit       periods for which a null model stands
    memory      periods after which evidence is dropped: a slow drift is no incident
    allowance   standard errors of its log rate that the fitted half's null stands above it
    cap         most that one period may multiply the fitted half's evidence by
    seed        of the draws that break ties among past periods
    """

    run_length: float = 500.0
    margin: float = 2.0
    period: int = 7
    base: int = 260
    guard: int = 2
    least: int = 13
    fitted_least: int = 26
    refit: int = 13
    memory: int = 16
    allowance: float = 0.25
    cap: float = 1e5
    seed: int = 7

    @property
    def threshold(self) -> float:
        """What alarms when the evidence of all streams reaches it."""
        return self.run_length * self.margin

    @property
    def year(self) -> float:
        """Periods in a year."""
        return 365.25 / self.period

    @property
    def chains(self) -> int:
        """Running sums of evidence that a stream has: one of ranks, one a fitted rise."""
        return 1 + len(FITTED_RISES)
