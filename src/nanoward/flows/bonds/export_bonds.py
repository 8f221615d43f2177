"""Write the bonds of a round for other programs."""

from datetime import date

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.base.errors import UsageError
from nanoward.bonds import (
    auspice_json,
    distance_csv,
    graphml,
    newick,
    node_metadata,
    trace_json,
)


class NoDayError(UsageError):
    """A data set for Auspice says of which day it is."""

    code = "BND-011"
    next_step = "Give the day of the data: --as-of YYYY-MM-DD"


def export_bonds(
    bonds: pl.DataFrame,
    kind: str,
    day: date | None,
    title: str,
    samples: pl.DataFrame | None = None,
) -> str:
    """The bonds as graphml, microbetrace (HIV-TRACE JSON), auspice, newick or tn93 (CSV).

    samples  whose columns go along as metadata, with the day of each sample and its cluster
    """
    if kind == "tn93":
        return distance_csv(bonds)
    groups = groups_of(bonds)
    known = node_metadata(bonds, samples, groups)
    if kind in ("graphml", "microbetrace"):
        write = graphml if kind == "graphml" else trace_json
        return write(bonds, groups, known)
    names, apart = distance_matrix(bonds)
    if kind == "newick":
        return newick(names, apart) + "\n"
    if day is None:
        raise NoDayError("the day of the data is not told")
    return auspice_json(names, apart, title=title, updated=day.isoformat(), known=known)


def groups_of(bonds: pl.DataFrame) -> dict[str, int]:
    """Linked people and the number of their group."""
    linked = bonds.filter(pl.col("linked"))
    return {
        name: group
        for side in ("a", "b")
        for name, group in linked.select(side, "cluster").rows()
    }


def distance_matrix(bonds: pl.DataFrame) -> tuple[list[str], Float[np.ndarray, "S S"]]:
    """Samples in order and their differences; pairs of different strata stand the furthest."""
    told = bonds.filter(pl.col("differing").is_not_null())
    names = sorted({*told["sample_a"], *told["sample_b"]})
    place = {name: number for number, name in enumerate(names)}
    most = float(told["differing"].max() or 0.0)  # type: ignore[arg-type]
    apart = np.full((len(names), len(names)), most)
    np.fill_diagonal(apart, 0.0)
    for a, b, differing in told.select("sample_a", "sample_b", "differing").rows():
        apart[place[a], place[b]] = apart[place[b], place[a]] = differing
    return names, apart
