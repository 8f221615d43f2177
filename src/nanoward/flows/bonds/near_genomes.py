"""How far apart all pairs of aligned genomes are, and which are near; thousands of them."""

import numpy as np
import polars as pl
from jaxtyping import Int, UInt8

from nanoward.base.errors import InputError
from nanoward.base.findings import Finding
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.genetics.bit_parallel_distances import near_pairs, packed
from nanoward.maths.genetics.sequences import masks_of

PAIRS = ("a", "b", "differing", "compared")
FEW = 0.5  # of the columns: two genomes that tell fewer together may be near for that alone


class NotAlignedError(InputError):
    """Genomes of different lengths have no columns in common."""

    code = "BND-018"
    next_step = "Align them to one reference first: every contig as long in each sample"


def near_genomes(genomes: pl.DataFrame, most: int) -> Outcome:
    """Pairs of samples at most `most` differences apart, and how many differ by how much.

    genomes  sample, contig, sequence; one length for each contig
    tables   "near": a, b, differing, compared, nearest first; "distances": differing, pairs
    A difference is a column at which both name one base, and not the same: N, codes of several
    bases and gaps are not told. Every pair is counted; a row is kept of the near ones alone.
    """
    names, masks = aligned_masks(genomes)
    columns = masks.shape[1]
    found = near_pairs(packed(masks, only_varying=True), most)
    i, j, differing = found.near.T
    compared = told_by_both(masks, i, j)
    near = pl.DataFrame(
        {
            "a": pl.Series(names, dtype=pl.String).gather(i),
            "b": pl.Series(names, dtype=pl.String).gather(j),
            "differing": differing.astype(np.int64),
            "compared": compared,
        }
    ).sort("differing", "a", "b")
    counts = pl.DataFrame(
        {"differing": np.arange(len(found.counts)), "pairs": found.counts}
    ).filter(pl.col("pairs") > 0)
    blank = int((compared < FEW * columns).sum())
    return Outcome(
        tables={"near": near, "distances": counts},
        findings=(_hardly_told(blank, most),) if blank else (),
        facts={
            "genomes": len(names),
            "columns": columns,
            "pairs compared": int(found.counts.sum()),
            f"pairs at most {most} apart": near.height,
        },
        computed=1,
    )


def aligned_masks(genomes: pl.DataFrame) -> tuple[list[str], UInt8[np.ndarray, "S L"]]:
    """Samples in order, and their contigs end to end as masks; a contig they lack is untold."""
    lengths: dict[str, int] = {}
    sizes = genomes.select("contig", pl.col("sequence").str.len_bytes()).unique()
    for contig, size in sizes.sort("contig", "sequence").rows():
        if lengths.setdefault(contig, size) != size:
            which = f"contig {contig}" if contig else "the sequences"
            raise NotAlignedError(f"{which} of {lengths[contig]} and of {size} letters")
    starts = dict(zip(lengths, np.cumsum([0, *lengths.values()]).tolist(), strict=False))
    names = sorted(set(genomes["sample"].to_list()))
    place = {name: at for at, name in enumerate(names)}
    masks = np.zeros((len(names), sum(lengths.values())), np.uint8)
    texts = genomes["sequence"].cast(pl.Binary)
    for (sample, contig), text in zip(
        genomes.select("sample", "contig").iter_rows(), texts, strict=True
    ):
        masks[place[sample], starts[contig] : starts[contig] + len(text)] = masks_of(text)
    return names, masks


def told_by_both(
    masks: UInt8[np.ndarray, "S L"], i: Int[np.ndarray, " M"], j: Int[np.ndarray, " M"]
) -> Int[np.ndarray, " M"]:
    """(M,) columns at which both samples of a pair tell something."""
    untold = ((row, np.flatnonzero(masks[row] == 0)) for row in range(len(masks)))
    blank = {row: gone for row, gone in untold if len(gone)}
    found = np.full(len(i), masks.shape[1], np.int64)
    if blank:
        size = np.array([len(blank.get(row, ())) for row in range(len(masks))])
        found -= size[i] + size[j]
        for at in np.flatnonzero((size[i] > 0) & (size[j] > 0)).tolist():
            one, other = blank[int(i[at])], blank[int(j[at])]
            found[at] += len(np.intersect1d(one, other, assume_unique=True))
    return found


def _hardly_told(count: int, most: int) -> Finding:
    return Finding(
        code="BND-005",
        severity="warning",
        message=f"{count} of the pairs at most {most} apart tell fewer than half of the "
        "columns together: they may be near for that alone",
        next_step="Look at the column compared, and sequence again what is hardly told",
    )
