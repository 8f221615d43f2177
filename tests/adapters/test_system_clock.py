from nanoward.adapters.system_clock import SystemClock
from nanoward.ports.clock import Clock
from nanoward.testing.conformance import ClockConformance


class TestSystemClock(ClockConformance):
    def make(self) -> Clock:
        return SystemClock()
