"""Pregnancies of a simulated programme with a planted term, as a programme would see them.

Participants are tested weekly, so that their conception is known to 7 days; partners are told
of late and know it to 6 weeks. Whoever loses a pregnancy before it is noticed is never seen.
"""

from dataclasses import dataclass

import numpy as np

from nanoward.programme.pregnancies.term_model import (
    BIRTH,
    INDUCED,
    INDUCED_WEEKS,
    LOSS,
    LOSS_WEEKS,
    ONGOING,
    GestationRecord,
)

LOSSES = (0.0012, 0.0014, 0.0004, 0.0001)  # a day, in the stretches of LOSS_WEEKS
INDUCED_HAZARD = 0.0003  # a day, up to INDUCED_WEEKS


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyWorld:
    """What is planted: the term, how many are seen, and how the programme looks.

    mean_d, sd_d  of births from conception
    second_d      a second group's mean, for half of all; None: all alike
    partners      share of pregnancies whose conception is known to 6 weeks
    follow_d      days from entry to the cut of the data, at most
    """

    seed: int
    pregnancies: int = 60
    mean_d: float = 266.0
    sd_d: float = 9.8
    second_d: float | None = None
    partners: float = 0.4
    follow_d: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPregnancy:
    """One pregnancy with its truth.

    conceived  day within the interval; ends: days from conception, by its cause
    """

    record: GestationRecord
    conceived: int
    cause: int
    ends: float


def simulated_pregnancies(world: PregnancyWorld) -> tuple[SimulatedPregnancy, ...]:
    """As many pregnancies as the programme comes to see; those lost before are drawn anew."""
    chance = np.random.default_rng([world.seed, 22])
    found: list[SimulatedPregnancy] = []
    while len(found) < world.pregnancies:
        one = _drawn(world, chance)
        if one is not None:
            found.append(one)
    return tuple(found)


def _drawn(world: PregnancyWorld, chance: np.random.Generator) -> SimulatedPregnancy | None:
    is_partner = chance.random() < world.partners
    width = 42 if is_partner else 7
    conceived = int(chance.integers(width))
    mean = world.mean_d
    if world.second_d is not None and chance.random() < 0.5:
        mean = world.second_d
    ends = {
        BIRTH: max(chance.normal(mean, world.sd_d), 30.0),
        LOSS: _loss_day(chance),
        INDUCED: _exponential(chance, INDUCED_HAZARD, INDUCED_WEEKS * 7),
    }
    cause = min(ends, key=lambda one: ends[one])
    end = conceived + int(ends[cause])
    entry = width + int(chance.integers(70) if is_partner else chance.integers(7, 28))
    if end <= entry:
        return None  # nobody ever heard of it
    cut = entry + int(chance.integers(30, world.follow_d + 1))
    if end >= cut:
        record = GestationRecord(width=width, entry=entry, cause=ONGOING, low=cut, high=cut + 1)
    else:
        record = GestationRecord(width=width, entry=entry, cause=cause, low=end, high=end + 1)
    return SimulatedPregnancy(
        record=record, conceived=conceived, cause=cause, ends=float(ends[cause])
    )


def _exponential(chance: np.random.Generator, hazard: float, until: float) -> float:
    day = float(chance.exponential(1 / hazard))
    return day if day < until else np.inf


def _loss_day(chance: np.random.Generator) -> float:
    begins = 0.0
    for hazard, until in zip(LOSSES, (*(7 * one for one in LOSS_WEEKS), np.inf), strict=True):
        day = begins + float(chance.exponential(1 / hazard))
        if day < until:
            return day
        begins = until
    return np.inf


def true_loss_risk(world: PregnancyWorld, draws: int = 20_000) -> float:
    """Share of all pregnancies, seen or not, that end in a loss; by simulation."""
    chance = np.random.default_rng([world.seed, 23])
    lost = 0
    for _ in range(draws):
        birth = chance.normal(world.mean_d, world.sd_d)
        loss = _loss_day(chance)
        lost += loss < min(birth, _exponential(chance, INDUCED_HAZARD, INDUCED_WEEKS * 7))
    return lost / draws
