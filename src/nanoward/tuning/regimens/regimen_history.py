"""A person's records with a regimen: from now, at steady state, or from empty.

now     the doses so far stay (additional ones up to now), the regimen begins at `at`
steady  the regimen has always been given: one dose at steady state (SS = 1) at time 0
empty   the person begins anew at time 0: earlier doses only tell what they are like
"""

from dataclasses import dataclass, replace
from math import ceil, inf
from typing import Literal

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.dosing.target_attainment import BadTargetError
from nanoward.tuning.models.dynamics import Dynamics

Basis = Literal["now", "steady", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen:
    """A dose, and how it is given. Times in the model's unit.

    at        when the first dose is given, on the clock of the person's records; 0 unless `now`
    dose      0: nothing more is given
    interval, more  further doses like the first; more -1: as many as begin before the end
    duration  of an infusion, 0: at once; into: compartment number, None: the first
    """

    basis: Basis = "empty"
    at: float = 0.0
    dose: float = 1.0
    interval: float = 0.0
    more: int = 0
    duration: float = 0.0
    into: int | None = None

    def doses_before(self, end: float) -> int:
        """How many doses begin before a time: a level at the moment of a dose is asked before
        it is given."""
        if self.interval <= 0 or self.basis == "steady":
            return 1
        if end == inf:
            return max(self.more, 0) + 1
        fit = max(1, ceil((end - self.at) / self.interval - 1e-9))
        return fit if self.more < 0 else min(fit, self.more + 1)


def compartment_place(model: Dynamics, into: int | None) -> int:
    """Place of a compartment by its number; the lowest number unless told."""
    numbers = [each.number for each in model.compartments]
    if not numbers:
        raise BadTargetError("the model has no compartment that takes doses")
    wanted = min(numbers) if into is None else into
    if wanted not in numbers:
        raise BadTargetError(f"compartment {wanted} is none; there are {sorted(numbers)}")
    return numbers.index(wanted)


def history_under(model: Dynamics, one: History, regimen: Regimen, end: float) -> History:
    """The person's records with the regimen, of which doses before `end` are given."""
    last = one.events[-1] if one.events else Event(time=0.0, evid=0)
    steady = regimen.basis == "steady"
    given = Event(
        time=regimen.at,
        evid=1,
        amount=regimen.dose,
        rate=regimen.dose / regimen.duration if regimen.duration > 0 else 0.0,
        compartment=compartment_place(model, regimen.into),
        interval=regimen.interval,
        more=0 if steady else regimen.doses_before(end) - 1,
        steady=steady,
        covariates=last.covariates,
        occasion=last.occasion,
    )
    new = (given,) if regimen.dose > 0 else ()
    if regimen.basis != "now":
        return replace(one, events=new or (replace(given, evid=2, amount=0.0, more=0),))
    before = events_until(one, regimen.at, whole=not new)
    return in_periods(model, replace(one, events=(*before, *new)))


def events_until(one: History, at: float, *, whole: bool) -> list[Event]:
    """Doses before `at`, without what was observed. Additional doses behind it are left out:
    the regimen takes over; `whole`: they go on."""
    found = []
    for each in one.events:
        plain = replace(each, output=-1, value=float("nan"), evid=each.evid or 2)
        if each.evid in (1, 4) and each.time > at + 1e-9 and not whole:
            raise BadTargetError(
                f"{one.name} is given a dose at {each.time:g}, after the {at:g} asked for"
            )
        if each.time > at + 1e-9:
            continue
        if each.more and each.interval > 0 and not whole:
            past = ceil((at - each.time) / each.interval - 1e-9) - 1
            plain = replace(plain, more=min(each.more, max(0, past)))
        found.append(plain)
    return found
