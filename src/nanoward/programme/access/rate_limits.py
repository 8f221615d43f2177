"""How often somebody may knock: a bucket that fills as time goes by (token bucket).

Pure: the moment comes in. What stops, leaves or speaks a concern is never counted.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """At most `burst` at once, and `per_minute` in the long run."""

    burst: int
    per_minute: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What is left, at which second of a clock that never goes back."""

    left: float
    at_s: float


ACCOUNT: Final = RateLimit(burst=600, per_minute=600.0)
SESSION: Final = RateLimit(burst=400, per_minute=400.0)
NETWORK: Final = RateLimit(burst=120, per_minute=120.0)  # of those who are not signed in


def taken(bucket: Bucket | None, limit: RateLimit, now_s: float) -> tuple[Bucket, float]:
    """One knock: the bucket afterwards, and the seconds to wait; 0 where it may come in."""
    rate = limit.per_minute / 60.0
    before = bucket or Bucket(left=float(limit.burst), at_s=now_s)
    gone = max(0.0, now_s - before.at_s)
    left = min(float(limit.burst), before.left + gone * rate)
    if left < 1.0:
        return Bucket(left=left, at_s=now_s), (1.0 - left) / rate
    return Bucket(left=left - 1.0, at_s=now_s), 0.0
