"""What every clock promises."""

from datetime import UTC

from nanoward.ports.clock import Clock


class ClockConformance:
    """Subclass and give `make()`."""

    def make(self) -> Clock:
        raise NotImplementedError

    def test_the_moment_is_in_utc(self) -> None:
        assert self.make().now().tzinfo is UTC

    def test_monotonic_time_never_goes_back(self) -> None:
        clock = self.make()
        seen = [clock.monotonic() for _ in range(1000)]
        assert seen == sorted(seen)
