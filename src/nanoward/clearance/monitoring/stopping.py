"""Stopping rules for a programme, lot, site or setting: designed before, watched while it runs.

The mathematics is exact (maths/stopping.py). This file turns a rule into a design with its
power curve, and a design with counts into a sentence that a council can act on.

Exposure time: a gamma prior on the rate, stopped when P(rate > r0 | events, time) is high
(Chen and Chaloner 2006, Statistics in Medicine 25:2953, is one such). Pending people count by
the share of their window that has passed (Cheung and Chappell 2000, Biometrics 56:1177).
BOIN: Liu and Yuan 2015, J R Stat Soc C 64:507, equations for lambda_e and lambda_d.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from nanoward.base.errors import UsageError
from nanoward.clearance.policy.stopping_family import (
    FAMILIES,
    FamilyNumbers,
    StoppingFamily,
)
from nanoward.maths.statistics.stopping import Boundary, calibrated, operating_characteristics


class BadStoppingRuleError(UsageError):
    """A stopping rule that cannot be designed."""

    code = "CLR-004"
    next_step = (
        "Give 0 < risk < 1, 0 < alpha < 1, at least one person, and the family's numbers."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingRule:
    """Stop when the events of up to `most` people are hard to square with `risk`.

    risk     acceptable risk of the event per person
    alpha    chance of stopping although the risk is acceptable, over the whole programme
    family   how strictness is spread over time; one of FAMILIES
    delta    Wang-Tsiatis only: 0 late and hard (O'Brien-Fleming) to 0.5 even
    against  SPRT only: the risk that must not be missed
    prior    beta-binomial only: a and b; the prior mean is a / (a + b)
    """

    risk: float
    alpha: float
    most: int
    family: str = "pocock"
    delta: float = 0.25
    against: float | None = None
    prior: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        family = FAMILIES.get(self.family)
        sound = 0 < self.risk < 1 and 0 < self.alpha < 1 and self.most >= 1
        if not sound or family is None:
            raise BadStoppingRuleError(f"cannot design {self}")
        if lacking := family.lacks(self.numbers()):
            raise BadStoppingRuleError(lacking)

    def numbers(self) -> FamilyNumbers:
        """What the family may use."""
        return FamilyNumbers(
            risk=self.risk,
            most=self.most,
            delta=self.delta,
            against=self.against,
            prior=self.prior,
        )

    def known_family(self) -> StoppingFamily:
        """The declaration of the rule's family; BadStoppingRuleError where it is gone."""
        family = FAMILIES.get(self.family)
        if family is None:
            raise BadStoppingRuleError(f"there is no family {self.family!r}")
        return family


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A rule with its exact boundary."""

    rule: StoppingRule
    boundary: Boundary

    def stop_at(self, people: float) -> int:
        """Events that stop with that many evaluable people; pending ones count in part.

        A part of a person is left out, which can only stop sooner.
        """
        whole = min(max(math.floor(people + 1e-9), 1), self.rule.most)
        return int(self.boundary.stop_at[whole - 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingState:
    """Where a rule stands: whether it says stop, and the nearest way to there.

    stops_at  (events, people) where it would stop if the next people all had the event; None
              where no such way is left
    told      the state in a sentence: "3 of 14; stops at 5 of 16"
    """

    events: int
    people: float
    stop: bool
    stops_at: tuple[int, int] | None
    told: str


def design(rule: StoppingRule) -> Design:
    """The boundary that stops as often as alpha allows, and not oftener."""
    statistic = rule.known_family().statistic(rule.numbers())
    return Design(rule=rule, boundary=calibrated(statistic, rule.most, rule.risk, rule.alpha))


def power_curve(planned: Design, risks: Sequence[float]) -> list[dict[str, float]]:
    """A row per true risk: chance of stopping, expected events and expected people."""
    rows = []
    for risk in risks:
        told = operating_characteristics(planned.boundary.stop_at, risk)
        rows.append(
            {"risk": risk, "stops": told.stops, "events": told.events, "people": told.people}
        )
    return rows


def stopping_state(
    planned: Design, people: int, events: int, pending: Sequence[float] = ()
) -> StoppingState:
    """The state after `events` among `people` whose window has passed or who had the event.

    pending  share of the window that each person without an event has been followed, 0 to 1
    """
    if not 0 <= events <= people or any(not 0 <= one <= 1 for one in pending):
        raise BadStoppingRuleError(f"{events} events of {people} people with pending {pending}")
    counted = people + sum(pending)
    stop = counted > 0 and events >= planned.stop_at(max(counted, events))
    nearest = None if stop else _nearest(planned, counted, events)
    told = f"{events} of {counted:g}"
    if stop:
        limit = planned.stop_at(max(counted, events))
        told += f"; STOP: the limit is {limit} of {max(math.floor(counted + 1e-9), 1)}"
    elif nearest:
        told += f"; stops at {nearest[0]} of {nearest[1]}"
    else:
        told += f"; can stop no more within {planned.rule.most}"
    return StoppingState(events=events, people=counted, stop=stop, stops_at=nearest, told=told)


def _nearest(planned: Design, counted: float, events: int) -> tuple[int, int] | None:
    start = math.floor(counted + 1e-9)
    for more in range(1, planned.rule.most - start + 1):
        if events + more >= planned.stop_at(start + more):
            return events + more, start + more
    return None


def rate_is_too_high(
    events: int, exposure: float, *, rate: float, prior: tuple[float, float], certainty: float
) -> tuple[bool, float]:
    """Whether P(true rate > rate | events in the exposure) passes `certainty`, and that P.

    exposure  total time at risk, in the unit of 1 / rate
    prior     gamma: a events in b time
    """
    if exposure < 0 or events < 0 or rate <= 0 or min(prior) <= 0:
        raise BadStoppingRuleError(f"{events} events in {exposure} against a rate of {rate}")
    a, b = prior
    probability = float(special.gammaincc(a + events, rate * (b + exposure)))
    return probability > certainty, probability


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseSteps:
    """BOIN: step the dose up at or below `up`, down at or above `down`, else stay."""

    target: float
    up: float
    down: float

    def step(self, people: int, events: int) -> Literal["up", "stay", "down"]:
        """What the events at the present dose say about the next."""
        if people < 1 or not 0 <= events <= people:
            raise BadStoppingRuleError(f"{events} events of {people} people")
        rate = events / people
        return "up" if rate <= self.up else "down" if rate >= self.down else "stay"


def dose_steps(
    target: float, *, too_low: float | None = None, too_high: float | None = None
) -> DoseSteps:
    """BOIN limits for a target risk; too_low and too_high are 0.6 and 1.4 x target."""
    low = 0.6 * target if too_low is None else too_low
    high = 1.4 * target if too_high is None else too_high
    if not 0 < low < target < high < 1:
        raise BadStoppingRuleError(f"target {target} does not lie between {low} and {high}")
    up = math.log((1 - low) / (1 - target)) / math.log(
        target * (1 - low) / (low * (1 - target))
    )
    down = math.log((1 - target) / (1 - high)) / math.log(
        high * (1 - target) / (target * (1 - high))
    )
    return DoseSteps(target=target, up=up, down=down)


def states_by(
    planned: Design, counts: Mapping[str, tuple[int, int]]
) -> dict[str, StoppingState]:
    """The state of every programme, lot, site or setting: name to (people, events)."""
    return {name: stopping_state(planned, *counts[name]) for name in sorted(counts)}


def default_risks(rule: StoppingRule) -> list[float]:
    """True risks from half to four times the acceptable one, for a power curve."""
    steps = np.array([0.5, 1, 1.5, 2, 2.5, 3, 4])
    return [float(one) for one in np.round(rule.risk * steps, 6) if one < 1]
