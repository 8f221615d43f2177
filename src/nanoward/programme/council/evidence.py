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

    stated  grade of inputs that are not measured
    """

    steps: Mapping[str, EvidenceStep] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)

    def grade(self, name: str) -> str:
        """The grade of a name: the worst of what it rests on, and of its making."""
        return worst(
            grade
            for one in self.rests_on(name)
            for grade in (
                self.stated.get(one, MEASURED),
                self.steps[one].at_best if one in self.steps else MEASURED,
            )
        )

    def rests_on(self, name: str) -> tuple[str, ...]:
        """The name and everything behind it, each once, the nearest first."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            one = waiting.pop(0)
            if one in found:
                continue
            found[one] = None
            waiting += self.steps[one].inputs if one in self.steps else ()
        return tuple(found)


def worst(grades: Iterable[str]) -> str:
    """The worst of some grades; measured where there is none."""
    return max(grades, key=GRADES.index, default=MEASURED)


# tables of a round: what each was made from; a model's answer is inferred at best
TABLE_STEPS: Mapping[str, EvidenceStep] = {
    "grades": EvidenceStep(inputs=("sdtm.LB", "sdtm.VS", "sdtm.EX")),
    "adverse_events": EvidenceStep(inputs=("sdtm.AE", "sdtm.EX")),
    "standings": EvidenceStep(
        inputs=("grades", "adverse_events", "sdtm.DM", "sdtm.DS", "sdtm.EX", "sdtm.QS")
    ),
    "disposition": EvidenceStep(inputs=("sdtm.DM", "sdtm.DS", "adverse_events")),
    "stopping": EvidenceStep(inputs=("adverse_events", "standings")),
    "profiles": EvidenceStep(inputs=("samples", "genomes", "variants", "reference")),
    "bonds": EvidenceStep(inputs=("profiles", "contacts"), at_best=INFERRED),
    "fits": EvidenceStep(inputs=("events",), at_best=INFERRED),
    "recommendations": EvidenceStep(inputs=("fits",), at_best=INFERRED),
    "pregnancies": EvidenceStep(inputs=("pregnancy register",)),
    "pregnancy_outcomes": EvidenceStep(inputs=("pregnancies",), at_best=INFERRED),
    "exposed": EvidenceStep(inputs=("profiles", "bonds", "sdtm.EX")),
    "urgent_reports": EvidenceStep(inputs=("adverse_events", "event register")),
    "messages": EvidenceStep(inputs=("message register",)),
    "findings": EvidenceStep(inputs=("every file",)),
    "visits": EvidenceStep(inputs=("visit register",)),
    "capacity": EvidenceStep(inputs=("visit register",)),
    "pay_totals": EvidenceStep(inputs=("books",)),
    "kills": EvidenceStep(inputs=("lane",)),
    "relay_sites": EvidenceStep(inputs=("message register",)),
}


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
