"""How far are sequences from the agent: like it, derived from it, wild, or engineered?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from nanoward.base.errors import InputError
from nanoward.catalogue.identity.divergence import (
    POLIO_MARKS,
    POLIO_VP1,
    DivergenceLimits,
    design_marker,
    divergence_class,
    held_marker,
)
from nanoward.maths.genetics.sequences import agree, masks_of
from nanoward.ports.formats import Formats
from nanoward.sequencing.consensus_alignment import placement_of

Named = tuple[str, bytes]
SCHEMA = {
    "sequence": pl.String,
    "nearest": pl.String,
    "compared": pl.Int64,
    "differing": pl.Int64,
    "share": pl.Float64,
    "mark": pl.String,
    "class": pl.String,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """Letters that could be compared with one reference, and how many differ."""

    name: str
    compared: int
    differing: int


def classify_divergence(
    sequences: Named,
    references: Named,
    formats: Formats,
    limits: DivergenceLimits | None,
    marks: Named | None = None,
) -> pl.DataFrame:
    """A row per sequence: the nearest reference, the distance from it, and the class.

    limits  None: those of poliovirus VP1, by the reference's name (PV1, PV2, PV3), and the
            marks of its engineered vaccines
    marks   plain FASTA of pieces with a designer's letters as capitals among small ones that
            place them: what holds the letters is engineered; what does not may still be,
            where it was sequenced in part
    """
    told = dict(POLIO_MARKS) if limits is None else {}
    if marks is not None:
        told |= _marked(marks, formats)
    pieces = {name: design_marker(text) for name, text in told.items()}
    targets = {name: masks_of(text) for name, text in _letters(references, formats).items()}
    if limits is None:
        _require_polio(targets, references[0])
    asked = _letters(sequences, formats)
    known = {text: nearest(masks_of(text), targets) for text in dict.fromkeys(asked.values())}
    rows = []
    for name, text in asked.items():
        near, mark = known[text], held_marker(masks_of(text), pieces)
        rule = limits or (None if near is None else POLIO_VP1.get(near.name))
        rows.append(
            {
                "sequence": name,
                "nearest": None if near is None else near.name,
                "compared": 0 if near is None else near.compared,
                "differing": None if near is None else near.differing,
                "share": near.differing / near.compared if near and near.compared else None,
                "mark": mark,
                "class": divergence_class(near.differing, near.compared, rule, mark)
                if near is not None and rule is not None
                else None,
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA)


class UnknownPolioReferenceError(InputError):
    """A reference is none of the poliovirus types whose limits are known."""

    code = "AGT-219"
    next_step = "Name the references PV1, PV2, PV3 (VP1 of poliovirus types 1, 2, 3), or give "
    next_step += "--derived and --wild instead of --polio."


def _require_polio(targets: Iterable[str], path: str) -> None:
    other = sorted(set(targets) - set(POLIO_VP1))
    if other or not set(targets):
        raise UnknownPolioReferenceError(
            f"no limits of poliovirus VP1 are known for {', '.join(other) or 'no reference'}",
            file=path,
        )


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


def _marked(named: Named, formats: Formats) -> dict[str, str]:
    """Marks with their capitals, which tell what is designed, as they stand in the file."""
    known = _letters(named, formats)
    found: dict[str, str] = {}
    for piece in named[1].decode("latin-1").split(">")[1:]:
        title, _, letters = piece.partition("\n")
        name = (title.split() or [""])[0]
        if name in known:
            found[name] = "".join(letters.split())
    return found


def _letters(named: Named, formats: Formats) -> dict[str, str]:
    table = formats.read("reference", *named).table
    return {str(name): str(text) for name, text in table.select("contig", "sequence").rows()}
