"""Knocks counted in the memory of one process; what has not knocked for long is forgotten."""

import threading
from collections.abc import Mapping

from nanoward.programme.access.rate_limits import (
    ACCOUNT,
    NETWORK,
    SESSION,
    Bucket,
    RateLimit,
    taken,
)

MOST = 20_000  # buckets at once
LIMITS: Mapping[str, RateLimit] = {"account": ACCOUNT, "session": SESSION, "network": NETWORK}


class MemoryRates:
    """A bucket for each account, session and network."""

    def __init__(self, limits: Mapping[str, RateLimit] = LIMITS) -> None:
        self._limits, self._turn = limits, threading.Lock()
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def wait_s(self, kind: str, name: str, now_s: float) -> float:
        with self._turn:
            place = (kind, name)
            bucket, wait = taken(self._buckets.pop(place, None), self._limits[kind], now_s)
            self._buckets[place] = bucket  # at the end: the longest silent one goes first
            if len(self._buckets) > MOST:
                del self._buckets[next(iter(self._buckets))]
            return wait
