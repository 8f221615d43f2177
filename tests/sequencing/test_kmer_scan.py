"""One pass over reads: both strands, every offset, once for each read and entry."""

import numpy as np

from nanoward.sequencing.kmer_scan import scan_block, scan_table
from nanoward.sequencing.kmers.private_kmers import private_index

TURN = str.maketrans("ACGT", "TGCA")


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


A, B, FAR = sequence(2000, 1), sequence(2000, 2), sequence(3000, 3)
INDEX = private_index({"a": [A], "b": [B]})


def scanned(reads: list[str], room: int = 50) -> tuple[int, np.ndarray, np.ndarray]:
    text = np.frombuffer("\n".join(reads).encode(), np.uint8)
    starts = np.cumsum([0, *(len(one) + 1 for one in reads[:-1])])
    where = np.array(
        [[at, len(one), 0] for at, one in zip(starts, reads, strict=True)], np.int64
    )
    seen, hits = np.zeros(len(INDEX.keys), np.int64), np.zeros((room, 2), np.uint64)
    return scan_block(text, where, scan_table(INDEX), seen, hits), seen, hits


def test_reads_of_each_entry_are_found_on_either_strand_at_any_offset() -> None:
    reads = [A[at : at + 100] for at in range(40)]
    reads += [B[at : at + 100].translate(TURN)[::-1] for at in range(40)]
    count, _, hits = scanned([*reads, FAR[:100]], room=100)
    assert count == 80
    assert hits[:40, 0].tolist() == [1] * 40
    assert hits[40:80, 0].tolist() == [2] * 40
    assert len(set(hits[:80, 1].tolist())) == 80


def test_the_same_letters_have_the_same_fingerprint_and_others_are_not_hit() -> None:
    _, seen, hits = scanned([A[:100], A[:100], FAR[:150], "N" * 100, "ACG"])
    assert hits[0].tolist() == hits[1].tolist()
    assert not hits[2:].any()
    assert INDEX.owner[seen > 0].tolist() == [1] * int((seen > 0).sum())


def test_a_full_room_is_told_by_the_count() -> None:
    count, _, _ = scanned([A[:100]] * 5, room=2)
    assert count == 5
