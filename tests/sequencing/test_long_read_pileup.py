import numpy as np

from nanoward.sequencing.kmer_index import codes_of
from nanoward.sequencing.long_read_pileup import Alignments, long_read_batch
from nanoward.sequencing.pileup import Block

GENOME = "".join(np.random.default_rng(1).choice(list("ACGT"), 400))
REF = codes_of(GENOME.encode())
TURN = str.maketrans("ACGT", "TGCA")


def block(letters: str, quality: str) -> Block:
    text = (letters + quality).encode()
    where = np.array([[0, len(letters), len(letters)]], np.int64)
    return Block(text=np.frombuffer(text, np.uint8), where=where)


def laid(steps: list[tuple[int, int]], place: int, *, back: int = 0, at: int = 0) -> Alignments:
    return Alignments(
        hits=np.array([[0, place, at, back, 0]], np.int64),
        ends=np.array([len(steps)], np.int64),
        steps=np.array(steps, np.int32),
    )


def other(letter: str) -> str:
    return "CGTA"["ACGT".index(letter)]


def test_letters_indels_and_depth_are_told_as_the_alignment_says() -> None:
    read = list(GENOME[100:150] + "GAT" + GENOME[150:200] + GENOME[210:260])
    read[20] = other(read[20])
    steps = [(50, 0), (3, 1), (50, 0), (10, 2), (50, 0)]
    sheet = long_read_batch(block("".join(read), "I" * 153), laid(steps, 100), REF, (33, 10))
    assert sheet.spans.tolist() == [[105, 150, 0], [150, 200, 0], [210, 255, 0]]
    assert sheet.letters.tolist() == [[8 * 120 + 2 * "ACGT".index(read[20]), 40, 1]]
    assert sheet.indels[:, :4].tolist() == [[150, 3, 0, 2 * 16 + 0 * 4 + 3], [200, -10, 0, 0]]
    assert sheet.totals.tolist() == [1, 1, 0, 153]


def test_a_read_of_the_other_strand_tells_the_same_of_that_strand() -> None:
    read = list(GENOME[100:200])
    read[20] = other(read[20])
    turned = "".join(read).translate(TURN)[::-1]
    sheet = long_read_batch(
        block(turned, "I" * 100), laid([(100, 0)], 100, back=1), REF, (33, 10)
    )
    assert sheet.letters.tolist() == [[8 * 120 + 2 * "ACGT".index(read[20]) + 1, 40, 1]]
    assert sheet.spans.tolist() == [[105, 195, 1]]


def test_doubted_letters_do_not_contradict_nor_carry_an_indel() -> None:
    read = list(GENOME[100:150] + "A" + GENOME[150:200])
    read[20] = other(read[20])
    quality = ["I"] * 101
    quality[20] = quality[50] = "$"
    steps = [(50, 0), (1, 1), (50, 0)]
    sheet = long_read_batch(
        block("".join(read), "".join(quality)), laid(steps, 100), REF, (33, 10)
    )
    assert sheet.low_quality.tolist() == [120]
    assert len(sheet.letters) == len(sheet.indels) == 0


def test_contradictions_close_by_are_counted_together() -> None:
    read = list(GENOME[:400])
    for at in (20, 60, 350):
        read[at] = other(read[at])
    sheet = long_read_batch(block("".join(read), "I" * 400), laid([(400, 0)], 0), REF, (33, 10))
    assert sheet.letters[:, 2].tolist() == [2, 2, 1]
