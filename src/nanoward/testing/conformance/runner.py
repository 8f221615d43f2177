"""What every runner promises."""

import os
import pickle
import signal
import time

import pytest

from nanoward.base.errors import NanowardError
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


def slow_process_of(_: int) -> int:
    """Which process did work that takes its time."""
    time.sleep(0.05)
    return os.getpid()


def long_process_of(_: int) -> int:
    """Which process did work that is more than a piece by itself."""
    time.sleep(0.6)
    return os.getpid()


def deadly(number: int) -> int:
    """Work of which one item ends the process that does it, whenever it is done."""
    time.sleep(0.1)
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def lost(number: int) -> int:
    """What is answered for an item that cannot be done."""
    return -number


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

    def test_what_failed_is_not_tried_again(self) -> None:
        asked: list[int] = []
        with pytest.raises(ValueError, match="item 3"):
            self.make().map(refused, list(range(20)), step=asked.append)
        assert sum(asked) <= 20

    def test_closing_twice_is_harmless(self) -> None:
        runner = self.make()
        runner.map(squared, list(range(20)))
        runner.close()
        runner.close()


class WorkersConformance(RunnerConformance):
    """Of a runner that has other processes: subclass and give `make()`.

    What ends a process is done there: `deadly` would end the tests in this one.
    """

    def test_only_the_item_that_ends_its_process_is_lost(self) -> None:
        told: list[int] = []
        items = list(range(20))
        found = self.make().map(deadly, items, step=told.append, lost=lost)
        assert found == [-one if one == 7 else one for one in items]
        assert sum(told) == 20

    def test_without_an_answer_for_it_the_work_is_refused_by_name(self) -> None:
        with pytest.raises(NanowardError, match="piece 8 of 20"):
            self.make().map(deadly, list(range(20)))

    def test_work_that_cannot_be_carried_is_refused(self) -> None:
        with pytest.raises((pickle.PicklingError, AttributeError)):
            self.make().map(lambda one: slow_process_of(one) + one, list(range(60)))
