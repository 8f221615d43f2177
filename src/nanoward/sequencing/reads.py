"""What the kernels of mapping hand on: a read, a seed, a segment, where a record stands."""

from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8

from nanoward.sequencing.kmer_index import Whole


class Read(NamedTuple):
    """One read, in the orientation in which it lies on the reference.

    codes    (N,) A 0, C 1, G 2, T 3, no letter 5
    quals    (N,) Phred qualities
    """

    codes: UInt8[np.ndarray, " N"]
    quals: UInt8[np.ndarray, " N"]


class Seed(NamedTuple):
    """A word shared with the reference: where it begins in each; the read's length."""

    read_start: int
    ref_start: int
    read_length: int


class UngappedSegment(NamedTuple):
    """A piece of a read without gaps, in the read as it lies.

    start, end  its first letter and the one behind its last
    diagonal    reference position minus read position
    """

    start: Whole
    end: Whole
    diagonal: Whole


class RecordOffsets(NamedTuple):
    """Where a FASTQ record stands in the text: its letters, how many, its qualities."""

    sequence: Whole
    length: Whole
    quality: Whole
