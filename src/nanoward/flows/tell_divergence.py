"""How far are sequences from the agent: like it, derived from it, or wild?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from nanoward.catalogue.divergence import POLIO_VP1, DivergenceLimits, divergence_class
from nanoward.maths.alignment import placement_of
from nanoward.maths.sequences import agree, masks_of
from nanoward.ports.formats import Formats

Named = tuple[str, bytes]
SCHEMA = {
    "sequence": pl.String,
    "nearest": pl.String,
    "compared": pl.Int64,
    "differing": pl.Int64,
    "share": pl.Float64,
    "class": pl.String,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """Letters that could be compared with one reference, and how many differ."""

    name: str
    compared: int
    differing: int


def tell_divergence(
    sequences: Named, references: Named, formats: Formats, limits: DivergenceLimits | None
) -> pl.DataFrame:
    """A row per sequence: the nearest reference, the distance from it, and the class.

    limits  None: those of poliovirus VP1, by the reference's name (PV1, PV2, PV3)
    """
    targets = {name: masks_of(text) for name, text in _letters(references, formats).items()}
    asked = _letters(sequences, formats)
    known = {text: nearest(masks_of(text), targets) for text in dict.fromkeys(asked.values())}
    rows = []
    for name, text in asked.items():
        near = known[text]
        rule = limits or (None if near is None else POLIO_VP1.get(near.name))
        rows.append(
            {
                "sequence": name,
                "nearest": None if near is None else near.name,
                "compared": 0 if near is None else near.compared,
                "differing": None if near is None else near.differing,
                "share": near.differing / near.compared if near and near.compared else None,
                "class": divergence_class(near.differing, near.compared, rule)
                if near is not None and rule is not None
                else None,
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA)


def nearest(query: np.ndarray, targets: Mapping[str, np.ndarray]) -> Distance | None:
    """The reference that the query agrees with at most letters; None where it lies on none."""
    found = []
    for name, target in sorted(targets.items()):
        placement = placement_of(query, target)
        if placement is None:
            continue
        laid = placement.where >= 0
        letters = query[placement.where[laid]]
        differing = int((~agree(letters, target[laid])).sum())
        found.append(
            Distance(name=name, compared=int((letters > 0).sum()), differing=differing)
        )
    return max(found, key=lambda one: one.compared - one.differing, default=None)


def _letters(named: Named, formats: Formats) -> dict[str, str]:
    table = formats.read("reference", *named).table
    return {str(name): str(text) for name, text in table.select("contig", "sequence").rows()}
