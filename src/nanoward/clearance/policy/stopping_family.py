"""What a family of stopping rules declares: how strictness is spread over time.

A module of `families` holds one; `nanoward clearance stop --family NAME` and a plan's
`[[clearance.stopping]]` may name it as soon as the file is there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nanoward.base.registry import Registry

if TYPE_CHECKING:  # a list of names needs no numbers
    from nanoward.maths.statistics.stopping import Statistic


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyNumbers:
    """What a family may use of a rule.

    risk     acceptable risk of the event per person, 0 to 1
    most     people that the rule is designed for
    delta    Wang-Tsiatis: 0 late and hard to 0.5 even
    against  a risk that must not be missed; None where none was told
    prior    a and b of a Beta distribution; None where none was told
    """

    risk: float
    most: int
    delta: float = 0.25
    against: float | None = None
    prior: tuple[float, float] | None = None


def nothing_lacks(numbers: FamilyNumbers) -> str:  # noqa: ARG001 - of most families
    """For a family that needs no number of its own."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingFamily:
    """A statistic that grows with the evidence against the acceptable risk.

    name       as it is written in a plan
    meaning    one line for people who choose
    citation   where it stands
    statistic  of a rule's numbers: (people, events) to the evidence, arrays of one shape
    lacks      what a rule of this family needs and was not given, in words; "" for nothing
    """

    name: str
    meaning: str
    citation: str
    statistic: Callable[[FamilyNumbers], "Statistic"]
    lacks: Callable[[FamilyNumbers], str] = nothing_lacks


FAMILIES = Registry("nanoward.clearance.monitoring.families", "FAMILY", StoppingFamily)
