"""One person's records as the kernel understands them."""

import hashlib
from dataclasses import dataclass, replace
from math import inf, isnan

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One record as the kernel understands it. output -1: nothing observed.

    steady    1: a steady state that takes the place of what was, 2: one that is added to it
    censored  of the observation is only known that it lies below `value`, or above where
              `above`; other: the other end of the interval, where one is known
    """

    time: float
    evid: int
    amount: float = 0.0
    rate: float = 0.0
    compartment: int = 0
    interval: float = 0.0
    more: int = 0
    steady: int = 0
    output: int = -1
    value: float = float("nan")
    censored: bool = False
    covariates: tuple[float, ...] = ()
    occasion: int = 0
    above: bool = False
    other: float = float("nan")

    @property
    def bounds(self) -> tuple[float, float]:
        """What a censored observation lies between."""
        if self.above:
            return self.value, inf if isnan(self.other) else self.other
        return -inf if isnan(self.other) else self.other, self.value


def is_seen(one: Event) -> bool:
    """Whether a record holds an observation."""
    return one.output >= 0 and not isnan(one.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One person's records. unfit says why nothing may be computed of them, "" when it may.

    occasions  how many; asked for by the number of OCC's values
    choices    settings that the person preferred, each before the other one
    doubt      why no setting may be derived from these records, though they can be fitted
    others     observations of quantities that no output is: (quantity, time, value)
    """

    name: str
    events: tuple[Event, ...]
    occasions: int = 1
    exclusion_reason: str = ""
    interval: float | None = None
    choices: tuple[tuple[float, float], ...] = ()
    doubt: str = ""
    others: tuple[tuple[str, float, float], ...] = ()

    @property
    def observed(self) -> tuple[Event, ...]:
        return tuple(one for one in self.events if is_seen(one))

    @property
    def last(self) -> float:
        """Time of the last record."""
        return max((one.time for one in self.events), default=0.0)

    @property
    def sha256(self) -> str:
        """Of all that an answer depends on."""
        told: tuple[object, ...] = (
            self.name, self.events, self.exclusion_reason, self.choices, self.doubt,
        )  # fmt: skip
        if self.others:
            told = (*told, self.others)
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def only(self, chosen: NDArray[np.bool_]) -> "History":
        """With some observations (in their order) left out, but not their covariates."""
        kept, place = [], 0
        for one in self.events:
            seen = one.output >= 0 and not np.isnan(one.value)
            keep = not seen or bool(chosen[place])
            place += seen
            kept.append(one if keep else replace(one, output=-1, evid=2))
        return replace(self, events=tuple(kept))

    def asked(self, times: Array, output: int) -> "History":
        """The doses alone, with a question for `output` at each of these times."""
        plain = [replace(one, output=-1) for one in self.events]
        found, place = [], 0
        for time in sorted(float(one) for one in times):
            while place < len(plain) and plain[place].time <= time:
                found.append(plain[place])
                place += 1
            near = plain[min(place, len(plain) - 1)] if plain else None
            found.append(
                Event(
                    time=time,
                    evid=0,
                    output=output,
                    covariates=near.covariates if near else (),
                    occasion=near.occasion if near else 0,
                )
            )
        return replace(self, events=(*found, *plain[place:]))
