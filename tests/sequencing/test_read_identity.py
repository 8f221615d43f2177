import numpy as np
import pytest

from nanoward.adapters.formats.sequences import fastq
from nanoward.adapters.formats.sequences.fastq import FastqBlocks
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.kmer_index import codes_of, seed_index
from nanoward.sequencing.pileup import Block, pileup_of_block
from nanoward.sequencing.read_identity import (
    IndexedReference,
    Sketch,
    Walks,
    add_block,
    empty_sketch,
    on_reference,
)
from nanoward.testing.reads import Library, long_reads, random_genome, simulated_pairs

GENOME = random_genome(40_000, 1)
CODES = codes_of(GENOME.encode())
INDEX = seed_index(CODES)
REVERSE = str.maketrans("ACGT", "TGCA")


def changed(share: float, seed: int = 3) -> str:
    rng = np.random.default_rng(seed)
    turn = str.maketrans("ACGT", "CGTA")
    return "".join(
        one.translate(turn) if hit else one
        for one, hit in zip(GENOME, rng.random(len(GENOME)) < share, strict=True)
    )


def sketch_of(first: bytes, second: bytes | None = None, limit: int = 1 << 13) -> Sketch:
    blocks = FastqBlocks(
        ReadFile(name="1", content=first),
        None if second is None else ReadFile(name="2", content=second),
    )
    sketch = empty_sketch(limit)
    for pair in blocks:
        add_block(sketch, pair, IndexedReference(CODES, INDEX), (blocks.offset, 20))
    return sketch


def read(letters: str, quality: str = "I") -> bytes:
    return b"@r\n%s\n+\n%s\n" % (letters.encode(), (quality * len(letters)).encode())


def walked(letters: str, quality: str = "I") -> list[int]:
    (row,) = sketch_of(read(letters, quality)).walks.seen.tolist()
    return row


def test_a_read_by_hand_on_both_strands() -> None:
    piece = GENOME[1_000:1_150]
    # 31 letters of seed at position 1,000 (a multiple of 4); 16 at the end are not tried
    assert walked(piece) == [1, 1, 150 - 31 - 16, 0, 1_000, 1_134]
    turned = piece.translate(REVERSE)[::-1]
    first = 1_118  # the seed lies at positions 1,116 to 1,146 of the reference
    assert walked(turned)[:4] == [1, 1, 150 - 3 - 31 - 16, 0]
    assert walked(turned)[4] <= first


def test_one_wrong_letter_counts_once_and_a_doubtful_one_not_at_all() -> None:
    piece = GENOME[1_000:1_150]
    other = "C" if piece[80] != "C" else "G"
    wrong = piece[:80] + other + piece[81:]
    assert walked(wrong)[2:4] == [103, 1]
    assert walked(wrong, "+")[2:4] == [0, 0]  # Phred 10: believed from 20 on


def test_an_adapter_an_indel_and_a_foreign_read_are_no_contradictions() -> None:
    piece = GENOME[1_000:1_100]
    adapter = piece + random_genome(50, 9)
    assert walked(adapter)[1] == 1
    assert walked(adapter)[3] == 0
    deleted = GENOME[1_000:1_075] + GENOME[1_080:1_155]
    assert walked(deleted)[3] == 0
    assert walked(deleted)[2] > 50  # on both sides of the gap
    assert walked(random_genome(150, 8)) == [1, 0, 0, 0, -1, -1]


def test_pairs_are_chosen_by_what_they_say_and_not_by_where_they_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = simulated_pairs(GENOME, Library(depth=8, error=0.01), 2)
    records = [
        b"\n".join(text.splitlines()[at : at + 4]) + b"\n"
        for text in (first, second)
        for at in range(0, len(text.splitlines()), 4)
    ]
    count = len(records) // 2
    order = np.random.default_rng(4).permutation(count)
    shuffled = [b"".join(records[side * count + at] for at in order) for side in (0, 1)]
    one, two = sketch_of(first, second, 200), sketch_of(*shuffled, limit=200)
    for ours, theirs in zip(one.walks, two.walks, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert len(one.walks.rank) == 200
    assert one.pairs == two.pairs == count
    monkeypatch.setattr(fastq, "PIECE", 1 << 13)  # many blocks, with ranks that come twice
    pieces = sketch_of(*shuffled, limit=200)
    np.testing.assert_array_equal(one.walks.seen, pieces.walks.seen)
    monkeypatch.undo()
    everything = sketch_of(first, second).walks
    np.testing.assert_array_equal(one.walks.rank, everything.rank[:200])  # the smallest


@pytest.mark.parametrize("share", [0.0, 0.002, 0.01, 0.05])
def test_contradictions_per_letter_are_the_divergence(share: float) -> None:
    library = Library(depth=15, error=0.0, length=150)
    seen = sketch_of(*simulated_pairs(changed(share), library, 5)).walks.seen
    tried, wrong = int(seen[:, 2].sum()), int(seen[:, 3].sum())
    assert wrong / tried == pytest.approx(share, abs=4 * np.sqrt(share / 4_000) + 1e-9)


def test_long_reads_are_walked_past_their_indels() -> None:
    seen = sketch_of(long_reads(GENOME, 3, 6, error=0.02)).walks.seen
    assert seen[:, 1].all()
    assert seen[:, 2].sum() > 0.8 * 3 * len(GENOME)


def test_of_pairs_that_lie_elsewhere_none_is_chosen() -> None:
    own = simulated_pairs(GENOME, Library(depth=2), 2, "a")
    other = simulated_pairs(random_genome(40_000, 7), Library(depth=2), 3, "b")
    blocks = FastqBlocks(
        ReadFile(name="1", content=own[0] + other[0]),
        ReadFile(name="2", content=own[1] + other[1]),
    )
    sketch = empty_sketch()
    for pair in blocks:
        laid = on_reference(pileup_of_block(pair, CODES, INDEX, blocks.offset))
        add_block(sketch, pair, IndexedReference(CODES, INDEX), (blocks.offset, 20), laid)
    assert sketch.pairs == int(2 * 40_000 / 200)
    assert len(sketch.walks.rank) >= 0.98 * sketch.pairs  # of two with one end one is kept


def test_of_two_pairs_alike_one_is_kept_and_an_empty_block_adds_nothing() -> None:
    text = read(GENOME[1_000:1_150])
    assert len(sketch_of(text + text).walks.rank) == 1
    sketch = empty_sketch()
    none = Block(text=np.zeros(0, np.uint8), where=np.zeros((0, 3), np.int64))
    add_block(sketch, (none, None), IndexedReference(CODES, INDEX), (33, 20))
    assert isinstance(sketch.walks, Walks)
    assert len(sketch.walks.rank) == 0


def test_what_both_mates_cover_is_told_once() -> None:
    piece = GENOME[2_000:2_150]
    wrong = piece[:70] + piece[70].translate(str.maketrans("ACGT", "CGTA")) + piece[71:]
    turned = wrong.translate(REVERSE)[::-1]
    alone = sketch_of(read(wrong)).walks.seen[0]
    both = sketch_of(read(wrong), read(turned)).walks.seen[0]
    assert both[:2].tolist() == [2, 2]
    assert alone[3] == both[3] == 1
    assert both[2] <= alone[2] + 31 + 4  # what the first one's seed covered
