from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.testing.reads import Library, random_genome, simulated_pairs

GENOME = random_genome(20_000, 1)
NEXT = str.maketrans("ACGT", "CGTA")
Calls = Callable[..., Any]


def changed(genome: str, places: list[int]) -> str:
    text = list(genome)
    for at in places:
        text[at] = text[at].translate(NEXT)
    return "".join(text)


def mixed(one: str, other: str, share: float, depth: float, seed: int) -> tuple[bytes, bytes]:
    a = simulated_pairs(one, Library(depth=depth * (1 - share)), seed, "a")
    b = simulated_pairs(other, Library(depth=depth * share), seed + 1, "b")
    return a[0] + b[0], a[1] + b[1]


def test_single_letters_are_found_though_they_stand_close(calls_of: Calls) -> None:
    places = [*range(1000, 15_000, 500)]
    places += [at + gap for at, gap in zip(places[:14], range(3, 17), strict=True)]
    first, second = simulated_pairs(changed(GENOME, places), Library(), 2)
    calls, _ = calls_of(GENOME, first, second)
    assert sorted(one.at for one in calls.letters) == sorted(places)
    assert all(one.frequency > 0.8 for one in calls.letters)


@pytest.mark.parametrize("size", [1, 2, 5, 12, 30, 50])
def test_insertions_and_deletions_are_found_with_their_letters(
    calls_of: Calls, size: int
) -> None:
    added = random_genome(size, 99)
    other = GENOME[:5000] + added + GENOME[5000:12_000] + GENOME[12_000 + size :]
    library = Library(length=150, insert=400)
    calls, _ = calls_of(GENOME, *simulated_pairs(other, library, 3))
    told = [(one.at, one.size, one.inserted) for one in calls.indels]
    assert [one[1] for one in told] == [size, -size]
    for at, count, letters in told:
        made = GENOME[:at] + letters + GENOME[at + max(0, -count) :]
        assert made in (GENOME[:5000] + added + GENOME[5000:],
                        GENOME[:12_000] + GENOME[12_000 + size :])  # fmt: skip
    assert calls.letters == ()


@pytest.mark.parametrize("size", [120, 2000, 4990])
def test_a_long_deletion_is_found_and_reads_as_deleted(calls_of: Calls, size: int) -> None:
    other = GENOME[:8000] + GENOME[8000 + size :]
    calls, _ = calls_of(GENOME, *simulated_pairs(other, Library(), 4))
    assert [one.size for one in calls.indels] == [-size]
    assert (calls.consensus == 5).sum() == size


def test_minor_variants_at_a_tenth_are_found_without_false_ones(calls_of: Calls) -> None:
    places = [*range(500, 19_500, 500)]
    reads = mixed(GENOME, changed(GENOME, places), 0.1, 150, 5)
    calls, _ = calls_of(GENOME, *reads)
    found = {one.at for one in calls.letters}
    assert found <= set(places)
    assert len(found) >= 0.93 * len(places)
    assert np.mean([one.frequency for one in calls.letters]) == pytest.approx(0.1, abs=0.02)


def test_a_sample_of_the_agent_alone_gives_no_variant(calls_of: Calls) -> None:
    library = Library(depth=100, error=0.01)
    calls, _ = calls_of(GENOME, *simulated_pairs(GENOME, library, 6))
    assert (calls.letters, calls.indels, calls.strangers) == ((), (), ())
    assert (calls.consensus[100:-100] < 4).all()


def test_what_could_not_be_seen_is_told_for_every_position(calls_of: Calls) -> None:
    calls, _ = calls_of(GENOME, *simulated_pairs(GENOME[:10_000], Library(depth=60), 7))
    assert np.isnan(calls.limit[11_000:]).all()
    assert 0.1 < float(np.nanmedian(calls.limit[:9_000])) < 0.4


def test_a_relative_is_told_as_another_strain_and_not_as_variants(calls_of: Calls) -> None:
    relative = changed(GENOME, [*range(20, 20_000, 50)])  # 98 % identical
    calls, _ = calls_of(GENOME, *mixed(GENOME, relative, 0.1, 150, 8))
    assert len(calls.strangers) > 200
    assert len(calls.letters) <= 2


