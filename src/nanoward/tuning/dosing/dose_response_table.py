"""What every dose that may be given would do to one person's exposure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.dosing.target_attainment import Target

Array = NDArray[np.float64]
MOST = 61  # doses that are kept: more cannot be told apart in a picture


def dose_response_rows(
    participant: str, target: Target, per_dose: Array, chosen: float | None
) -> tuple[dict[str, Any], ...]:
    """Rows of base/tables OUTLOOK.

    per_dose  (D,) steady exposure to one unit of dose, draws of the person's posterior
    chosen    the recommended dose; None where none is
    """
    doses = target.doses()
    place = None if chosen is None else int(np.argmin(np.abs(doses - chosen)))
    kept = _kept(len(doses), place)
    exposure = doses[kept, None] * per_dose[None, :]
    low, middle, high = np.quantile(exposure, [0.05, 0.5, 0.95], axis=1)
    within = np.mean((exposure >= target.low) & (exposure <= target.high), axis=1)
    names = {} if place is None else {place: "chosen", place - 1: "lower", place + 1: "higher"}
    return tuple(
        {
            "participant": participant,
            "setting": float(doses[at]),
            "unit": target.dose_unit,
            "expected": float(middle[row]),
            "low": float(low[row]),
            "high": float(high[row]),
            "within": float(within[row]),
            "place": names.get(int(at), ""),
        }
        for row, at in enumerate(kept)
    )


def _kept(count: int, place: int | None) -> NDArray[np.intp]:
    """Places of at most MOST doses, evenly over all, with the chosen one and its neighbours."""
    even = set(np.linspace(0, count - 1, min(count, MOST - 3)).round().astype(int).tolist())
    if place is not None:
        even |= {one for one in (place - 1, place, place + 1) if 0 <= one < count}
    return np.array(sorted(even), np.intp)
