import gzip

from nanoward.testing.reads import ADAPTER, Library, packed, random_genome, simulated_pairs


def test_the_same_seed_gives_the_same_reads_and_another_one_does_not() -> None:
    genome = random_genome(2000, 1)
    assert simulated_pairs(genome, Library(), 3) == simulated_pairs(genome, Library(), 3)
    assert simulated_pairs(genome, Library(), 3) != simulated_pairs(genome, Library(), 4)


def test_depth_is_letters_over_genome() -> None:
    first, second = simulated_pairs(random_genome(2000, 1), Library(depth=20), 3)
    reads = (first + second).decode().splitlines()[1::4]
    assert sum(map(len, reads)) == 20 * 2000


def test_short_fragments_end_in_the_adapter() -> None:
    library = Library(insert=60, spread=1, error=0.0)
    first, _ = simulated_pairs(random_genome(2000, 1), library, 3)
    assert ADAPTER[:20] in first.decode()
    assert gzip.decompress(packed(first)) == first
