"""How things move: the modes of an interacting multiple model, and when a track counts.

Every mode is linear in position and velocity (m, m/s), so that one kernel serves all: still,
constant velocity at two strengths of white acceleration, and coordinated turns to either side
at a known rate (Blom & Bar-Shalom 1988; Li & Jilkov 2003).
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

STILL, STRAIGHT, TURN = 0.0, 1.0, 2.0
STILL_SPEED = 0.2  # standard deviation of a velocity component of what is still, m/s


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionModel:
    """Modes of motion.

    kinds         (M,) STILL, STRAIGHT or TURN
    acceleration  (M,) spectral density of white acceleration, m**2/s**3; of a still mode, of
                  its position, m**2/s
    turn_rates    (M,) rad/s, positive to the left; 0 unless TURN
    shares        (M,) share of time in each mode
    dwell_s       (M,) mean time in each mode until one is drawn anew, s
    speed         standard deviation of each velocity component of what is new, m/s
    ahead         share of the acceleration that is left over minutes: a tracker must follow
                  each swerve at once, and further ahead swerves cancel
    """

    kinds: tuple[float, ...]
    acceleration: tuple[float, ...]
    turn_rates: tuple[float, ...]
    shares: tuple[float, ...]
    dwell_s: tuple[float, ...]
    speed: float
    ahead: float = 1.0

    def __post_init__(self) -> None:
        if not math.isclose(sum(self.shares), 1.0, abs_tol=1e-6) or not min(self.dwell_s) > 0:
            raise ValueError(f"shares {self.shares} of modes are not a distribution")

    @property
    def table(self) -> Float[np.ndarray, "M 5"]:
        """Kind, acceleration, turn rate, share and mean time of each mode, for the kernel."""
        return np.column_stack(
            [self.kinds, self.acceleration, self.turn_rates, self.shares, self.dwell_s]
        )


SHIP = MotionModel(
    kinds=(STILL, STRAIGHT, STRAIGHT, TURN, TURN),
    acceleration=(0.01, 0.01, 2.3, 0.28, 0.28),
    turn_rates=(0.0, 0.0, 0.0, math.radians(2.0), math.radians(-2.0)),
    shares=(0.3, 0.4, 0.1, 0.1, 0.1),
    dwell_s=(2000.0, 300.0, 20.0, 20.0, 20.0),
    speed=8.0,
    ahead=0.1,
)
AIRCRAFT = MotionModel(
    kinds=(STRAIGHT, STRAIGHT, TURN, TURN),
    acceleration=(0.2, 10.0, 1.0, 1.0),
    turn_rates=(0.0, 0.0, math.radians(2.0), math.radians(-2.0)),
    shares=(0.6, 0.1, 0.15, 0.15),
    dwell_s=(120.0, 20.0, 40.0, 40.0),
    speed=150.0,
)
DRONE = MotionModel(
    kinds=(STILL, STRAIGHT, STRAIGHT, TURN, TURN),
    acceleration=(0.2, 0.2, 4.0, 0.5, 0.5),
    turn_rates=(0.0, 0.0, 0.0, math.radians(15.0), math.radians(-15.0)),
    shares=(0.1, 0.6, 0.1, 0.1, 0.1),
    dwell_s=(60.0, 60.0, 10.0, 10.0, 10.0),
    speed=20.0,
)
MODELS = {"ship": SHIP, "aircraft": AIRCRAFT, "drone": DRONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRules:
    """When detections belong to a track, and when a track counts.

    gate        squared Mahalanobis distance of position within which a detection may belong
    run_length  scans that pass on average until a false track is confirmed
    coast_s     time without a detection after which a track ends, s
    drop        natural logarithm that a track's likelihood ratio may fall before it ends
    lag_s       how late a detection may come and still be taken in its order, s
    """

    gate: float = 25.0
    run_length: float = 100_000.0
    coast_s: float = 900.0
    drop: float = 9.5
    lag_s: float = 0.0
