"""Which of many positions each sample does not tell, sample after sample."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from jaxtyping import Bool, Int

AT_ONCE = 512  # rows of aligned contigs that are held as text


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """N places of a table of S rows: columns row after row, from starts[s] to starts[s + 1]."""

    starts: Int[np.ndarray, " S1"]
    column: Int[np.ndarray, " N"]

    def of_rows(
        self, rows: Int[np.ndarray, " R"]
    ) -> tuple[Int[np.ndarray, " K"], Int[np.ndarray, " K"]]:
        """Place among `rows`, and place among the N, of all that these rows hold."""
        first = self.starts[rows]
        count = self.starts[rows + 1] - first
        at = np.repeat(np.arange(len(rows)), count)
        within = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
        return at, np.repeat(first, count) + within


def held(row: Int[np.ndarray, " N"], column: Int[np.ndarray, " N"], height: int) -> Held:
    """Places by their row, which rises."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=height))])
    return Held(starts=starts.astype(np.int64), column=column.astype(np.int64))


class Layout(dict[str, tuple[int, Int[np.ndarray, " K"]]]):
    """Contig to the column of its first position, and its rising positions (1-based)."""

    @classmethod
    def of(cls, contigs: Sequence[str], positions: Int[np.ndarray, " F"]) -> "Layout":
        """Of columns that lie together by contig."""
        found = cls()
        names = np.array(contigs, object)
        turns = np.flatnonzero(names[1:] != names[:-1]) + 1 if len(names) else np.zeros(0, int)
        edges = [0, *turns.tolist(), len(names)]
        for first, last in pairwise(edges):
            if last > first:
                found[str(names[first])] = first, positions[first:last]
        return found


def aligned_texts(aligned: pl.DataFrame) -> Iterable[tuple[str, str, str]]:
    """Sample, contig and letters of every row, few of them at a time."""
    for part in aligned.select("sample", "contig", "sequence").iter_slices(AT_ONCE):
        yield from part.rows()


def readable_of(letters: str) -> Bool[np.ndarray, " L"]:
    """Which positions an aligned contig tells."""
    told: Bool[np.ndarray, " L"] = np.frombuffer(letters.encode(), np.uint8) != ord("N")
    return told


def untold_positions(samples: Sequence[str], layout: Layout, aligned: pl.DataFrame) -> Held:
    """Columns that each sample does not tell; all those of a contig that it lacks.

    aligned  of a contig that a sample has twice, the later row counts
    """
    rows = pl.DataFrame({"sample": samples}, {"sample": pl.String}).with_row_index("row")
    places = pl.DataFrame(
        {"contig": list(layout), "place": range(len(layout))},
        {"contig": pl.String, "place": pl.Int64},
    )
    known = (
        aligned.select("sample", "contig", "sequence")
        .join(rows, on="sample", maintain_order="left")
        .join(places, on="contig", maintain_order="left")
        .unique(["row", "place"], keep="last", maintain_order=True)
    )
    parts = [_unread_in(part, layout) for part in known.iter_slices(AT_ONCE)]
    has = np.zeros((len(samples), len(layout)), bool)
    has[known["row"].to_numpy(), known["place"].to_numpy()] = True
    for at, (first, positions) in enumerate(layout.values()):
        lacking = np.flatnonzero(~has[:, at])
        columns = np.tile(first + np.arange(len(positions)), len(lacking))
        parts.append((np.repeat(lacking, len(positions)), columns))
    row, column = (
        np.concatenate([np.zeros(0, np.int64), *(part[one] for part in parts)])
        for one in (0, 1)
    )
    order = np.lexsort((column, row))
    return held(row[order], column[order], len(samples))


def _unread_in(
    part: pl.DataFrame, layout: Layout
) -> tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]]:
    """Rows and columns of what some rows of aligned contigs do not tell."""
    texts = part["sequence"].to_list()
    letters = np.frombuffer("".join(texts).encode(), np.uint8)
    length = part["sequence"].str.len_bytes().to_numpy().astype(np.int64)
    start = np.cumsum(length) - length
    unread = np.flatnonzero(letters == ord("N"))
    of = np.searchsorted(start, unread, side="right") - 1  # rows without a letter: the last
    row, place = part["row"].to_numpy().astype(np.int64), part["place"].to_numpy()
    rows, columns = [], []
    for at, (first, positions) in enumerate(layout.values()):
        own = place[of] == at
        number, position = of[own], unread[own] - start[of[own]] + 1
        low = np.searchsorted(positions, position)
        count = np.searchsorted(positions, position, side="right") - low
        step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        rows.append(row[np.repeat(number, count)])
        columns.append(first + np.repeat(low, count) + step)
        for short in np.flatnonzero((place == at) & (length < positions.max(initial=0))):
            beyond = np.flatnonzero(positions > length[short])
            rows.append(np.full(len(beyond), row[short]))
            columns.append(first + beyond)
        if positions.min(initial=1) < 1:
            before = np.flatnonzero(positions < 1)
            there = row[place == at]
            rows.append(np.repeat(there, len(before)))
            columns.append(np.tile(first + before, len(there)))
    return np.concatenate(rows), np.concatenate(columns)


def untold_of(found: Sequence[Mapping[str, Int[np.ndarray, " N"]]], layout: Layout) -> Held:
    """Columns by sample and contig as one table."""
    nothing = np.zeros(0, np.int64)
    columns = [
        np.concatenate(
            [nothing]
            + [
                own[contig] if contig in own else first + np.arange(len(positions))
                for contig, (first, positions) in layout.items()
            ]
        )
        for own in found
    ]
    row = np.repeat(np.arange(len(found)), [len(one) for one in columns])
    return held(row, np.concatenate([nothing, *columns]), len(found))


def unread_of(
    positions: Int[np.ndarray, " K"], readable: Bool[np.ndarray, " L"]
) -> Int[np.ndarray, " N"]:
    """Which of the rising positions (1-based) of a contig are not read."""
    unread = np.flatnonzero(~readable) + 1
    first = np.searchsorted(positions, unread)
    count = np.searchsorted(positions, unread, side="right") - first
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    outside = np.flatnonzero((positions < 1) | (positions > len(readable)))
    return np.union1d(np.repeat(first, count) + step, outside)
