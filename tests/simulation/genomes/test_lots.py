from collections import Counter

import numpy as np
import pytest

from nanoward.simulation.genomes.genome import LOCI, place_of, simulated_genome
from nanoward.simulation.genomes.lots import DEPTH, LENGTH, lot_reads
from nanoward.simulation.study import Study

STUDY = Study(seed=3)
GENOME = simulated_genome(STUDY)
TURN = str.maketrans("ACGT", "TGCA")


def texts(content: bytes) -> list[str]:
    return content.decode().splitlines()[1::4]


def test_the_same_lot_gives_the_same_reads_and_another_others() -> None:
    made = lot_reads(STUDY, GENOME, "L")
    assert made == lot_reads(STUDY, GENOME, "L")
    assert made.first != lot_reads(STUDY, GENOME, "M").first


def test_mates_lie_on_opposite_strands_at_the_stated_depth() -> None:
    made = lot_reads(STUDY, GENOME, "L")
    first, second = texts(made.first), texts(made.second)
    assert len(first) == len(second) == DEPTH * 12_000 // (2 * LENGTH)
    whole = GENOME.contigs()["chassis"] + "|" + GENOME.contigs()["circuit"]
    turned = whole[::-1].translate(TURN)
    ways: Counter[tuple[bool, bool]] = Counter()
    for one, other in zip(first[::50], second[::50], strict=True):
        ways[one in whole, other in turned] += (one in whole) or (one in turned)
    assert min(ways[True, True], ways[False, False]) > 40


def test_the_lots_other_bases_are_read_as_often_as_it_carries_them() -> None:
    at = int(np.argmax(GENOME.lot_frequency))
    contig, position = place_of(at)
    letters = GENOME.contigs()[contig]
    flank = letters[position - 13 : position - 1]
    found: Counter[str] = Counter()
    made = lot_reads(STUDY, GENOME, "L")
    for read in texts(made.first) + texts(made.second):
        for text in (read, read[::-1].translate(TURN)):
            place = text.find(flank)
            if 0 <= place < LENGTH - 12:
                found[text[place + 12]] += 1
    share = found["ACGT"[GENOME.lot_alt[at]]] / found.total()
    assert found.total() > 200
    assert share == pytest.approx(GENOME.lot_frequency[at], abs=0.09)


def test_a_wrong_lot_has_another_base_in_a_kill_locus() -> None:
    sound, wrong = (lot_reads(STUDY, GENOME, "L", wrong=one) for one in (False, True))
    locus = next(one for one in LOCI if one.name == "auxotrophy")
    piece = GENOME.contigs()[locus.contig][locus.first + 7 - 15 : locus.first + 7 + 15]
    assert sum(piece in one for one in texts(sound.first)) > 50
    assert not any(piece in one for one in texts(wrong.first))
