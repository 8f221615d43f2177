"""Telling a waiting person how far long work has come."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

Step = Callable[[int], None]  # call with the number of items just finished


@runtime_checkable
class Progress(Protocol):
    """Shows a label and how many of a total are done."""

    def __call__(self, label: str, total: int) -> AbstractContextManager[Step]:
        """`with progress("typing samples", 300) as step: ... step(1)`."""
        ...
