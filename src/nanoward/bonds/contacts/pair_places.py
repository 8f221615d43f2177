"""The people of many pairs as numbers, so that what is known of people is looked up at once."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int


def places_of(names: pl.Series, known: Collection[str]) -> Int[np.ndarray, " N"]:
    """(N,) place of each name among the known ones, in their order; -1 of any other."""
    order = pl.Series(list(known), dtype=pl.String)
    if not len(order):
        return np.full(len(names), -1, np.int64)
    if isinstance(names.dtype, pl.Enum):  # each name is looked up once
        place = np.append(places_of(names.dtype.categories, known), -1)
        number = names.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
        return np.asarray(place[number], np.int64)
    coded = names.cast(pl.Enum(order), strict=False).to_physical()
    return coded.cast(pl.Int64).fill_null(-1).to_numpy()


class PairPlaces(NamedTuple):
    """N pairs of the people `names`: the place of either."""

    names: tuple[str, ...]
    a: Int[np.ndarray, " N"]
    b: Int[np.ndarray, " N"]

    @property
    def code(self) -> Int[np.ndarray, " N"]:
        """(N,) one number for each two people."""
        return np.asarray(self.a * len(self.names) + self.b, np.int64)

    def found_in(
        self, pairs: Collection[tuple[str, str]]
    ) -> tuple[Int[np.ndarray, " M"], Int[np.ndarray, " M"]]:
        """Rows that are among some pairs of names, and the place of each in those."""
        place = {name: at for at, name in enumerate(self.names)}
        known = [
            (place[a] * len(self.names) + place[b], at)
            for at, (a, b) in enumerate(pairs)
            if a in place and b in place
        ]
        if not known:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        codes, at = np.array(sorted(known), np.int64).T
        own = self.code
        spot = np.minimum(np.searchsorted(codes, own), len(codes) - 1)
        rows = np.flatnonzero(codes[spot] == own)
        return rows, at[spot[rows]]


def pair_places(a: pl.Series, b: pl.Series) -> PairPlaces:
    """Pairs by the names of both."""
    names = pl.concat([a.unique(), b.unique()]).unique().sort()
    return PairPlaces(tuple(names.to_list()), places_of(a, names), places_of(b, names))


def days_or_none(
    days: Float[np.ndarray, " N"], known: Bool[np.ndarray, " N"], name: str
) -> pl.Series:
    """A column of days from ordinals (1 is the first of January of year 1); null elsewhere."""
    since = np.where(known, days, 719_163.0).astype(np.int64) - 719_163  # of 1970
    return (
        pl.Series(name, since).cast(pl.Int32).cast(pl.Date).to_frame()
        .select(pl.when(pl.Series(known)).then(pl.col(name)).otherwise(None).alias(name))
        .to_series()
    )  # fmt: skip
