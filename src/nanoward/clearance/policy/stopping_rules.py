"""A stopping rule as the plan states it: which event, in whom, counted how long.

```toml
[[clearance.stopping]]
name = "severe events"
event = "severe"         # a severity, "serious", "discontinued", or "grade 3"
by = "programme"         # or "site", "lot", "setting"
window_days = 28         # after the first dose; who has no event yet waits that long
risk = 0.1               # acceptable risk of the event
people = 40              # that the rule is designed for, in each group
alpha = 0.05
family = "pocock"        # see `nanoward kinds`; and the family's numbers: delta, against, prior
```
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nanoward.base.errors import UsageError
from nanoward.base.plan_keys.keys import stated
from nanoward.clearance.policy.stopping_family import FAMILIES

Group = Literal["programme", "site", "lot", "setting"]
GROUPS = ("programme", "site", "lot", "setting")
SEVERITIES = ("mild", "moderate", "severe", "life-threatening", "fatal")
EVENTS = (*SEVERITIES, "serious", "discontinued", "grade 1", "grade 2", "grade 3", "grade 4")
_FAMILY = ("family", "delta", "against", "prior")


class BadPlannedStopError(UsageError):
    """A stopping rule of the plan cannot be followed."""

    code = "CLR-035"
    next_step = "Give name, event, risk and people; see docs/reference/programme.md."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    """One rule; the numbers of its family are judged where it is designed.

    name         of the rule
    event        a severity, "serious", "discontinued", or "grade 1" to "grade 4"
    risk         acceptable risk of the event
    people       that the rule is designed for, in each group
    by           whose events are counted together
    window_days  [d] after the first dose; who has no event yet waits that long
    alpha        chance that the rule stops although the risk is acceptable
    family       of boundaries
    delta        shape of the family wang-tsiatis
    against      risk that must not pass, for sprt
    prior        of the family beta-binomial: its two numbers
    """

    name: str
    event: str = stated(choices=EVENTS)
    risk: float
    people: int = stated(low=1)
    by: Group = "programme"
    window_days: int = stated(28, low=1)
    alpha: float = 0.05
    family: str = stated("pocock", choices=FAMILIES.names)
    delta: float = 0.25
    against: float | None = None
    prior: tuple[float, float] | None = None


def planned_stop(section: Mapping[str, Any]) -> PlannedStop:
    """One table of the plan as a rule; BadPlannedStopError names what is wrong."""
    known = PlannedStop.__dataclass_fields__
    unknown = sorted(set(section) - set(known))
    missing = sorted({"name", "event", "risk", "people"} - set(section))
    if unknown or missing:
        wrong = f"unknown key {unknown[0]!r}" if unknown else f"{missing[0]} is missing"
        raise BadPlannedStopError(f"{wrong}; known are {', '.join(known)}")
    told = dict(section)
    if told.get("prior") is not None:
        told["prior"] = tuple(float(one) for one in told["prior"])
    rule = PlannedStop(**told)
    _check(rule)
    return rule


def _check(rule: PlannedStop) -> None:
    name: object = rule.name
    if not isinstance(name, str) or not name.strip():
        raise BadPlannedStopError("the name is empty or no text")
    for key in ("risk", "alpha", "delta", "against"):
        value: object = getattr(rule, key)
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise BadPlannedStopError(f"{key} = {value!r} is no number")
    for key, words in (("event", EVENTS), ("by", GROUPS)):
        if getattr(rule, key) not in words:
            raise BadPlannedStopError(f"{key} is none of {', '.join(words)}")
    for key in ("people", "window_days"):
        value = getattr(rule, key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise BadPlannedStopError(f"{key} = {value!r} is no whole number above 0")
