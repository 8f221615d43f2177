"""Grading rules as data: what a published toxicity table says, one value per row of it.

A rule is a set of steps. Each step compares the result with one threshold (a number, or a
multiple of the upper or lower limit of normal or of the person's own baseline, plus an
offset) and carries the grade that it proves. The grade of a result is the highest grade of
a step that holds. Nothing here belongs to one published table: see ctcae_v4.py, ctcae_v5.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["low", "high"]
Reference = Literal["number", "uln", "lln", "base", "uln and base"]
Comparison = Literal[">", ">=", "<", "<="]
Baseline = Literal["any", "normal", "abnormal", "low", "not low"]

_WORDS = {
    "uln": "upper limit",
    "lln": "lower limit",
    "base": "baseline",
    "uln and base": "upper limit and baseline",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The result proves `grade` where it stands in `comparison` to factor x `of` + `plus`.

    of        "number": the threshold is `factor` itself, in the scale's unit
    plus      added to the threshold, in the scale's unit (haemoglobin: above ULN by 20 g/L)
    baseline  holds only for people whose own baseline is normal, or abnormal (beyond the
              limit of the rule's direction); "low" and "not low" speak of the lower limit
    symptoms  the table asks for symptoms as well, which a laboratory value cannot show
    fasting   holds only for samples that are told to have been taken fasting
    """

    grade: int
    comparison: Comparison
    factor: float
    of: Reference = "number"
    plus: float = 0.0
    baseline: Baseline = "any"
    symptoms: bool = False
    fasting: bool = False

    def told(self, unit: str) -> str:
        """The step in words: "> 3 x upper limit", "< 100 g/L"."""
        if self.of == "number":
            threshold = f"{self.factor:g} {unit}".strip()
        else:
            times = "" if self.factor == 1 else f"{self.factor:g} x "
            threshold = f"{times}{_WORDS[self.of]}"
        added = f" + {self.plus:g} {unit}" if self.plus else ""
        who = "" if self.baseline == "any" else f" (baseline {self.baseline})"
        who += " (fasting)" if self.fasting else ""
        return f"{self.comparison} {threshold}{added}{who}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The steps as printed for one unit; unit "" where every step is a ratio."""

    unit: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One term of a table.

    tests     LBTESTCD codes that it grades
    analyte   name in base.units.ANALYTES, "" where no molar conversion is wanted
    scales    the first is the one that other units are turned into
    citation  where the limits stand
    remark    what a reader of the grade must know
    """

    term: str
    direction: Direction
    tests: tuple[str, ...]
    scales: tuple[Scale, ...]
    citation: str
    analyte: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTable:
    """A published table: its name, version, and one rule per term and direction.

    left_out  test to why the table is known to lack it, where that is not plain
    """

    name: str
    version: str
    citation: str
    rules: tuple[Rule, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    by_test: Mapping[str, tuple[Rule, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        grouped: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            for test in rule.tests:
                grouped[test] = (*grouped.get(test, ()), rule)
        object.__setattr__(self, "by_test", grouped)


def above(
    *limits: float,
    of: Reference = "number",
    baseline: Baseline = "any",
    first: int = 1,
    reaching: bool = False,
    symptoms: bool = False,
) -> tuple[Step, ...]:
    """One step per limit, grades counted from `first`: over 1, over 3, over 5 x ULN ...

    reaching  the first limit is within its grade (>=), as in "1.5 - 3.0 x baseline"
    """
    return tuple(
        Step(
            grade=first + place,
            comparison=">=" if reaching and place == 0 else ">",
            factor=limit,
            of=of,
            baseline=baseline,
            symptoms=symptoms,
        )
        for place, limit in enumerate(limits)
    )


def below(
    *limits: float, of: Reference = "number", first: int = 1, symptoms: bool = False
) -> tuple[Step, ...]:
    """One step per limit, grades counted from `first`: under 3.0, under 2.0 ..."""
    return tuple(
        Step(grade=first + place, comparison="<", factor=limit, of=of, symptoms=symptoms)
        for place, limit in enumerate(limits)
    )
