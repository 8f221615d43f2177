"""The columns of the samples as colours of the network, and the contacts as a table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from nanoward.bonds import NodeMetadata
from nanoward.faces.report.drawing.figures import counted, day, number, probability
from nanoward.faces.report.drawing.views import Table, cells, headings

COLOURS = 8  # the last one is for all other values
SHOWN = 500  # rows of contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourColumn:
    """One column: what each colour stands for, and the number of the colour of each person."""

    labels: tuple[str, ...]
    of: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        return {"labels": list(self.labels), "of": dict(self.of)}


def colour_columns(known: NodeMetadata) -> dict[str, ColourColumn]:
    """Every column with more than one value, the cluster first."""
    found = {}
    for name in ("cluster", *known.columns):
        values = {who: own[name] for who, own in known.people.items() if name in own}
        if len(set(values.values())) > 1 or (name == "cluster" and values):
            scale = name != "cluster" and known.columns[name]
            found[name] = _of_scale(values) if scale else _of_names(values)
    return found


def _of_names(values: Mapping[str, Any]) -> ColourColumn:
    """The commonest values have a colour each, the rest the last one."""
    common = [one for one, _ in Counter(map(str, values.values())).most_common(COLOURS)]
    if len(set(map(str, values.values()))) > COLOURS:
        common = common[: COLOURS - 1]
        labels = (*common, "other")
    else:
        labels = tuple(common)
    place = {one: k for k, one in enumerate(common)}
    return ColourColumn(
        labels=labels,
        of={who: place.get(str(one), len(labels) - 1) for who, one in values.items()},
    )


def _of_scale(values: Mapping[str, Any]) -> ColourColumn:
    """Fifths of a scale."""
    told = np.array([float(one) for one in values.values()])
    edges = np.unique(np.quantile(told, (0.2, 0.4, 0.6, 0.8)))
    bounds = [float(told.min()), *edges.tolist(), float(told.max())]
    labels = tuple(f"{number(low)} to {number(high)}" for low, high in pairwise(bounds))
    places = np.searchsorted(edges, told).tolist()
    return ColourColumn(labels=labels, of=dict(zip(values, places, strict=True)))


def contact_table(contacts: pl.DataFrame | None, bonds: pl.DataFrame) -> Table | None:
    """Every recorded contact with what the genomes say of the pair; None without contacts."""
    if contacts is None or contacts.is_empty():
        return None
    own = contacts.select(a=pl.min_horizontal("a", "b"), b=pl.max_horizontal("a", "b"))
    met = bonds.join(own.unique(), on=["a", "b"], how="semi", maintain_order="left")
    pairs = {(row["a"], row["b"]): row for row in met.to_dicts()}
    rows = sorted(contacts.to_dicts(), key=lambda row: (row["a"], row["b"], row["kind"] or ""))
    return Table(
        caption=f"{counted(len(rows), 'recorded contact')}, and what the genomes say",
        headings=headings(
            "@Between", "@And", "Kind", "@From", "@To", "#Hours", "Genomes", "#q"
        ),
        rows=[_contact(row, pairs) for row in rows[:SHOWN]],
        more=f"{number(len(rows) - SHOWN)} further contacts." if len(rows) > SHOWN else "",
    )


def _contact(
    row: Mapping[str, Any], pairs: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Sequence[Any]:
    a, b = sorted((row["a"], row["b"]))
    pair = pairs.get((a, b))
    words = {None: "cannot tell", True: "linked", False: "no link"}
    return cells(
        row["a"],
        row["b"],
        row["kind"] or "–",
        day(row.get("first")),
        day(row.get("last")),
        number(row.get("hours")),
        "not compared" if pair is None else words[pair["linked"]],
        "–" if pair is None else probability(pair["q_value"]),
    )
