"""Measuring what each step of a round costs, and hearing why it was computed."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, runtime_checkable


@runtime_checkable
class Meter(Protocol):
    """Takes down steps as they are made. No answer depends on it."""

    def step(self, label: str) -> AbstractContextManager[None]:
        """`with meter.step("typing samples"): ...` measures what is done within."""
        ...

    def recall(self, what: str, why: str) -> None:
        """Within a step: a piece of work was recalled (why is "") or computed, and why."""
        ...


class NoMeter:
    """Measures nothing."""

    def step(self, label: str) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()

    def recall(self, what: str, why: str) -> None:  # noqa: ARG002
        return None