def test_few_reads_of_a_relative_hide_no_own_variant_and_add_none(calls_of: Calls) -> None:
    places = [*range(300, 19_900, 800)]
    relative = changed(GENOME, [*range(20, 20_000, 50)])  # 98 % identical
    own = mixed(GENOME, changed(GENOME, places), 0.15, 120, 18)
    other = simulated_pairs(relative, Library(depth=6), 29, "x")
    calls, _ = calls_of(GENOME, own[0] + other[0], own[1] + other[1])
    told = {one.at for one in calls.letters}
    assert len(told & set(places)) >= 0.9 * len(places)
    assert len(told - set(places)) <= 1
    assert len(calls.strangers) > 100


def test_minor_letters_of_an_amplicon_that_is_read_from_one_side_are_found(
    calls_of: Calls,
) -> None:
    amplicon = GENOME[5000:5180]
    other = changed(amplicon, [30, 140])  # each read by one mate alone
    library = Library(depth=4000, length=100, insert=180, spread=0)
    reads = [
        simulated_pairs(text, replace(library, depth=depth), seed, name)
        for text, depth, seed, name in ((amplicon, 3900, 1, "a"), (other, 100, 2, "b"))
    ]
    first, second = (b"".join(pair[side] for pair in reads) for side in (0, 1))
    calls, _ = calls_of(GENOME, first, second, CallingRules(keep_duplicates=True))
    assert [one.at for one in calls.letters] == [5030, 5140]
    assert [one.frequency for one in calls.letters] == pytest.approx([0.025] * 2, abs=0.004)


def test_adapters_give_no_variants(calls_of: Calls) -> None:
    library = Library(depth=60, insert=90, spread=15)
    calls, _ = calls_of(GENOME, *simulated_pairs(GENOME, library, 9))
    assert (calls.letters, calls.indels) == ((), ())


def test_copies_of_one_fragment_count_once_unless_told_otherwise(calls_of: Calls) -> None:
    library = Library(depth=120, copies=6, error=0.0)
    reads = simulated_pairs(GENOME, library, 10)
    calls, _ = calls_of(GENOME, *reads)
    assert calls.tally["duplicates"] >= 0.83 * calls.tally["pairs"]
    assert calls.trusted.mean() < 20
    kept, _ = calls_of(GENOME, *reads, CallingRules(keep_duplicates=True))
    assert kept.trusted.mean() > 90


@pytest.mark.hazard("H-53")
def test_watched_positions_are_tested_on_their_own(calls_of: Calls) -> None:
    from nanoward.catalogue.calling.variant_calls import read_calls
    from nanoward.sequencing.pileup import pileup_of_block
    from nanoward.sequencing.pileup_counts import add_batch, empty_tally

    _, agent = calls_of(GENOME, b"", b"")
    from nanoward.adapters.formats.sequences.fastq import FastqBlocks
    from nanoward.ports.reads import ReadFile

    first, second = simulated_pairs(GENOME, Library(depth=60), 7)
    limits = []
    for watched in (None, np.arange(len(agent.codes)) < 60):
        blocks = FastqBlocks(
            ReadFile(name="1", content=first), ReadFile(name="2", content=second)
        )
        tally = empty_tally(len(agent.codes))
        for pair in blocks:
            sheet = pileup_of_block(pair, agent.codes, agent.index, 33)
            add_batch(tally, sheet, drop_duplicates=True)
        limits.append(read_calls(tally, agent, CallingRules(), watched=watched).limit)
    assert (limits[1][:60] <= limits[0][:60])[~np.isnan(limits[0][:60])].all()
    assert np.nanmean(limits[1][40:60]) < np.nanmean(limits[0][40:60])
    np.testing.assert_array_equal(limits[1][60:], limits[0][60:])


def test_a_thin_relative_is_not_taken_for_a_second_strain(calls_of: Calls) -> None:
    rng = np.random.default_rng(3)
    text = "".join(
        one.translate(str.maketrans("ACGT", "CGTA")) if hit else one
        for one, hit in zip(GENOME, rng.random(len(GENOME)) < 0.02, strict=True)
    )
    calls, _ = calls_of(GENOME, *simulated_pairs(text, Library(depth=5), 4))
    assert not calls.strangers
