import pytest

from nanoward.testing.lots import BREAKS, lot_genome, lot_pairs
from nanoward.testing.reads import Library


@pytest.mark.parametrize("kind", BREAKS)
def test_every_break_changes_the_genome_and_comes_again(kind: str) -> None:
    genome = lot_genome()
    change, share = BREAKS[kind]
    made = change(genome, 3)
    assert made != genome
    assert made == change(genome, 3)
    assert 0 < share < 1


def test_mates_come_in_equal_numbers() -> None:
    genome = lot_genome()
    first, second = lot_pairs(genome, {}, 0.0, Library(depth=2), 1)
    assert first.count(b"\n") == second.count(b"\n") > 0
