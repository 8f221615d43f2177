import numpy as np

from nanoward.sequencing.kmer_index import codes_of, seed_index
from nanoward.sequencing.pileup import Block, pileup_of_block

GENOME = "".join(np.random.default_rng(1).choice(list("ACGT"), 2000))
REF = codes_of(GENOME.encode())
INDEX = seed_index(REF)
TURN = str.maketrans("ACGT", "TGCA")


def block(*reads: tuple[str, str]) -> Block:
    text, where = b"", []
    for letters, quality in reads:
        where.append((len(text), len(letters), len(text) + len(letters)))
        text += (letters + quality).encode()
    return Block(text=np.frombuffer(text, np.uint8), where=np.array(where, np.int64))


def other(letter: str) -> str:
    return "CGTA"["ACGT".index(letter)]


def test_a_letter_that_contradicts_is_told_with_strand_and_quality() -> None:
    text = list(GENOME[100:200])
    text[50] = other(text[50])
    sheet = pileup_of_block((block(("".join(text), "F" * 100)), None), REF, INDEX, 33)
    assert sheet.spans.tolist() == [[105, 195, 0]]  # five letters at each end are not counted
    assert sheet.letters.tolist() == [[8 * 150 + 2 * "ACGT".index(text[50]), 37, 1]]
    assert sheet.totals.tolist() == [1, 1, 0, 100]
    turned = "".join(text).translate(TURN)[::-1]
    back = pileup_of_block((block((turned, "F" * 100)), None), REF, INDEX, 33)
    assert back.letters[0, 0] == sheet.letters[0, 0] + 1


def test_letters_of_low_quality_are_dull_and_do_not_contradict() -> None:
    text = list(GENOME[100:200])
    text[50] = other(text[50])
    quality = "F" * 50 + "#" + "F" * 49
    sheet = pileup_of_block((block(("".join(text), quality)), None), REF, INDEX, 33)
    assert sheet.letters.tolist() == []
    assert sheet.low_quality.tolist() == [150]


def test_mates_that_overlap_tell_each_letter_once() -> None:
    first, second = GENOME[100:200], GENOME[150:250].translate(TURN)[::-1]
    sheet = pileup_of_block(
        (block((first, "F" * 100)), block((second, "F" * 100))), REF, INDEX, 33
    )
    assert sheet.spans.tolist() == [[105, 195, 0], [195, 245, 1]]


def test_pairs_in_one_place_have_one_name_and_others_another() -> None:
    mate = ("F" * 100,)
    pairs = [(100, 300), (100, 300), (101, 300)]
    one = block(*((GENOME[a : a + 100], *mate) for a, _ in pairs))
    two = block(*((GENOME[b : b + 100].translate(TURN)[::-1], *mate) for _, b in pairs))
    names = pileup_of_block((one, two), REF, INDEX, 33).names
    assert names[0] == names[1] != 0
    assert names[2] != names[0]


def test_an_insertion_is_told_with_its_letters() -> None:
    text = GENOME[100:150] + "GATTACA" + GENOME[150:200]
    (row,) = pileup_of_block((block((text, "F" * 107)), None), REF, INDEX, 33).indels.tolist()
    letters, number = "", row[3]
    for _ in range(7):
        letters, number = "ACGT"[number & 3] + letters, number >> 2
    assert row[1] == 7
    assert (
        GENOME[: row[0]] + letters + GENOME[row[0] :] == GENOME[:150] + "GATTACA" + GENOME[150:]
    )
