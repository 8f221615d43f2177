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
    """Columns that each sample does not tell; all those of a contig that it lacks."""
    row = {name: at for at, name in enumerate(samples)}
    found: list[dict[str, Int[np.ndarray, " N"]]] = [{} for _ in samples]
    for name, contig, letters in aligned_texts(aligned):
        if name in row and contig in layout:
            first, positions = layout[contig]
            found[row[name]][contig] = first + unread_of(positions, readable_of(letters))
    return untold_of(found, layout)


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
