"""Within a half-day: who is seen by whom in which quarter of an hour, so that all end early.

The time-forward rule: at each quarter, free staff of the scarcest kind take the waiting person
with most work left; of many runs with a little noise the shortest counts. Steps come in any
order, but payment is last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

PAYMENT = "payment"
RUNS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is done with one person: by which staff, for how many quarters."""

    person: str
    staff: str
    quarters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A step with the quarter in which it begins."""

    step: Step
    begins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfDayOrder:
    """All slots of a half-day, and the quarters that it takes."""

    slots: tuple[Slot, ...]
    quarters: int
    least: int  # no order takes fewer

    @property
    def is_best(self) -> bool:
        """Whether the bound proves that no order is shorter."""
        return self.quarters == self.least


def half_day_order(
    steps: Sequence[Step], staff: Mapping[str, int], rng: np.random.Generator,
    *, runs: int = RUNS,
) -> HalfDayOrder:  # fmt: skip
    """The shortest of so many runs of the time-forward rule.

    staff  kind to how many there are
    """
    least = shortest_possible(steps, staff)
    best: tuple[Slot, ...] = ()
    length = 0
    for run in range(runs):
        noise = 0.0 if run == 0 else 1.0
        slots = _run(steps, staff, rng, noise)
        ends = max((one.begins + one.step.quarters for one in slots), default=0)
        if run == 0 or ends < length:
            best, length = slots, ends
        if length == least:
            break
    return HalfDayOrder(slots=best, quarters=length, least=least)


def shortest_possible(steps: Sequence[Step], staff: Mapping[str, int]) -> int:
    """A bound: the longest person, and the work of each kind of staff over its number."""
    people: dict[str, int] = {}
    work: dict[str, int] = {}
    for one in steps:
        people[one.person] = people.get(one.person, 0) + one.quarters
        work[one.staff] = work.get(one.staff, 0) + one.quarters
    by_staff = (-(-quarters // staff[kind]) for kind, quarters in work.items())
    return max(*people.values(), *by_staff, 0) if people else 0


class _Shift:
    """A half-day as it is filled, quarter by quarter."""

    def __init__(self, steps: Sequence[Step], staff: Mapping[str, int]) -> None:
        self.staff = staff
        self.todo: dict[str, list[Step]] = {}
        self.work: dict[str, int] = dict.fromkeys(staff, 0)
        for one in steps:
            self.todo.setdefault(one.person, []).append(one)
            self.work[one.staff] += one.quarters
        self.left = {who: sum(one.quarters for one in many) for who, many in self.todo.items()}
        self.free_at = dict.fromkeys(self.todo, 0)  # quarter from which a person is free
        self.busy = {kind: [0] * count for kind, count in staff.items()}
        self.slots: list[Slot] = []

    def fill(self, quarter: int, rng: np.random.Generator, noise: float) -> None:
        """Free staff, the scarcest kind first, take the waiting people with most work left."""
        scarce = sorted(self.work, key=lambda one: -self.work[one] / max(1, self.staff[one]))
        for kind in scarce:
            for place, until in enumerate(self.busy[kind]):
                if until <= quarter and not self._take(kind, place, quarter, rng, noise):
                    break

    def _take(
        self, kind: str, place: int, quarter: int, rng: np.random.Generator, noise: float
    ) -> bool:
        ready = self._ready(kind, quarter)
        if not ready:
            return False
        keys = [self.left[one.person] + noise * rng.random() * 2 for one in ready]
        step = ready[int(np.argmax(keys))]
        self.todo[step.person].remove(step)
        self.left[step.person] -= step.quarters
        self.work[kind] -= step.quarters
        ends = quarter + step.quarters
        self.free_at[step.person] = self.busy[kind][place] = ends
        self.slots.append(Slot(step=step, begins=quarter))
        return True

    def _ready(self, kind: str, quarter: int) -> list[Step]:
        return [
            step
            for who, many in self.todo.items()
            if self.free_at[who] <= quarter
            for step in many
            if step.staff == kind and (kind != PAYMENT or len(many) == 1)
        ]


def _run(
    steps: Sequence[Step], staff: Mapping[str, int], rng: np.random.Generator, noise: float
) -> tuple[Slot, ...]:
    shift = _Shift(steps, staff)
    quarter = 0
    while any(shift.todo.values()):
        shift.fill(quarter, rng, noise)
        quarter += 1
    return tuple(shift.slots)
