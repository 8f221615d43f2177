"""Telling a waiting person how far long work has come, and what it cost."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

Step = Callable[[int], None]  # call with the number of items just finished


@runtime_checkable
class Progress(Protocol):
    """Shows a label and how many of a total are done."""

    def __call__(self, label: str, total: int) -> AbstractContextManager[Step]:
        """`with progress("typing samples", 300) as step: ... step(1)`."""
        ...


@dataclass(slots=True, kw_only=True)
class MeasuredStep:
    """One step of a round.

    cpu_s     processor seconds of this process and of workers that ended, s
    wall_s    s
    peak_mb   most memory that the process held within the step, MB
    computed, recalled  pieces of work, each with why it was computed
    """

    label: str
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_mb: float = 0.0
    computed: list[tuple[str, str]] = field(default_factory=list)
    recalled: list[str] = field(default_factory=list)

    @property
    def why(self) -> str:
        """Why it was computed, in a few words; "" where nothing was."""
        reasons: dict[str, list[str]] = {}
        for what, why in self.computed:
            reasons.setdefault(why, []).append(what)
        told = [
            f"{what[0]}{f' and {len(what) - 1} more' if what[1:] else ''}: {why}"
            for why, what in reasons.items()
        ]
        return "; ".join(told) or ("from an earlier round" if self.recalled else "")


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
