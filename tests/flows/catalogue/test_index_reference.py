import numpy as np

from nanoward.adapters.formats import FileFormats
from nanoward.catalogue.calling.reference_index import AgentIndex
from nanoward.flows.catalogue.index_reference import ReferenceFile, index_reference
from nanoward.testing.fakes import MemoryBlobs
from nanoward.testing.reads import random_genome

GENOME = random_genome(4000, 1)
TEXT = f">b\n{GENOME[:2500]}\n>a\n{GENOME[2500:]}\n".encode()


def same(one: AgentIndex, other: AgentIndex) -> bool:
    arrays = [(one.codes, other.codes), (one.index.slots, other.index.slots),
              (one.index.marks, other.index.marks)]  # fmt: skip
    return (
        (one.contigs, one.starts, one.lengths, one.index.shift)
        == (other.contigs, other.starts, other.lengths, other.index.shift)
        and all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in arrays)
        and all(b.flags.writeable for _, b in arrays)
    )


def test_an_index_that_was_kept_is_the_one_that_is_made() -> None:
    kept = MemoryBlobs()
    made, _ = index_reference(ReferenceFile(path="r.fasta", content=TEXT), FileFormats(), None)
    first, _ = index_reference(ReferenceFile(path="r.fasta", content=TEXT), FileFormats(), kept)
    again, told = index_reference(
        ReferenceFile(path="other name.fasta", content=TEXT), FileFormats(), kept
    )
    assert same(made, first)
    assert same(made, again)
    assert told == ()
    assert len(kept.names()) == 1


def test_another_reference_has_an_index_of_its_own() -> None:
    kept = MemoryBlobs()
    index_reference(ReferenceFile(path="r.fasta", content=TEXT), FileFormats(), kept)
    other, _ = index_reference(
        ReferenceFile(path="r.fasta", content=TEXT.replace(b"A", b"C", 1)), FileFormats(), kept
    )
    fresh, _ = index_reference(
        ReferenceFile(path="r.fasta", content=TEXT.replace(b"A", b"C", 1)), FileFormats(), None
    )
    assert same(other, fresh)


def test_a_file_with_findings_is_read_each_time_and_told_each_time() -> None:
    kept = MemoryBlobs()
    for _ in range(2):
        _, told = index_reference(
            ReferenceFile(path="r.fasta", content=TEXT.replace(b"T", b"U")), FileFormats(), kept
        )
        assert told
    assert kept.names() == ()
