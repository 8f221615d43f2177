"""What every progress display promises."""

import pytest

from nanoward.ports.progress import Progress


class ProgressConformance:
    """Subclass and give `make()`."""

    def make(self) -> Progress:
        raise NotImplementedError

    def test_steps_are_taken_one_by_one_or_many_at_once(self) -> None:
        with self.make()("typing", 10) as step:
            step(1)
            step(9)

    def test_nothing_to_do_is_no_trouble(self) -> None:
        with self.make()("typing", 0):
            pass

    def test_a_fault_in_the_work_is_not_swallowed(self) -> None:
        with pytest.raises(KeyError), self.make()("typing", 1):
            raise KeyError("work")
