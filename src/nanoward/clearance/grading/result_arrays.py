"""Results as arrays: the columns of grading, by test and unit, in the units of the rules."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
_STATES = ("low", "normal", "high")


class ResultArrays:
    """The columns that grading computes with, as arrays over S results; missing is NaN.

    Each is made when it is first asked for: few rules look at all of them.
    """

    def __init__(self, results: pl.DataFrame) -> None:
        states = [(pl.col("base_state") == one).alias(f"base {one}") for one in _STATES]
        unknown = [] if "fasting" in results.columns else [pl.lit(value=False).alias("fasting")]
        self._results = results.with_columns(*states, *unknown)
        self._made: dict[str, Any] = {}

    def number(self, name: str) -> Floats:
        if name not in self._made:
            column = self._results[name].cast(pl.Float64)
            self._made[name] = column.fill_null(np.nan).to_numpy()
        return np.asarray(self._made[name])

    def flag(self, name: str) -> Bools:
        if name not in self._made:
            self._made[name] = self._results[name].fill_null(value=False).to_numpy()
        return np.asarray(self._made[name])


@dataclass(frozen=True, kw_only=True)
class ResultGroup:
    """Rows of one test in one unit, with baselines in one unit; of blood, or of urine."""

    test: str
    unit: str
    base_unit: str
    is_blood: bool
    rows: Ints
    results: ResultArrays
    _taken: dict[str, Any] = field(default_factory=dict)

    def number(self, name: str) -> Floats:
        if name not in self._taken:
            self._taken[name] = self.results.number(name)[self.rows]
        return np.asarray(self._taken[name])

    def flag(self, name: str) -> Bools:
        if name not in self._taken:
            self._taken[name] = self.results.flag(name)[self.rows]
        return np.asarray(self._taken[name])


@dataclass(frozen=True, kw_only=True)
class ScaledGroup:
    """A group's numbers in the unit of a scale.

    factor  of its values and limits; base_factor of its baselines, NaN where there is none
    """

    group: ResultGroup
    factor: float
    base_factor: float

    @cached_property
    def least(self) -> Floats:
        return _times(self.group.number("least"), self.factor)

    @cached_property
    def most(self) -> Floats:
        return _times(self.group.number("most"), self.factor)

    @cached_property
    def is_exact(self) -> bool:
        """Every result is there, and a number rather than a bound."""
        return bool((self.group.number("least") == self.group.number("most")).all())

    @cached_property
    def low(self) -> Floats:
        return _times(self.group.number("low"), self.factor)

    @cached_property
    def high(self) -> Floats:
        return _times(self.group.number("high"), self.factor)

    @cached_property
    def has_low(self) -> bool:
        """Every result has its lower limit; has_high: its upper one."""
        return not np.isnan(self.low).any()

    @cached_property
    def has_high(self) -> bool:
        return not np.isnan(self.high).any()

    @cached_property
    def base(self) -> Floats:
        return _times(self.group.number("base"), self.base_factor)


def _times(numbers: Floats, factor: float) -> Floats:
    return numbers if factor == 1.0 else numbers * factor
