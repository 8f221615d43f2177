"""The rules that decide standings, as the plan's [clearance] section states them.

```toml
[clearance]
grading = "5.0"               # CTCAE version: "4.03", "5.0" or "6.0"
vital_signs = "count"         # "show": grades of vital signs are told, but hold nobody
consent = "recorded"          # "elsewhere": kept outside these records, not asked for here
hold_grade = 3                # a laboratory grade that holds a person
recall_grade = 4              # a laboratory grade that calls a person back
window_days = 28              # how far back `worst_grade` looks
medical_weeks = 2             # weeks without a visit, laboratory or vital signs that hold
psychological_weeks = 2       # weeks without a questionnaire that hold; by default only
                              # where the programme keeps any
hold_event = "severe"         # severity of an ongoing emergent event that holds
recall_event = "life-threatening"
critical_tests = ["ALT", ...] # a result of these that cannot be graded holds
urgent_items = ["PHQ909"]     # questionnaire items: any answer above 0 holds at once
hold_scores = { PHQ9TOT = 20 }  # questionnaire totals that hold
weekly = ["medical", "psychological"]  # assessments that are due every seven days
scales = ["PHQ9TOT", "GAD7TOT", "VOLTOT", "NPTOT"]  # weekly scores watched for a change
control_arms = ["Placebo"]    # whose weeks give the norms of the scales
goals = "GOAL"                # items that begin so are goals; the first answers are kept
load = "AGENTLD"              # laboratory test that tells the agent's load
powers = { p01 = ["employer"] } # who holds power over a person (employer, commander, landlord)
lodging = { p01 = "house 2" }   # where people live together
[[clearance.stopping]]        # any number of them; see stopping_rules.py
```

Grade 3 is "severe" and grade 4 "life-threatening" in CTCAE (NCI 2017, p. 2). PHQ-9 item 9
asks for thoughts of death; a total of 20 or more is severe depression (Kroenke, Spitzer and
Williams 2001, J Gen Intern Med 16:606). Two weeks are one missed weekly assessment. A limit
of 0 weeks means that such an assessment is not asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nanoward.base.errors import InputError, UsageError
from nanoward.base.near_misses import nearest
from nanoward.base.plan_keys.keys import plan_keys, stated, worked_out
from nanoward.clearance.grading.published_table import graded_versions
from nanoward.clearance.grading.table_versions import table_of_version
from nanoward.clearance.grading.vital_signs import vitals_of_version
from nanoward.clearance.policy.stopping_rules import SEVERITIES, PlannedStop, planned_stop
from nanoward.clearance.sdtm.test_terms import UNGRADED

CRITICAL_TESTS = (
    "ALT",
    "AST",
    "BILI",
    "CREAT",
    "K",
    "SODIUM",
    "CA",
    "GLUC",
    "HGB",
    "PLAT",
    "NEUT",
    "WBC",
)


class BadClearanceRuleError(InputError):
    """The plan's [clearance] section states a rule that cannot be followed."""

    code = "CLR-001"
    next_step = "Correct the key in the [clearance] section of programme.toml."


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of clearance, as [clearance] states them; the top of this file has an example.

    grading              version of CTCAE by which results are graded
    vital_signs          "show": grades of vital signs are told, but hold nobody
    consent              "elsewhere": kept outside these records, and not asked for here
    hold_grade           laboratory grade that holds a person. Source: CTCAE 5.0, NCI 2017, p. 2
    recall_grade         laboratory grade that calls a person back. Source: CTCAE 5.0, p. 2
    window_days          [d] how far back the worst grade is looked for
    medical_weeks        [weeks] without a visit, laboratory or vital signs that hold; 0: none
                         of these is asked for
    psychological_weeks  [weeks] without a questionnaire that hold; by default only where the
                         programme keeps any; 0: none is asked for
    hold_event           severity of an ongoing emergent event that holds
    recall_event         severity of one that calls back
    critical_tests       laboratory tests of which a result that cannot be graded holds
    urgent_items         questionnaire items of which any answer above 0 holds at once.
                         Source: PHQ-9 item 9 asks for thoughts of death
    hold_scores          questionnaire totals that hold. Source: Kroenke, Spitzer and Williams
                         2001, J Gen Intern Med 16:606
    weekly               assessments that are due every seven days: medical, psychological
    scales               weekly scores that are watched for a change
    control_arms         arms whose weeks give the norms of the scales
    goals                items that begin so are goals; the first answers are kept
    load                 laboratory test that tells the agent's load
    powers               who holds power over a person (employer, commander, landlord)
    lodging              where people live together, by participant
    stopping             stopping rules
    """

    grading: str = stated("5.0", choices=graded_versions)
    vital_signs: str = stated("count", choices=("count", "show"))
    consent: str = stated("recorded", choices=("recorded", "elsewhere"))
    hold_grade: int = stated(3, low=1, high=5)
    recall_grade: int = stated(4, low=1, high=5)
    window_days: int = stated(28, low=1, high=3660)
    medical_weeks: int = stated(2, low=0, high=520)
    psychological_weeks: int = stated(2, low=0, high=520, silent="2 where any is kept, else 0")
    hold_event: str = stated("severe", choices=SEVERITIES)
    recall_event: str = stated("life-threatening", choices=SEVERITIES)
    critical_tests: tuple[str, ...] = CRITICAL_TESTS
    urgent_items: tuple[str, ...] = stated(
        ("PHQ909",), silent='["PHQ909"] where anybody is asked it; stated: it is due'
    )
    hold_scores: Mapping[str, float] = stated(
        factory=lambda: {"PHQ9TOT": 20.0},
        silent="{ PHQ9TOT = 20 } where anybody has it; stated: it is due",
    )
    weekly: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    control_arms: tuple[str, ...] = ()
    goals: str = ""
    load: str = ""
    powers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lodging: Mapping[str, str] = field(default_factory=dict)
    stopping: tuple[PlannedStop, ...] = ()
    stated: tuple[str, ...] = worked_out(())  # the keys that the plan itself states

    @property
    def standing_lasts(self) -> timedelta:
        """How long a standing opens what starts or raises: the shortest assessment interval.

        Where no assessment is asked for, it is the days that results are looked back on.
        """
        weeks = [one for one in (self.medical_weeks, self.psychological_weeks) if one > 0]
        return timedelta(weeks=min(weeks)) if weeks else timedelta(days=self.window_days)


_KEYS = {one.name: one for one in plan_keys(Policy)}
_RANGES = {
    name: (int(one.low), int(one.high))
    for name, one in _KEYS.items()
    if one.low is not None and one.high is not None
}
_KINDS = ("medical", "psychological")


def policy_of(section: Mapping[str, Any], *, file: str = "programme.toml") -> Policy:
    """The [clearance] section as a Policy; BadClearanceRuleError names the key at fault."""
    for key in section:
        if key not in _KEYS:
            raise _fault(key, f"unknown rule; known are {', '.join(sorted(_KEYS))}", file)
    given = {key: _checked(key, value, file) for key, value in section.items()}
    policy = Policy(**given, stated=tuple(sorted(given)))
    _refuse_unknown_tests(policy, file)
    if policy.recall_grade < policy.hold_grade:
        raise _fault(
            "recall_grade",
            f"{policy.recall_grade} is below hold_grade {policy.hold_grade}",
            file,
        )
    if SEVERITIES.index(policy.recall_event) < SEVERITIES.index(policy.hold_event):
        raise _fault(
            "recall_event",
            f"{policy.recall_event!r} is milder than hold_event {policy.hold_event!r}",
            file,
        )
    return policy


def _refuse_unknown_tests(policy: Policy, file: str) -> None:
    """A critical test that no table grades and no list names would never be looked at."""
    known = {*UNGRADED, *vitals_of_version(policy.grading).by_test}
    for version in ("4.03", "5.0", "6.0"):
        known |= {*table_of_version(version).by_test, *table_of_version(version).left_out}
    for code in policy.critical_tests:
        if code not in known:
            near = nearest(code, known)
            meant = f"; is {near} meant?" if near else ""
            raise _fault("critical_tests", f"{code!r} is no test that is known{meant}", file)


def _checked(key: str, value: Any, file: str) -> Any:
    choices = _KEYS[key].may_be()
    if choices:
        if value not in choices:
            raise _fault(key, f"{value!r} is none of {', '.join(choices)}", file)
        return value
    if key in _RANGES:
        low, high = _RANGES[key]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _fault(key, f"{value!r} is no whole number from {low} to {high}", file)
        return value
    if key in _READ:
        return _READ[key](key, value, file)
    if not _are_texts(value):
        raise _fault(key, f"{value!r} is no list of codes", file)
    if key == "weekly" and not set(value) <= set(_KINDS):
        raise _fault(key, f"{value!r} names another kind than {', '.join(_KINDS)}", file)
    return tuple(value)


def _text(key: str, value: Any, file: str) -> str:
    if not isinstance(value, str):
        raise _fault(key, f"{value!r} is no text", file)
    return value


def _of_people(key: str, value: Any, file: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _fault(key, f"{value!r} is no table by participant", file)
    if key == "lodging":
        if not all(isinstance(where, str) for where in value.values()):
            raise _fault(key, "names no text for a participant", file)
        return {str(who): where for who, where in value.items()}
    if not all(_are_texts(names) for names in value.values()):
        raise _fault(key, "names no list for a participant", file)
    return {str(who): tuple(names) for who, names in value.items()}


def _are_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _planned_stops(key: str, value: Any, file: str) -> tuple[PlannedStop, ...]:
    return tuple(_each_stop(key, value, file))


def _each_stop(key: str, value: Any, file: str) -> Iterator[PlannedStop]:
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise _fault(key, "is no list of tables", file)
    names = [one.get("name") for one in value]
    for place, section in enumerate(value):
        try:
            found = planned_stop(section)
        except (UsageError, TypeError, ValueError) as fault:
            told = getattr(fault, "message", str(fault))
            raise _fault(key, f"rule {place + 1}: {told}", file) from None
        if names.index(found.name) != place:
            raise _fault(key, f"two rules are named {found.name!r}", file)
        yield found


def _scores(key: str, value: Any, file: str) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise _fault(key, f"{value!r} is no table of code = score", file)
    for code, score in value.items():
        if isinstance(score, bool) or not isinstance(score, int | float):
            raise _fault(key, f"{code} = {score!r} is no number", file)
    return {str(code): float(score) for code, score in value.items()}


def _fault(key: str, message: str, file: str) -> BadClearanceRuleError:
    return BadClearanceRuleError(f"[clearance] {key}: {message}", file=file, column=key)


_READ: Mapping[str, Callable[[str, Any, str], Any]] = {
    "hold_scores": _scores,
    "powers": _of_people,
    "lodging": _of_people,
    "stopping": _planned_stops,
    "goals": _text,
    "load": _text,
}
