"""The machine's clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Time of day in UTC, and a monotonic time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
