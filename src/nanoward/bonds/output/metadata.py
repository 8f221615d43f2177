"""What is known of people and samples of a network, for programs that colour by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

Value = str | int | float
FEW = 8  # different numbers are names of groups still
OWN = ("sample", "participant", "taken", "line", "file")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMetadata:
    """Attributes of people and of samples, by name; the day of each sample.

    people, samples  name to attribute to value; what is not told is left out
    taken            sample to its day; person to the day of the sample compared
    columns          attributes in order, and whether all their values are numbers
    """

    people: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    samples: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    taken: Mapping[str, date] = field(default_factory=dict)
    columns: Mapping[str, bool] = field(default_factory=dict)


def node_metadata(
    bonds: pl.DataFrame, samples: pl.DataFrame | None, cluster_of: Mapping[str, int]
) -> NodeMetadata:
    """Every column of the samples table, with the cluster, of the samples compared.

    Of somebody with a sample in several strata the first one by name speaks.
    """
    owner = {
        row[1]: row[0]
        for side in ("a", "b")
        for row in bonds.select(side, f"sample_{side}").unique().rows()
    }
    rows = [] if samples is None else samples.sort("sample").to_dicts()
    by_sample: dict[str, dict[str, Value]] = {
        sample: {"cluster": cluster_of[who]} if who in cluster_of else {}
        for sample, who in owner.items()
    }
    taken = dict[str, date]()
    for row in rows:
        if row["sample"] in owner:
            told = {name: _plain(value) for name, value in row.items() if name not in OWN}
            by_sample[row["sample"]] |= {n: v for n, v in told.items() if v is not None}
            if row.get("taken") is not None:
                taken[row["sample"]] = row["taken"]
    people: dict[str, dict[str, Value]] = {}
    for sample, who in sorted(owner.items()):
        people.setdefault(who, {"sample": sample, **by_sample[sample]})
        if sample in taken:
            taken.setdefault(who, taken[sample])
    names = dict.fromkeys(name for one in by_sample.values() for name in one)
    numbers = {
        name: _is_scale([one[name] for one in by_sample.values() if name in one])
        for name in names
        if name != "cluster"
    }
    return NodeMetadata(people=people, samples=by_sample, taken=taken, columns=numbers)


def _is_scale(values: Sequence[Value]) -> bool:
    """Whether values are shown on a scale: numbers, and more than a few different ones."""
    return all(not isinstance(one, str) for one in values) and len(set(values)) > FEW


def _plain(value: Any) -> Value | None:
    """Text or a number; numbers written as text count as such only if written plainly."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return int(value) if float(value).is_integer() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def decimal_year(day: date) -> float:
    """A day as Auspice counts it: 2026.5 is the middle of 2026."""
    start = date(day.year, 1, 1)
    length = (date(day.year + 1, 1, 1) - start).days
    return day.year + ((day - start).days + 0.5) / length
