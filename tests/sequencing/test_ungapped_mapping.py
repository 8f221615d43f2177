"""Reads laid word by word say what reads laid letter by letter say."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.sequencing.kmer_index import SeedIndex, codes_of, seed_index
from nanoward.sequencing.pileup import Block, pileup_of_block
from nanoward.sequencing.pileup_counts import Tally, add_batch, counts_of, empty_tally
from nanoward.sequencing.ungapped_mapping import BATCH, batch_buffers, map_batch

GENOME = "".join(np.random.default_rng(1).choice(list("ACGT"), 3000))
GENOME = GENOME[:1500] + "NNN" + GENOME[1503:]
REF = codes_of(GENOME.encode())
INDEX = seed_index(REF)
LETTER_BY_LETTER = INDEX._replace(holes=np.ones_like(INDEX.holes))  # nothing lies plainly
TURN = str.maketrans("ACGT", "TGCA")


def block(reads: list[tuple[str, str]]) -> Block:
    text, where = b"", []
    for letters, quality in reads:
        where.append((len(text), len(letters), len(text) + len(letters)))
        text += (letters + quality).encode()
    return Block(text=np.frombuffer(text, np.uint8), where=np.array(where, np.int64))


def mate(
    chance: np.random.Generator, start: int, length: int, *, back: bool
) -> tuple[str, str]:
    """A read of the genome with wrong letters, sometimes an indel, a letter that is none."""
    letters = list(GENOME[start : start + length].replace("N", "A"))
    for at in chance.integers(0, length, chance.integers(0, 5)):
        letters[at] = "ACGTacgtN"[chance.integers(0, 9)]
    if chance.random() < 0.1:
        del letters[40 : 40 + chance.integers(1, 5)]
    text = "".join(letters)
    if back:
        text = text.upper().translate(TURN)[::-1]
    dark = chance.random(len(text)) < 0.1
    return text, "".join("#" if one else "F" for one in dark)


def pairs(seed: int, count: int) -> tuple[Block, Block]:
    chance = np.random.default_rng(seed)
    one, two = [], []
    for _ in range(count):
        length = int(chance.integers(30, 200))
        start = int(chance.integers(0, len(GENOME) - 500))
        apart = int(chance.integers(0, 300))
        back = bool(chance.random() < 0.5)
        first = mate(chance, start, length, back=back)
        second = mate(chance, start + apart, length, back=not back)
        one.append(first)
        two.append(second)
    return block(one), block(two)


def tally_of(blocks: tuple[Block, Block | None], index: SeedIndex) -> Tally:
    tally = empty_tally(len(REF))
    add_batch(tally, pileup_of_block(blocks, REF, index, 33), drop_duplicates=True)
    return tally


def said(tally: Tally) -> list[object]:
    """Everything that a tally says, whatever the order in which it was told."""
    counts = counts_of(tally)
    numbers = [
        tally.reads, tally.placed, tally.rescued, tally.letters, tally.pairs, tally.duplicates
    ]  # fmt: skip
    indels = [one.tolist() for one in tally.indels]
    return [*numbers, indels, *(one.tolist() for one in counts)]


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.booleans())
def test_plain_reads_say_the_same_as_letter_by_letter(seed: int, alone: bool) -> None:
    one, two = pairs(seed, 40)
    blocks = (one, None) if alone else (one, two)
    assert said(tally_of(blocks, INDEX)) == said(tally_of(blocks, LETTER_BY_LETTER))


def test_most_reads_with_few_wrong_letters_are_laid_here() -> None:
    batch = batch_buffers()
    reads = [(GENOME[at : at + 150], "F" * 150) for at in range(100, 1300, 80)]
    reads[3] = (reads[3][0].translate(TURN)[::-1], "F" * 150)
    own = block(reads)
    map_batch(own.text, own.where, INDEX, len(REF), batch)
    assert batch.diagonal[: len(reads)].tolist() == list(range(100, 1300, 80))
    assert batch.seeds[:BATCH, 1].tolist()[:5] == [0, 0, 0, 1, 0]


def test_a_read_with_a_doubt_is_left_to_others() -> None:
    sound = GENOME[200:350]
    wrong_near_end = sound[:5] + "ACGT"[("ACGT".index(sound[5]) + 1) % 4] + sound[6:]
    three = list(sound)
    for at in (50, 80, 110):
        three[at] = "ACGT"[("ACGT".index(three[at]) + 1) % 4]
    no_letter = sound[:70] + "N" + sound[71:]
    over_a_gap = GENOME[1450:1600].replace("N", "A")
    short = sound[:30]
    doubtful = (wrong_near_end, "".join(three), no_letter, over_a_gap, short)
    own = block([(text, "F" * len(text)) for text in (*doubtful, sound)])
    batch = batch_buffers()
    map_batch(own.text, own.where, INDEX, len(REF), batch)
    assert batch.diagonal[: len(doubtful) + 1].tolist() == [-1] * len(doubtful) + [200]
