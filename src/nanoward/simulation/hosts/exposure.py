"""Doses of the inducer, exposure to what the agent makes, benefit and side effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from nanoward.simulation.hosts.people import DOSES_MG, Person
from nanoward.simulation.study import Study

# One-compartment model with first-order absorption, log-normal between people, observed with
# a proportional error. All values are our assumption. The exposure is the concentration of
# what the agent makes under the inducer, taken as proportional to the inducer's dose.
TYPICAL = {"KA": 1.0, "CL": 3.0, "V": 60.0}  # 1/h, L/h, L
OMEGA = {"KA": 0.30, "CL": 0.30, "V": 0.20}  # standard deviation of eta = ln(value/typical)
PROPORTIONAL_SD = 0.15
DOSE_EVERY_H = 24.0
OBSERVED_DAYS = (0, 7, 28, 56)
OBSERVED_H = (1.5, 5.0, 12.0, 23.5)  # after the dose of the day

# Benefit: Emax of the concentration, additive error (points of a scale of 0 to 100).
BASELINE, EMAX, EC50, BENEFIT_SD = 20.0, 60.0, 0.8, 4.0
# Side effect in a week: logistic of the logarithm of the mean concentration (mg/L).
SIDE_AT_1_MG_L, SIDE_SLOPE, SIDE_WITHOUT = -3.2, 1.6, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinetics:
    """One person's true parameters: KA in 1/h, clearance in L/h, volume in L."""

    KA: float
    CL: float
    V: float

    def concentration(self, time_h: np.ndarray, doses_h: np.ndarray, mg: float) -> np.ndarray:
        """Sum over doses of the Bateman function (Bateman 1910), mg/L."""
        k = self.CL / self.V
        since = time_h[:, None] - doses_h[None, :]
        after = np.maximum(since, 0.0)
        each = np.exp(-k * after) - np.exp(-self.KA * after)
        scale = mg / self.V * self.KA / (self.KA - k)
        total: np.ndarray = scale * np.where(since > 0, each, 0.0).sum(axis=1)
        return total

    def mean_concentration(self, mg: float) -> float:
        """Mean over a dose interval at steady state, mg/L."""
        return mg / (self.CL * DOSE_EVERY_H)


def benefit_at(concentration: np.ndarray) -> np.ndarray:
    """Emax model: baseline, maximal effect, half of it at EC50."""
    return BASELINE + EMAX * concentration / (EC50 + concentration)


def side_effect_chance(mean_concentration: float) -> float:
    """Chance of a side effect in a week; a small one remains without any exposure."""
    if mean_concentration <= 0:
        return SIDE_WITHOUT
    logit = SIDE_AT_1_MG_L + SIDE_SLOPE * np.log(mean_concentration)
    return float(SIDE_WITHOUT + (1 - SIDE_WITHOUT) / (1 + np.exp(-logit)))


def simulated_kinetics(study: Study, people: Sequence[Person]) -> tuple[Kinetics, ...]:
    """True parameters of everybody, dosed or not."""
    eta = study.chance("kinetics").standard_normal((len(people), len(TYPICAL)))
    return tuple(
        Kinetics(
            **{
                name: round(typical * float(np.exp(OMEGA[name] * eta[place, column])), 6)
                for column, (name, typical) in enumerate(TYPICAL.items())
            }
        )
        for place in range(len(people))
    )


def events_table(
    study: Study, people: Sequence[Person], kinetics: Sequence[Kinetics]
) -> pl.DataFrame:
    """data/events.csv: NONMEM event table of those who receive the inducer.

    Quantities: exposure (mg/L), benefit (points), side_effect (0 or 1 in the week before).
    The control arm takes no inducer and has no kinetics to learn: it is left out.
    """
    rows: list[dict[str, Any]] = []
    for person, own in zip(people, kinetics, strict=True):
        if person.has_agent_from_lot:
            rows.extend(_person_events(study.chance(f"events {person.name}"), person, own))
    return pl.DataFrame(rows, infer_schema_length=None)


def _person_events(
    chance: np.random.Generator, person: Person, own: Kinetics
) -> list[dict[str, Any]]:
    mg, days = DOSES_MG[person.arm], person.last - person.first + 1
    doses_h = DOSE_EVERY_H * np.arange(days)
    times = np.array(
        [24.0 * day + hour for day in OBSERVED_DAYS if day < days for hour in OBSERVED_H]
    )
    true = own.concentration(times, doses_h, mg)
    seen = true * (1 + PROPORTIONAL_SD * chance.standard_normal(len(times)).clip(-3, 3))
    rows = [_event(person, 0.0, EVID=1, AMT=mg, CMT=1, II=DOSE_EVERY_H, ADDL=days - 1, MDV=1)]
    rows.extend(
        _event(person, time, DV=round(value, 4), DVID="exposure", CMT=2)
        for time, value in zip(times.tolist(), seen.tolist(), strict=True)
    )
    late = times[times % 24 == OBSERVED_H[-1]]
    gain = benefit_at(own.concentration(late, doses_h, mg))
    gain = gain + BENEFIT_SD * chance.standard_normal(len(late))
    harm = chance.random(len(late)) < side_effect_chance(own.mean_concentration(mg))
    for time, good, bad in zip(late.tolist(), gain.tolist(), harm.tolist(), strict=True):
        rows.append(_event(person, time, DV=round(good, 2), DVID="benefit", CMT=3))
        rows.append(_event(person, time, DV=float(bad), DVID="side_effect", CMT=4))
    return sorted(rows, key=lambda row: (row["TIME"], -row["EVID"], row["CMT"]))


def _event(person: Person, time: float, **given: Any) -> dict[str, Any]:
    blank = {
        "ID": person.name,
        "TIME": time,
        "EVID": 0,
        "AMT": 0.0,
        "DV": None,
        "CMT": 1,
        "DVID": "",
        "II": 0.0,
        "ADDL": 0,
        "MDV": 0,
        "WT": person.weight_kg,
    }
    return blank | given


def parameters_table(people: Sequence[Person], kinetics: Sequence[Kinetics]) -> pl.DataFrame:
    """truth/parameters.csv: each person's true parameters and their deviations (eta)."""
    rows = [
        {
            "participant": person.name,
            "parameter": name,
            "value": getattr(own, name),
            "eta": round(float(np.log(getattr(own, name) / TYPICAL[name])), 6),
        }
        for person, own in zip(people, kinetics, strict=True)
        if person.has_agent_from_lot
        for name in TYPICAL
    ]
    return pl.DataFrame(rows)
