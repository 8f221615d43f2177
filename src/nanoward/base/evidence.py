"""Grades of evidence: measured, inferred, guessed; a derived number has the worst of all.

The grade is counted from where a number comes from, never stated by whoever shows it: an input
has the grade that the plan gives it (measured where it says nothing), a step that is a model
makes it inferred at best, and everything that rests on it follows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MEASURED, INFERRED, GUESSED = "measured", "inferred", "guessed"
GRADES = (MEASURED, INFERRED, GUESSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStep:
    """What a table or number was made from, and the best grade that its making allows."""

    inputs: tuple[str, ...] = ()
    at_best: str = MEASURED


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What everything was made from: name to step. A name without a step is an input.

    A name is a table, TABLE.COLUMN where a column was made from less or more than its table
    (a column without a step of its own was made from the table), or an input.

    stated  grade of inputs that are not measured
    """

    steps: Mapping[str, EvidenceStep] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)

    def grade(self, name: str) -> str:
        """The grade of a name: the worst of what it rests on, and of its making."""
        return worst(
            grade
            for one in self.rests_on(name)
            for grade in (self.stated.get(one, MEASURED), self.step(one).at_best)
        )

    def step(self, name: str) -> EvidenceStep:
        """How a name was made; nothing and measured for an input."""
        found = self.steps.get(name)
        if found is not None:
            return found
        table = name.partition(".")[0]
        whole = table != name and table in self.steps
        return EvidenceStep(inputs=(table,)) if whole else EvidenceStep()

    def rests_on(self, name: str) -> tuple[str, ...]:
        """The name and everything behind it, each once, the nearest first."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            one = waiting.pop(0)
            if one not in found:
                found[one] = None
                waiting += self.step(one).inputs
        return tuple(found)

    def inputs(self, name: str) -> tuple[str, ...]:
        """What a name rests on in the end: those behind it that were made from nothing."""
        return tuple(one for one in self.rests_on(name) if not self.step(one).inputs)

    def guesses(self, name: str) -> tuple[str, ...]:
        """What is guessed behind a name; none where it may be acted on as it is."""
        return tuple(
            one
            for one in self.rests_on(name)
            if GUESSED in (self.stated.get(one), self.step(one).at_best)
        )


def worst(grades: Iterable[str]) -> str:
    """The worst of some grades; measured where there is none."""
    return max(grades, key=GRADES.index, default=MEASURED)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedNumber:
    """A number of a pack: its name, its value, where it comes from, and what that makes it."""

    name: str
    value: float
    inputs: tuple[str, ...]
    grade: str


def graded(
    values: Mapping[str, tuple[float, tuple[str, ...]]], lineage: Lineage
) -> tuple[GradedNumber, ...]:
    """Numbers by name with their grades; each value with the names of what it was made from."""
    return tuple(
        GradedNumber(
            name=name, value=value, inputs=inputs,
            grade=worst(lineage.grade(one) for one in inputs),
        )
        for name, (value, inputs) in values.items()
    )  # fmt: skip
