"""What every runner promises."""

import os

import pytest

from nanoward.ports.runner import Runner


def squared(number: int) -> int:
    """Work for the suite."""
    return number * number


def refused(number: int) -> int:
    """Work of which two items fail."""
    if number in (7, 3):
        raise ValueError(f"item {number}")
    return number


def process_of(_: int) -> int:
    """Which process did the work."""
    return os.getpid()


class RunnerConformance:
    """Subclass and give `make()`."""

    def make(self) -> Runner:
        raise NotImplementedError

    @pytest.mark.parametrize("count", [0, 1, 3, 100])
    def test_answers_come_in_the_order_of_the_items(self, count: int) -> None:
        items = list(range(count, 0, -1))
        assert self.make().map(squared, items) == [item * item for item in items]

    def test_each_finished_item_is_told(self) -> None:
        told: list[int] = []
        self.make().map(squared, list(range(20)), step=told.append)
        assert sum(told) == 20

    def test_the_first_failure_in_order_of_items_is_raised(self) -> None:
        with pytest.raises(ValueError, match="item 3"):
            self.make().map(refused, list(range(20)))
